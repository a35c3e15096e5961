from datetime import date, timedelta

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from tests.reconciliation.books import NOW
from tests.reconciliation.periods.bench import MARCH, Closing
from tests.stories.notation import Tx

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def books(acme: Tenant) -> Closing:
    return Closing(acme.id)


def test_s15_through_the_real_request_with_the_period_really_closed(
    books: Closing, maker: Actor, checker: Actor
) -> None:
    books.post(Tx("T1", "2026-02-27", "POSTED", "ewa", [("emp", "DEBIT", 60), ("clr", "CREDIT", 60)], "D1"))
    books.ready()
    first = books.reconcile("clr", date(2026, 2, 27), NOW)
    assert (first.ledger_total, first.statement_total, first.drift) == (60, 0, 60)
    books.close(maker, checker)
    (case,) = books.cases("clr")
    made = books.reverse("T1", maker, case=case.number)
    assert books.approve(made, checker).state == "executed"
    reversal = books.reversal_of("T1")
    assert reversal is not None
    assert (reversal.effective_on, reversal.adjusts_on) == (MARCH, date(2026, 2, 27))
    books.cover("clr", MARCH + timedelta(days=2))
    again, after = books.reconcile("clr", date(2026, 2, 27), NOW), books.reconcile("clr", MARCH, NOW)
    assert (again.drift, after.ledger_total, after.statement_total, after.drift) == (60, -60, 0, -60)
    assert again.drift + after.drift == 0
