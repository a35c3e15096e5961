from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from ledger.actors import Actor
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.withdraw_request import withdraw_request
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.cases.request_other import request_other
from reconciliation.errors import CaseNotOpen, CheckerIsMaker, NotPermitted, ReasonMissing, RequestNotOpen, SecurityHold
from reconciliation.matching.models import Match
from tests.people import INTEGRATION, UserMaker, acting
from tests.reconciliation.books import NOW, Books

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def number(books: Books) -> int:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    return int(books.case("clr", "10").number)


def ask(books: Books, number: int, by: Actor, note: str = "twin of an old ledger", **changed: Any) -> Made:
    given = {"idempotency_key": "k1", "at": NOW} | changed
    with tenant(books.tenant_id):
        return request_other(number=number, note=note, actor=by, **given)


def test_the_case_waits_and_the_second_person_ends_it(books: Books, number: int, maker: Actor, checker: Actor) -> None:
    before = books.check_day("clr", "10")
    made = ask(books, number, maker)
    assert (made.quorum, made.roles) == (1, ("controller",))
    case = books.case("clr", "10")
    assert (case.state, case.owner_id) == ("waiting_approval", maker.person_id)
    assert books.approve(made, checker).state == "executed"
    case = books.case("clr", "10")
    assert (case.state, case.resolution) == ("resolved", "other")
    with tenant(books.tenant_id):
        event = CaseEvent.objects.filter(case=case).latest("id")
        assert (event.kind, event.detail["request"], event.person_id) == ("resolved", made.number, checker.person_id)
        assert AuditEntry.objects.filter(action="case.resolved", actor=checker.id).count() == 1
    after = books.check_day("clr", "10", at=LATER)
    assert (after.verdict, after.drift, after.open_count) == (before.verdict, before.drift, before.open_count)
    assert books.case("clr", "10").state == "resolved"


@pytest.mark.parametrize("asked", [False, True])
def test_the_database_ends_nothing_as_other_without_the_second_person(
    books: Books, number: int, maker: Actor, asked: bool
) -> None:
    if asked:
        ask(books, number, maker)
    with tenant(books.tenant_id), pytest.raises(IntegrityError, match="no approved request asks for it"):
        ExceptionCase.objects.filter(number=number).update(state="resolved", resolution="other", resolved_at=NOW)


def test_an_agreement_that_was_used_ends_nothing_again(books: Books, number: int, maker: Actor, checker: Actor) -> None:
    books.approve(ask(books, number, maker), checker)
    with tenant(books.tenant_id):
        case = ExceptionCase.objects.filter(number=number)
        case.update(state="reopened", resolution="", resolved_at=None)
        with pytest.raises(IntegrityError, match="no approved request asks for it"):
            case.update(state="resolved", resolution="other", resolved_at=NOW)


def test_it_never_counts_as_matched(books: Books, number: int, maker: Actor, checker: Actor) -> None:
    books.approve(ask(books, number, maker), checker)
    books.check_day("clr", "10", at=LATER)
    with tenant(books.tenant_id):
        assert not Match.objects.exists()


def test_whoever_asks_cannot_agree_under_any_role(
    books: Books, number: int, checker: Actor, user_of: UserMaker
) -> None:
    made = ask(books, number, checker)
    with pytest.raises(CheckerIsMaker):
        books.approve(made, checker)
    user = user_of("Second Seat", "analyst", "controller")
    assert books.approve(made, acting(user, books.tenant_id)).state == "executed"


def test_an_analyst_cannot_agree(books: Books, number: int, maker: Actor, checker: Actor, user_of: UserMaker) -> None:
    made = ask(books, number, checker)
    with pytest.raises(NotPermitted):
        books.approve(made, maker)


def test_a_rejection_gives_it_back_with_the_reason(books: Books, number: int, maker: Actor, checker: Actor) -> None:
    made = ask(books, number, maker)
    assert books.reject(made, checker).state == "rejected"
    case = books.case("clr", "10")
    assert (case.state, case.resolution, case.owner_id) == ("assigned", "", maker.person_id)
    with tenant(books.tenant_id):
        assert CaseEvent.objects.filter(case=case).latest("id").detail["why"] == "not proven"
    assert ask(books, number, maker, idempotency_key="k2", note="proven by the archive").created


def test_a_withdrawal_gives_it_back(books: Books, number: int, maker: Actor) -> None:
    made = ask(books, number, maker)
    with tenant(books.tenant_id):
        withdraw_request(request_id=made.id, actor=maker, at=LATER)
    assert books.case("clr", "10").state == "assigned"


def test_what_changed_meanwhile_is_not_ended(books: Books, number: int, maker: Actor, checker: Actor) -> None:
    made = ask(books, number, maker)
    books.play("L1 clr 10 -850 @D1").check_day("clr", "10", at=LATER)
    decided = books.approve(made, checker, at=LATER)
    assert decided.state == "stale"
    assert {c.fact for c in decided.changed} == {"case_class", "case_difference", "case_rows"}
    assert books.case("clr", "10").state == "assigned"


def test_it_needs_a_note_a_person_and_an_open_case(books: Books, number: int, maker: Actor, support: Actor) -> None:
    with pytest.raises(ReasonMissing):
        ask(books, number, maker, note=" ")
    for someone in (support, INTEGRATION):
        with pytest.raises(NotPermitted):
            ask(books, number, someone)
    ask(books, number, maker)
    with pytest.raises(CaseNotOpen):
        ask(books, number, maker, idempotency_key="k2")
    books.play("L9 cash 10 -250 @X9").check_day("cash", "10")
    with pytest.raises(SecurityHold):
        ask(books, books.case("cash", "10").number, maker, idempotency_key="k3")


def test_the_same_form_twice_is_one_request(books: Books, number: int, maker: Actor, checker: Actor) -> None:
    made = ask(books, number, maker)
    again = ask(books, number, maker)
    assert (again.id, again.created) == (made.id, False)
    with tenant(books.tenant_id):
        assert ApprovalRequest.objects.count() == 1
    books.approve(made, checker)
    with pytest.raises(RequestNotOpen, match="was executed"):
        books.approve(made, checker)
