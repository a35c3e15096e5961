"""Move one order by hand: a person says from which state to which, why, and in which ticket. Past rules and matchers, so it
is counted: a state edited by hand is itself a sign of drift."""

from dataclasses import dataclass
from datetime import datetime

from django.db.transaction import atomic

from ledger import audit
from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.approvals.checkers import person_of
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import COMMERCE_BY_HAND, Move
from reconciliation.commerce.apply_moves import OrderStep, apply_moves
from reconciliation.commerce.find_order import find_order
from reconciliation.commerce.models import Order, OrderMove
from reconciliation.commerce.rules import require_move, require_reason
from reconciliation.errors import BadInput, ChangedSinceAsked
from reconciliation.permissions import Permission, require

LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person says. `seen` is the state that their page showed, `key` the sent form's: sent again it moves nothing."""

    order_ref: str
    seen: str
    to: str
    reason_code: str
    ticket: str
    key: str
    note: str = ""


def move_order(said: ByHand, *, actor: Actor, at: datetime) -> None:
    """Move the order. Needs a tenant scope. Raises NotPermitted, NotFound, BadInput, ReasonMissing, MoveNotAllowed,
    ChangedSinceAsked (it stands otherwise by now), KeyReusedForAnotherPayload."""
    require(actor, Permission.MOVE_ORDER)
    person_of(actor, "moves an order by hand")
    if not 1 <= len(said.key) <= LONGEST_KEY or not said.key.isalnum():
        raise BadInput("the form carries no key", "key")
    order = find_order(said.order_ref)
    require_move(said.seen, said.to, "operator")
    ticket, note = require_reason(said.seen, said.to, said.reason_code, said.ticket, said.note)
    step = OrderStep(order.id, said.seen, said.to, said.reason_code, ticket, note, said.key)
    if _sent_before(step, actor):
        return
    try:
        with atomic():  # taken back whole when somebody was faster: no decision without its move
            _move(order, step, actor, at)
    except ChangedSinceAsked:
        if not _sent_before(step, actor):  # a double click: the first one has moved it meanwhile
            raise


def _move(order: Order, step: OrderStep, actor: Actor, at: datetime) -> None:
    facts = {
        "from": step.before,
        "to": step.after,
        "reason_code": step.reason_code,
        "ticket": step.ticket,
        "asset": order.asset,
        "rail": order.rail,
        "amount_minor": str(order.expected_minor),
    } | by(actor)
    decided = record_decision(Move(COMMERCE_BY_HAND, facts, order.payment_id), at=at, subjects=[order.order_ref])
    version = decided.decision.policy_version
    moved = apply_moves([step], source="operator", decision_id=decided.id, by=actor, at=at, policy_version=version)
    if not moved:
        raise ChangedSinceAsked(f"order {order.order_ref} is no longer {step.before}; look again")
    audit.record(
        actor, at, "order.moved", order.order_ref, why=step.note, policy_version=version, source="operator",
        reason_code=step.reason_code, ticket=step.ticket, decision=decided.id, **{"from": step.before, "to": step.after},
    )  # fmt: skip


def _sent_before(step: OrderStep, actor: Actor) -> bool:
    found = OrderMove.objects.filter(order_id=step.order_id, sent_key=step.sent_key).first()
    if found is None:
        return False
    same = (step.before, step.after, step.reason_code, step.ticket, step.note, actor.id)
    if (found.from_state, found.to_state, found.reason_code, found.ticket, found.note, found.actor) != same:
        raise KeyReusedForAnotherPayload("this form was sent before in other words; reload the page")
    return True
