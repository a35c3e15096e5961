"""The fifth step: each gap is corrected by what two people agreed on and then seen gone, or accepted by two people. An order is
moved through the freeze for a gap alone."""

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.commerce.models import Order
from reconciliation.errors import BadInput, CheckerIsMaker, Frozen, NotFound, NotPermitted, RequestNotOpen
from reconciliation.recovery.runs.close_corrections import close_corrections
from reconciliation.recovery.runs.closing_models import RecoveryAcceptance, RecoveryRemedy
from reconciliation.recovery.runs.errors import GateClosed, NoRemedy
from reconciliation.recovery.runs.models import RecoveryRun
from reconciliation.recovery.runs.recheck_gaps import recheck_gaps
from reconciliation.recovery.runs.standing import standing_of
from reconciliation.recovery.runs.tie_request import tie_request
from tests.reconciliation.recovery.runs.drifted import LATER, Drifted
from tests.reconciliation.recovery.runs.test_steps import assert_chained

pytestmark = pytest.mark.django_db(transaction=True)


def state_of(shop: Drifted, ref: str) -> str:
    with tenant(shop.tenant_id):
        return str(Order.objects.get(order_ref=ref).state)


def test_an_order_is_moved_for_a_gap_by_two_people_through_the_freeze(
    shop: Drifted, controller: Actor, second: Actor
) -> None:
    shop.to_classes(controller)
    unpaid, early = shop.gap("o2", "unpaid"), shop.gap("o2", "fulfilled_early")
    with pytest.raises(GateClosed, match="step 5 of RR-1 opens after step 4"):
        shop.ask_move(unpaid, "o2", controller)
    shop.close_classes(controller)
    with pytest.raises(Frozen, match="frozen by recovery RR-1"):
        shop.fulfil("o1", controller, minute=4000)
    with pytest.raises(BadInput, match="is not about order o4"):
        shop.ask_move(unpaid, "o4", controller)
    asked = shop.ask_move(unpaid, "o2", controller)
    assert (asked.state, asked.quorum, asked.roles) == ("open", 1, ("controller",))
    assert shop.ask_move(unpaid, "o2", controller).id == asked.id, "the same form, sent twice"
    assert shop.states()[("o2", "unpaid")] == "asked"
    with pytest.raises(CheckerIsMaker):
        shop.approve(asked, controller)
    assert state_of(shop, "o2") == "fulfilled"
    assert shop.approve(asked, second).state == "executed"
    assert state_of(shop, "o2") == "refunded"
    assert shop.states()[("o2", "unpaid")] == "look"
    assert shop.states()[("o2", "fulfilled_early")] == "open", "each gap is tied by itself"
    with tenant(shop.tenant_id):
        tie_request(number=1, gap=early, request=asked.number, actor=controller, at=LATER)
        tie_request(number=1, gap=early, request=asked.number, actor=controller, at=LATER)
        assert RecoveryRemedy.objects.count() == 2
        told = AuditEntry.objects.get(action="order.moved", subject="o2", detail__recovery="RR-1")
        assert told.detail["gap"] == f"G-{unpaid}"
    assert shop.recheck(second) == (2, 2)
    assert shop.states()[("o2", "unpaid")] == shop.states()[("o2", "fulfilled_early")] == "corrected"
    assert shop.recheck(second) == (0, 0), "what is seen gone is not looked at again"


def test_a_gap_that_is_still_there_is_not_corrected(shop: Drifted, controller: Actor, second: Actor) -> None:
    shop.to_corrections(controller)
    unpaid = shop.gap("o2", "unpaid")
    asked = shop.ask_move(unpaid, "o2", controller, to="open")
    shop.approve(asked, second)
    assert shop.recheck(controller) == (1, 0)
    assert shop.states()[("o2", "unpaid")] == "remains", "an order that waits for money which never came"
    with (
        tenant(shop.tenant_id),
        pytest.raises(GateClosed, match="4 gaps are not settled: 3 with nothing asked for, 1 corrected and"),
    ):
        close_corrections(number=1, actor=controller, at=LATER)


def test_a_gap_is_accepted_with_a_reason_by_two_people(
    shop: Drifted, controller: Actor, second: Actor, support: Actor
) -> None:
    shop.to_corrections(controller)
    under = shop.gap("o3", "under")
    with pytest.raises(NotPermitted):
        shop.ask_acceptance(under, support)
    with pytest.raises(NotFound):
        shop.ask_acceptance(99, controller)
    asked = shop.ask_acceptance(under, controller)
    assert shop.ask_acceptance(under, controller).id == asked.id
    with pytest.raises(CheckerIsMaker):
        shop.approve(asked, controller)
    shop.approve(asked, second)
    with tenant(shop.tenant_id):
        (made,) = RecoveryAcceptance.objects.all()
        assert (made.asked_by, made.accepted_by) == ("Cora Controller", "Sela Second")
    assert shop.states()[("o3", "under")] == "accepted"
    with pytest.raises(RequestNotOpen, match="was accepted by Sela Second"):
        shop.ask_acceptance(under, controller, key="again")


def test_only_a_correction_of_its_own_payment_is_tied_to_a_gap(shop: Drifted, controller: Actor, second: Actor) -> None:
    shop.to_corrections(controller)
    asked = shop.ask_move(shop.gap("o2", "unpaid"), "o2", controller)
    with tenant(shop.tenant_id), pytest.raises(NoRemedy, match="no correction of the payment or the order"):
        tie_request(number=1, gap=shop.gap("o3", "under"), request=asked.number, actor=controller, at=LATER)
    other = shop.ask_acceptance(shop.gap("o3", "under"), controller)
    with tenant(shop.tenant_id), pytest.raises(NoRemedy):
        tie_request(number=1, gap=shop.gap("o3", "under"), request=other.number, actor=controller, at=LATER)
    with tenant(shop.tenant_id), pytest.raises(NotFound):
        tie_request(number=1, gap=shop.gap("o3", "under"), request=99, actor=controller, at=LATER)


def test_from_the_classes_to_the_corrections(shop: Drifted, controller: Actor, second: Actor) -> None:
    shop.to_the_end(controller, second)
    with tenant(shop.tenant_id):
        standing = standing_of(1)
        said = standing.said(5)
        assert (standing.next_step, said["gaps"], said["corrected"], said["accepted"]) == (6, 4, 2, 2)
        assert said["value_minor"] == {"BTC": {"corrected": "50000", "accepted": "10000"}}
        again = close_corrections(number=1, actor=controller, at=LATER)
        assert bytes(again.sha256) == bytes(standing.steps[5].sha256)
        with pytest.raises(GateClosed, match="is done"):
            recheck_gaps(number=1, actor=controller, at=LATER)
    assert_chained(shop)


def test_what_waits_when_the_run_is_stopped_moves_nothing(shop: Drifted, controller: Actor, second: Actor) -> None:
    shop.to_corrections(controller)
    asked = shop.ask_move(shop.gap("o2", "unpaid"), "o2", controller)
    shop.approve(shop.ask_stop(controller), second)
    assert shop.approve(asked, second).state == "stale"
    assert state_of(shop, "o2") == "fulfilled"
    with tenant(shop.tenant_id):
        assert ApprovalRequest.objects.get(id=asked.id).state == "stale"
        assert RecoveryRun.objects.count() == 1
