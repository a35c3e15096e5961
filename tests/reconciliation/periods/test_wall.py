"""No transaction is dated in closed books: whoever writes it, by whatever door, and whatever their snapshot says."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from ledger.errors import NotPending, PeriodClosed, PeriodMoved, PeriodNotEnded
from ledger.models import LedgerTransaction, Tenant
from ledger.periods import open_from
from ledger.tenancy import tenant
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.postings.confirm_transaction import confirm_transaction, fail_transaction
from reconciliation.postings.one_round_trip import post_alone
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from tests.people import INTEGRATION
from tests.reconciliation.books import NOW
from tests.reconciliation.periods.bench import FEBRUARY, MARCH, Closing
from tests.stories.notation import Tx

RawAs = Callable[..., psycopg.Connection[Any]]
pytestmark = pytest.mark.django_db(transaction=True)
SAID = "February 2026 is closed; the first open day is 2026-03-01"
IN, OUT = date(2026, 2, 27), date(2026, 3, 2)
COLUMNS = "status, use_case, effective_on, recorded_at, posted_at, decision_id, idempotency_key, fingerprint"
ENTRIES = """, e AS (INSERT INTO ledger_entry (transaction_id, leg, account_id, direction, amount_minor)
    SELECT h.id, l.leg, (SELECT id FROM ledger_account WHERE code = l.code), l.direction, 5 FROM h,
           (VALUES (1, 'emp', 'DEBIT'), (2, 'clr', 'CREDIT')) l(leg, code, direction)) SELECT count(*) FROM h"""


@pytest.fixture
def books(acme: Tenant, maker: Actor, checker: Actor) -> Closing:
    found = Closing(acme.id)
    found.post(Tx("P1", "2026-02-27", "PENDING", "ewa", [("emp", "DEBIT", 70), ("clr", "CREDIT", 70)], "D9"))
    found.ready()
    found.close(maker, checker)
    return found


def posting(day: date, key: str = "k", status: Any = "POSTED") -> PostingRequest:
    entries = [RequestedEntry("emp", "DEBIT", 5), RequestedEntry("clr", "CREDIT", 5)]
    return PostingRequest(key=key, use_case="ewa", entries=entries, effective_on=day, status=status)


def raw(status: str = "POSTED", day: date = IN, adjusts: str = "NULL") -> str:
    posted = "now()" if status == "POSTED" else "NULL"
    return f"""WITH h AS (INSERT INTO ledger_transaction ({COLUMNS}, adjusts_on)
        SELECT '{status}', 'ewa', '{day}', now(), {posted}, max(decision_id), 'raw', '\\x00', {adjusts}
          FROM ledger_transaction RETURNING id){ENTRIES}"""


@pytest.mark.parametrize("status", ["POSTED", "PENDING"])
def test_every_door_refuses_it_in_the_same_words(books: Closing, status: str, acme: Tenant) -> None:
    def alone() -> object:
        return post_alone(acme.id, posting(IN, status=status), actor=INTEGRATION, at=NOW)

    def many() -> object:
        with tenant(acme.id):
            both = [posting(OUT, "a"), posting(IN, "b", status)]
            return post_transactions(both, actor=INTEGRATION, at=NOW, day_of=settlement_day)

    for door in (alone, many):
        with pytest.raises(PeriodClosed) as refused:
            door()
        assert str(refused.value) == SAID
        assert refused.value.code == "period_closed"
    with tenant(acme.id):
        assert LedgerTransaction.objects.count() == 1


def test_the_first_open_day_and_a_day_before_any_period(books: Closing, acme: Tenant) -> None:
    with tenant(acme.id):
        assert open_from() == MARCH
    assert post_alone(acme.id, posting(MARCH), actor=INTEGRATION, at=NOW)
    with pytest.raises(PeriodClosed, match="May 2024 is closed; the first open day is 2026-03-01"):
        post_alone(acme.id, posting(date(2024, 5, 3), "old"), actor=INTEGRATION, at=NOW)


def test_a_plan_from_before_is_confirmed_on_an_open_day_or_fails_as_planned(books: Closing, acme: Tenant) -> None:
    planned = books.transaction("P1")
    with tenant(acme.id), pytest.raises(PeriodClosed, match=SAID):
        confirm_transaction(planned, effective_on=IN, actor=INTEGRATION, at=NOW, day_of=settlement_day)
    with tenant(acme.id):
        fail_transaction(planned, actor=INTEGRATION, at=NOW)
    failed = books.transaction("P1")
    assert (failed.status, failed.effective_on) == ("FAILED", IN)
    with tenant(acme.id), pytest.raises(NotPending):
        confirm_transaction(planned, effective_on=OUT, actor=INTEGRATION, at=NOW, day_of=settlement_day)


@pytest.mark.parametrize("role", ["app", "check", "superuser"])
def test_raw_sql_is_refused_by_name_in_every_role(books: Closing, raw_as: RawAs, role: str) -> None:
    connection = raw_as(role, autocommit=True)
    connection.execute("SELECT set_config('app.tenant_id', %s, false)", [str(books.tenant_id)])
    with pytest.raises(psycopg.Error) as refused:
        connection.execute(raw())
    assert refused.value.diag.constraint_name == "day_is_open" or isinstance(
        refused.value, psycopg.errors.InsufficientPrivilege
    )
    assert role == "check" or refused.value.diag.message_primary == SAID


def test_an_adjustment_says_a_closed_day_and_stands_on_the_first_open_one(books: Closing, raw_as: RawAs) -> None:
    app = raw_as("app", autocommit=True)
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(books.tenant_id)])
    for day, adjusts, status in (
        (OUT, "'2026-02-27'", "POSTED"), (MARCH, "'2026-03-01'", "POSTED"), (MARCH, "'2026-02-27'", "PENDING"),
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            app.execute(raw(status, day, adjusts))
        assert refused.value.diag.constraint_name == "adjustment_is_dated_on_the_first_open_day"
    assert app.execute(raw("POSTED", MARCH, "'2026-02-27'")).fetchone() == (1,)


def test_an_older_snapshot_does_not_see_past_the_closing(
    acme: Tenant, maker: Actor, checker: Actor, raw_as: RawAs
) -> None:
    books = Closing(acme.id)
    books.post(Tx("T1", "2026-02-27", "POSTED", "ewa", [("emp", "DEBIT", 70), ("clr", "CREDIT", 70)], "D9"))
    books.ready()
    late = raw_as("app", autocommit=False)
    late.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    late.execute("SELECT set_config('app.tenant_id', %s, true)", [str(acme.id)])
    assert late.execute("SELECT state FROM ledger_period WHERE first_on = '2026-02-01'").fetchone() == ("open",)
    books.close(maker, checker)
    with pytest.raises(psycopg.errors.SerializationFailure):
        late.execute(raw())
    late.rollback()


@pytest.mark.parametrize("role", ["app", "owner", "check", "audit"])
def test_a_period_moves_by_its_function_and_request_alone(books: Closing, raw_as: RawAs, role: str) -> None:
    attacks = [
        "UPDATE ledger_period SET state = 'open'",
        "UPDATE ledger_period SET until_on = until_on + 1",
        "DELETE FROM ledger_period",
        "TRUNCATE ledger_period CASCADE",
        "INSERT INTO ledger_period (first_on, until_on, state) VALUES ('2030-01-01', '2030-02-01', 'closed')",
        "INSERT INTO ledger_period (first_on, until_on) VALUES ('2030-01-01', '2030-02-01')",
        "INSERT INTO ledger_period_move (period_id, from_state, to_state, actor, role, asked_by, reason_code, reason, decision_id,"
        " policy_version, at) SELECT period_id, 'closed', 'reopened', 'x', 'x', 'x', 'x', 'x', decision_id, 'x', now()"
        " FROM ledger_period_move",
        "SELECT guard.move_period(period_id, 'reopened', '{}', NULL, decision_id,"
        ' \'{"kind": "person", "id": "x", "role": "controller", "policy_version": "-"}\', \'x\', \'x\', \'x\', now())'
        " FROM ledger_period_move",
    ]
    connection = raw_as(role, autocommit=True)
    connection.execute("SELECT set_config('app.tenant_id', %s, false)", [str(books.tenant_id)])
    for attack in attacks:
        if role == "check" and attack.startswith("UPDATE ledger_period SET state"):
            continue  # owns the move itself; nobody signs in as it
        with pytest.raises(psycopg.Error):
            connection.execute(attack)
    assert (books.period().state, books.period(MARCH).state) == ("closed", "open")


def test_periods_close_and_reopen_in_order_and_only_once_ended(books: Closing, maker: Actor, checker: Actor) -> None:
    with pytest.raises(PeriodMoved, match="February 2026 is closed already"):
        books.ask_to_close(maker, FEBRUARY, key="again")
    with pytest.raises(PeriodNotEnded, match="March 2026 ends on 2026-04-01"):
        books.ask_to_close(maker, MARCH)
    with pytest.raises(PeriodMoved, match="March 2026 is open already"):
        books.ask_to_reopen(maker, MARCH)
