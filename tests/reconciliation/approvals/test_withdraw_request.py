import pytest

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.approvals.withdraw_request import withdraw_request
from reconciliation.errors import NotFound, NotPermitted, RequestNotOpen
from reconciliation.people.models import User
from tests.people import UserMaker, acting
from tests.reconciliation.approvals.desk import Desk, Trial


def withdraw(desk: Desk, request_id: int, by: Actor) -> int:
    with tenant(desk.tenant_id):
        return withdraw_request(request_id=request_id, actor=by, at=desk.now)


def test_the_maker_takes_it_back(desk: Desk, trial: Trial, maker: Actor, checker: Actor) -> None:
    made = desk.ask(maker)
    assert withdraw(desk, made.id, maker) == 1
    assert (desk.stored(made).state, trial.ended) == ("withdrawn", [("CR-1", "withdrawn")])
    with pytest.raises(RequestNotOpen):
        desk.decide(made, checker)


def test_the_maker_s_second_sign_in_may_too(desk: Desk, maker: Actor, user_of: UserMaker) -> None:
    made = desk.ask(maker)
    with tenant(desk.tenant_id):
        first = User.objects.get(email=maker.id)
    assert withdraw(desk, made.id, acting(user_of("Maker Two", "analyst", same_as=first), desk.tenant_id)) == 1


def test_it_refuses_everybody_else(desk: Desk, maker: Actor, checker: Actor, admin: Actor) -> None:
    made = desk.ask(maker)
    token = Actor("token", "x", frozenset({"integration"}), person_id=maker.person_id)
    for someone in (checker, admin, token):
        with pytest.raises(NotPermitted):
            withdraw(desk, made.id, someone)


def test_it_refuses_what_is_over_or_unknown_and_happens_once(desk: Desk, maker: Actor) -> None:
    made = desk.ask(maker)
    withdraw(desk, made.id, maker)
    with pytest.raises(RequestNotOpen):
        withdraw(desk, made.id, maker)
    with pytest.raises(NotFound):
        withdraw(desk, made.id + 1, maker)
