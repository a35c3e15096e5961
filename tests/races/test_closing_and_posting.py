"""Closing against posting: whoever comes first, no transaction of a closed day commits behind the closing."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection

from ledger.actors import Actor
from ledger.errors import PeriodClosed
from ledger.models import LedgerTransaction, PeriodMove, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.decided import Decided
from reconciliation.errors import ChangedSinceAsked
from reconciliation.periods.figures import checklist_of
from reconciliation.postings.one_round_trip import post_alone
from tests.people import INTEGRATION
from tests.races.rivals import at_once
from tests.reconciliation.books import NOW
from tests.reconciliation.periods.bench import Closing
from tests.reconciliation.periods.test_wall import IN, posting, raw
from tests.stories.notation import Tx

RawAs = Callable[..., psycopg.Connection[Any]]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


def test_64_plans_and_one_closing_come_in_one_order(acme: Tenant, maker: Actor, checker: Actor) -> None:
    books = Closing(acme.id)
    books.post(Tx("T1", "2026-02-27", "PENDING", "ewa", [("emp", "DEBIT", 60), ("clr", "CREDIT", 60)], "D1"))
    books.ready()
    made = books.ask_to_close(maker)

    def act(n: int) -> object:
        if n == 17:
            return books.approve(made, checker)
        return post_alone(acme.id, posting(IN, f"k{n}", "PENDING"), actor=INTEGRATION, at=NOW)

    found = at_once(64, act)
    closing, posted = found[17], [f for n, f in enumerate(found) if n != 17]
    assert all(not isinstance(f, Exception) or isinstance(f, PeriodClosed) for f in posted), {repr(f) for f in posted}
    written = sum(not isinstance(f, Exception) for f in posted)
    closed = isinstance(closing, Decided) and closing.state == "executed"
    assert closed or isinstance(closing, ChangedSinceAsked) or closing.state == "stale"  # type: ignore[union-attr]
    assert books.period().state == ("closed" if closed else "open")
    with tenant(acme.id):
        assert LedgerTransaction.objects.filter(effective_on=IN).count() == written + 1
        if closed:
            frozen = PeriodMove.objects.get().checklist
            assert checklist_of(books.period(), at=NOW).frozen() == frozen, "nothing came behind the look"
            assert written == 0
        else:
            assert written == 63


def test_a_closing_waits_for_a_posting_that_is_under_way_and_then_sees_it(
    acme: Tenant, maker: Actor, checker: Actor, raw_as: RawAs
) -> None:
    books = Closing(acme.id)
    books.post(Tx("T1", "2026-02-27", "PENDING", "ewa", [("emp", "DEBIT", 60), ("clr", "CREDIT", 60)], "D1"))
    books.ready()
    made = books.ask_to_close(maker)
    poster = raw_as("app", autocommit=False)
    poster.execute("SELECT set_config('app.tenant_id', %s, true)", [str(acme.id)])
    poster.execute(raw("PENDING"))
    found: list[object] = []

    def close() -> None:
        try:
            found.append(books.approve(made, checker))
        except ChangedSinceAsked as refusal:
            found.append(refusal)
        connection.close()

    closing = threading.Thread(target=close)
    closing.start()
    closing.join(timeout=1.5)
    assert closing.is_alive(), "it waits for the posting"
    poster.commit()
    closing.join(timeout=30)
    assert [type(f) for f in found] == [ChangedSinceAsked], "nothing is closed over what the look did not see"
    assert books.period().state == "open"


def test_a_posting_waits_for_a_closing_that_is_under_way_and_is_then_refused(
    acme: Tenant, maker: Actor, checker: Actor, raw_as: RawAs
) -> None:
    books = Closing(acme.id)
    books.post(Tx("T1", "2026-02-27", "PENDING", "ewa", [("emp", "DEBIT", 60), ("clr", "CREDIT", 60)], "D1"))
    books.ready()
    made = books.ask_to_close(maker)
    found: list[object] = []

    def post() -> None:
        try:
            found.append(post_alone(acme.id, posting(IN, "late", "PENDING"), actor=INTEGRATION, at=NOW))
        except PeriodClosed as refusal:
            found.append(refusal)
        connection.close()

    rival = threading.Thread(target=post)
    with tenant(acme.id):
        assert books.approve(made, checker).state == "executed"
        rival.start()
        rival.join(timeout=1.5)
        assert rival.is_alive(), "it waits for the closing"
    rival.join(timeout=30)
    assert [type(f) for f in found] == [PeriodClosed]
