from datetime import date, timedelta

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.cases.acting import Acted
from reconciliation.cases.snooze_case import snooze_case
from reconciliation.errors import BadInput, CaseNotOpen, NotFound, NotPermitted, ReasonMissing, SecurityHold
from tests.people import INTEGRATION
from tests.reconciliation.books import NOW, Books

UNTIL = date(2026, 3, 24)


@pytest.fixture
def number(books: Books) -> int:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    return int(books.case("clr", "10").number)


def snooze(books: Books, number: int, by: Actor, until: date = UNTIL, reason: str = "waits for the desk") -> Acted:
    with tenant(books.tenant_id):
        return snooze_case(number=number, until=until, reason=reason, actor=by, at=NOW)


def test_it_sleeps_until_the_day_and_the_first_run_from_then_on_wakes_it(
    books: Books, number: int, maker: Actor
) -> None:
    acted = snooze(books, number, maker)
    assert (acted.state, acted.owner_id) == ("snoozed", maker.person_id)
    books.check_day("clr", "10", at=NOW + timedelta(days=1))
    assert books.case("clr", "10").state == "snoozed"
    books.check_day("clr", "10", at=NOW + timedelta(days=4))
    assert books.case("clr", "10").state == "assigned"
    with tenant(books.tenant_id):
        assert AuditEntry.objects.get(action="case.snoozed").why.endswith("waits for the desk")


def test_it_refuses_whom_the_permission_is_not_given(books: Books, number: int, support: Actor, auditor: Actor) -> None:
    for someone in (support, auditor, INTEGRATION):
        with pytest.raises(NotPermitted):
            snooze(books, number, someone)


def test_it_refuses_without_a_later_day_or_a_reason(books: Books, number: int, maker: Actor) -> None:
    with pytest.raises(BadInput):
        snooze(books, number, maker, NOW.date())
    with pytest.raises(ReasonMissing):
        snooze(books, number, maker, reason="")
    with pytest.raises(NotFound):
        snooze(books, number + 1, maker)


def test_it_refuses_a_security_case_and_one_that_waits_for_a_decision(books: Books, number: int, maker: Actor) -> None:
    books.reverse("T1", maker)
    with pytest.raises(CaseNotOpen, match="waits for a decision"):
        snooze(books, number, maker)
    books.play("L9 cash 10 -250 @X9").check_day("cash", "10")
    with pytest.raises(SecurityHold):
        snooze(books, books.case("cash", "10").number, maker)


def test_doing_it_again_moves_the_day(books: Books, number: int, maker: Actor) -> None:
    snooze(books, number, maker)
    again = snooze(books, number, maker, date(2026, 3, 26))
    assert again.snoozed_until is not None and again.snoozed_until.day == 26
