"""A case that policy lets nobody end alone by a code of its class: it waits until another person has agreed."""

from typing import Any

import pytest

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.cases.models import CaseEvent
from reconciliation.cases.request_resolution import request_resolution
from reconciliation.cases.resolve_case import resolve_case
from reconciliation.errors import CaseNotOpen, CheckerIsMaker, NeedsApproval
from tests.checkpoints import checkpoint, put_in_force, two_admins
from tests.people import UserMaker, acting
from tests.reconciliation.books import NOW, Books

CODE, NOTE = "answered_elsewhere", "letter FIN-7 of the bank"


@pytest.fixture
def number(books: Books, user_of: UserMaker) -> int:
    first, second = two_admins(user_of, books.tenant_id)
    two = {
        "moves": ["case.resolve"], "amounts": {"ETB": {"from": "500"}}, "requires": ["permitted", "noted", "signed"],
        "outcome": "approval", "approval": {"roles": ["controller"], "quorum": 1},
        "reason": "A large difference is not ended by one person.",
    }  # fmt: skip
    put_in_force(books.tenant_id, checkpoint(two), maker=first, checker=second, at=NOW)
    books.play("T1 10 ewa 900 @D1\nT2 10 ewa 499 @D2").check_day("clr", "10")
    return _number(books, 900)


def _number(books: Books, minor: int) -> int:
    return int(next(c.number for c in books.cases("clr", "10") if abs(c.contribution_minor) == minor))


def ask(books: Books, number: int, by: Actor, **changed: Any) -> Made:
    given = {"code": CODE, "note": NOTE, "idempotency_key": "k1", "at": NOW} | changed
    with tenant(books.tenant_id):
        return request_resolution(number=number, actor=by, **given)


def test_another_controller_ends_it(books: Books, number: int, checker: Actor, user_of: UserMaker) -> None:
    with tenant(books.tenant_id), pytest.raises(NeedsApproval, match="not ended by one person"):
        resolve_case(number=number, code=CODE, note=NOTE, key="k1", actor=checker, at=NOW)
    made = ask(books, number, checker)
    assert ask(books, number, checker).id == made.id
    with pytest.raises(CaseNotOpen):
        ask(books, number, checker, idempotency_key="k2")
    with pytest.raises(CheckerIsMaker):
        books.approve(made, checker)
    second = acting(user_of("Second", "controller"), books.tenant_id)
    assert books.approve(made, second).state == "executed"
    with tenant(books.tenant_id):
        event = CaseEvent.objects.filter(kind="resolved").latest("id")
        assert (event.case.resolution, event.detail["code"], event.detail["note"]) == (CODE, CODE, NOTE)
        assert (event.detail["request"], event.detail["asked_by"]) == (made.number, "Checker")


def test_a_no_gives_it_back(books: Books, number: int, maker: Actor, checker: Actor) -> None:
    made = ask(books, number, maker)
    books.reject(made, checker)
    with tenant(books.tenant_id):
        case = next(c for c in books.cases("clr", "10") if c.number == number)
        assert (case.state, case.resolution) == ("assigned", "")


def test_a_small_one_is_ended_by_one(books: Books, number: int, maker: Actor) -> None:
    with tenant(books.tenant_id):
        done = resolve_case(number=_number(books, 499), code=CODE, note=NOTE, key="k9", actor=maker, at=NOW)
    assert done.code == CODE


def test_where_policy_lets_it_run_at_once_it_is_ended_when_it_is_asked_for(
    books: Books, number: int, maker: Actor
) -> None:
    small = _number(books, 499)
    made = ask(books, small, maker)
    assert (made.state, made.quorum) == ("executed", 0)
    with tenant(books.tenant_id):
        event = CaseEvent.objects.filter(kind="resolved").latest("id")
        assert (event.case.number, event.detail["request"], event.person_id) == (small, made.number, maker.person_id)
