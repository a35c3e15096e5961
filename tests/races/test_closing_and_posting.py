"""Closing against posting: whoever comes first, no transaction of a closed day commits behind the closing."""

import pytest

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
from tests.reconciliation.periods.test_wall import IN, posting
from tests.stories.notation import Tx

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
