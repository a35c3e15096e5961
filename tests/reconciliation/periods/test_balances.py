"""Exceptions at the ends of a period add up, are read from states and events apart, and say so when they do not."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from ledger.models import Period, Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.periods.balances import Balance, balances, thawed
from reconciliation.periods.checklist import with_balances
from reconciliation.periods.extend_months import extend_months
from reconciliation.periods.spans import month_of, months_to_add
from tests.reconciliation.books import NOW
from tests.reconciliation.periods.bench import FEBRUARY, MARCH, Closing
from tests.stories.notation import Tx

pytestmark = pytest.mark.django_db(transaction=True)
APRIL = date(2026, 4, 1)


@pytest.fixture
def books(acme: Tenant) -> Closing:
    found = Closing(acme.id)
    for n, day in enumerate(("2026-02-26", "2026-02-27", "2026-02-28", "2026-03-01"), 1):
        found.post(Tx(f"T{n}", day, "POSTED", "ewa", [("emp", "DEBIT", n), ("clr", "CREDIT", n)], f"D{n}"))
    return found.ready(until=date(2026, 3, 4))


def tell(case: ExceptionCase, kind: str, at: datetime) -> None:
    CaseEvent.objects.create(case=case, at=at, kind=kind, actor="MR-0", text=kind)


def test_what_was_open_with_new_and_less_ended_is_what_is_open(books: Closing) -> None:
    first, second, third, fourth = books.cases("clr")
    with tenant(books.tenant_id):
        tell(first, "resolved", datetime(2026, 2, 28, 9, tzinfo=UTC))  # within its own month
        tell(second, "resolved", datetime(2026, 3, 5, 9, tzinfo=UTC))
        tell(second, "reopened", datetime(2026, 3, 9, 9, tzinfo=UTC))
        tell(third, "resolved", datetime(2026, 2, 27, 9, tzinfo=UTC))  # said before its own day, ends on it
        (february,), (march,) = balances(FEBRUARY, MARCH), balances(MARCH, APRIL)
    assert (february.counts, february.gross) == ((0, 3, 2, 1), (0, 6, 4, 2))
    assert (march.counts, march.gross) == ((1, 2, 1, 2), (2, 6, 2, 6)), "the new one, and one ended and open again"
    assert february.adds_up
    assert march.adds_up
    assert february.counts[3] == march.counts[0]
    assert thawed(march.frozen()) == march
    assert fourth.day == MARCH


def test_an_event_that_is_lost_shows_and_blocks(books: Closing) -> None:
    case = books.cases("clr")[0]
    with tenant(books.tenant_id):
        tell(case, "resolved", datetime(2026, 3, 5, 9, tzinfo=UTC))
        tell(case, "resolved", datetime(2026, 3, 6, 9, tzinfo=UTC))  # ended twice without being opened between
        (march,) = balances(MARCH, APRIL)
    assert not march.adds_up
    listed = with_balances(MARCH, APRIL, (), [march], {})
    assert [i.key for i in listed.blocked_by] == ["balances"]


def test_a_balance_of_other_figures_does_not_add_up() -> None:
    assert Balance("ledger-bank", "x", "ETB", (1, 2, 1, 2), (5, 5, 5, 5)).adds_up
    assert not Balance("ledger-bank", "x", "ETB", (1, 2, 1, 3), (5, 5, 5, 5)).adds_up
    assert not Balance("ledger-bank", "x", "ETB", (1, 2, 1, 2), (5, 5, 5, 6)).adds_up


def test_months_are_stored_ahead_back_to_the_first_posting_and_join(books: Closing) -> None:
    with tenant(books.tenant_id):
        found = list(Period.objects.order_by("first_on").values_list("first_on", "until_on", "state"))
        assert extend_months(at=NOW) == 0
        with (
            connection.cursor() as cursor,
            pytest.raises(Exception, match="does not begin where the one before it ends"),
        ):
            cursor.execute("INSERT INTO ledger_period (first_on, until_on) VALUES ('2027-01-01', '2027-02-01')")
    assert found == [(FEBRUARY, MARCH, "open"), (MARCH, APRIL, "open"), (APRIL, date(2026, 5, 1), "open")]


def test_which_months_are_missing() -> None:
    assert month_of(date(2026, 12, 31)) == (date(2026, 12, 1), date(2027, 1, 1))
    stored = (FEBRUARY, APRIL)
    assert months_to_add(stored, date(2025, 12, 9), date(2026, 3, 9), closed=True) == []
    back = months_to_add(stored, date(2025, 12, 9), date(2026, 4, 1), closed=False)
    assert [first for first, _ in back] == [date(2025, 12, 1), date(2026, 1, 1), APRIL]
    assert months_to_add(None, MARCH, date(2026, 2, 1), closed=False) == [(MARCH, APRIL)]
