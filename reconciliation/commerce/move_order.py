"""Move one order by hand: a person says from which state to which, why, and in which ticket. Past rules and matchers, so it
is counted: a state edited by hand is itself a sign of drift."""

from datetime import datetime

from django.db.transaction import atomic

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import COMMERCE_BY_HAND, Move
from reconciliation.commerce.apply_moves import OrderStep
from reconciliation.commerce.by_hand import ByHand, carry_out, facts_of, read_by_hand
from reconciliation.commerce.models import Order, OrderMove
from reconciliation.errors import ChangedSinceAsked


def move_order(said: ByHand, *, actor: Actor, at: datetime) -> None:
    """Move the order. Needs a tenant scope. Raises NeedsApproval (it may be asked for: `request_order_move`), NotPermitted,
    NotFound, BadInput, ReasonMissing, MoveNotAllowed, ChangedSinceAsked (it stands otherwise by now),
    KeyReusedForAnotherPayload."""
    order, step = read_by_hand(said, actor)
    if _sent_before(step, actor):
        return
    try:
        with atomic():  # taken back whole when somebody was faster: no decision without its move
            _move(order, step, actor, at)
    except ChangedSinceAsked:
        if not _sent_before(step, actor):  # a double click: the first one has moved it meanwhile
            raise


def _move(order: Order, step: OrderStep, actor: Actor, at: datetime) -> None:
    decided = record_decision(
        Move(COMMERCE_BY_HAND, facts_of(order, step, actor), order.payment_id), at=at, subjects=[order.order_ref]
    )
    carry_out(
        order.order_ref, step, decision_id=decided.id, policy_version=decided.decision.policy_version, by=actor, at=at
    )


def _sent_before(step: OrderStep, actor: Actor) -> bool:
    found = OrderMove.objects.filter(order_id=step.order_id, sent_key=step.sent_key).first()
    if found is None:
        return False
    same = (step.before, step.after, step.reason_code, step.ticket, step.note, actor.id)
    if (found.from_state, found.to_state, found.reason_code, found.ticket, found.note, found.actor) != same:
        raise KeyReusedForAnotherPayload("this form was sent before in other words; reload the page")
    return True
