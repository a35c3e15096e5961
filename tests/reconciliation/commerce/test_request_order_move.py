"""An order that policy lets nobody move alone: it stays until another person has agreed."""

from dataclasses import replace

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.step_up import StepUp
from reconciliation.commerce.by_hand import ByHand
from reconciliation.commerce.models import OrderMove
from reconciliation.commerce.move_order import move_order
from reconciliation.commerce.request_order_move import request_order_move
from reconciliation.errors import ChangedSinceAsked, CheckerIsMaker, NeedsApproval, NotPermitted
from tests.checkpoints import checkpoint, put_in_force, two_admins
from tests.people import UserMaker, acting
from tests.reconciliation.commerce.desk import NOON, asked, moves_of, order_of, take

pytestmark = pytest.mark.django_db(transaction=True)
SENT = ByHand("A-1", "open", "refunded", "CUSTOMER_REFUNDED_OUTSIDE", "SUP-17", "k1", "paid back in cash")


@pytest.fixture(autouse=True)
def shop(acme: Tenant, user_of: UserMaker) -> None:
    take(acme.id, asked("A-1"))
    first, second = two_admins(user_of, acme.id)
    two = {
        "moves": ["commerce.move_by_hand"], "when": {"to": ["refunded"]}, "outcome": "approval",
        "approval": {"roles": ["controller"], "quorum": 1}, "reason": "A refund by hand is seen by a second controller.",
    }  # fmt: skip
    put_in_force(acme.id, checkpoint(two), maker=first, checker=second, at=NOON)


@pytest.fixture
def second(user_of: UserMaker, acme: Tenant) -> Actor:
    return acting(user_of("Second", "controller"), acme.id)


def ask(acme: Tenant, by: Actor, said: ByHand = SENT) -> Made:
    with tenant(acme.id):
        return request_order_move(said, actor=by, at=NOON)


def decide(acme: Tenant, made: Made, by: Actor) -> Decided:
    with tenant(acme.id):
        proof = StepUp(NOON, made.id, made.payload_sha256)
        return decide_request(request_id=made.id, verdict="approve", reason="", step_up=proof, actor=by, at=NOON)


def test_it_moves_when_another_controller_agrees(acme: Tenant, checker: Actor, second: Actor) -> None:
    with tenant(acme.id), pytest.raises(NeedsApproval, match="seen by a second controller"):
        move_order(SENT, actor=checker, at=NOON)
    made = ask(acme, checker)
    assert order_of(acme.id).state == "open"
    assert (ask(acme, checker).id, ask(acme, checker).created) == (made.id, False)
    with pytest.raises(CheckerIsMaker):
        decide(acme, made, checker)
    assert decide(acme, made, second).state == "executed"
    assert moves_of(acme.id) == [("open", "refunded", "operator")]
    with tenant(acme.id):
        done = OrderMove.objects.select_related("decision").get()
        assert (done.actor, done.ticket, done.note) == (second.id, "SUP-17", "paid back in cash")
        assert done.decision.outcome == "approval"
        row = AuditEntry.objects.get(action="order.moved")
        assert (row.detail["request"], row.detail["asked_by"]) == (made.number, "Checker")


def test_another_move_waits_for_nobody(acme: Tenant, checker: Actor) -> None:
    with tenant(acme.id):
        move_order(replace(SENT, to="fulfilled", reason_code="GOODS_SENT_BY_SUPPORT"), actor=checker, at=NOON)
    assert order_of(acme.id).state == "fulfilled"


def test_an_order_that_moved_meanwhile_makes_it_stale(acme: Tenant, checker: Actor, second: Actor) -> None:
    made = ask(acme, checker)
    with tenant(acme.id):
        move_order(
            replace(SENT, to="fulfilled", reason_code="GOODS_SENT_BY_SUPPORT", key="k2"), actor=second, at=NOON
        )  # fmt: skip
    done = decide(acme, made, second)
    assert (done.state, [c.fact for c in done.changed]) == ("stale", ["order_state"])
    with pytest.raises(ChangedSinceAsked):
        ask(acme, checker, replace(SENT, key="k3"))


def test_it_is_asked_for_by_those_who_may_move(acme: Tenant, maker: Actor) -> None:
    with pytest.raises(NotPermitted):
        ask(acme, maker)
