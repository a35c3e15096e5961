"""The steps that a move by hand shares, for one person's word and for two people's: read what was said, and carry it out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.refusals import refused_by_key
from reconciliation.checkpoints.acting import by as acting_by
from reconciliation.commerce.apply_moves import OrderStep, apply_moves
from reconciliation.commerce.find_order import find_order
from reconciliation.commerce.models import Order
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


def read_by_hand(said: ByHand, actor: Actor) -> tuple[Order, OrderStep]:
    """The order and its step. Raises NotPermitted, NotFound, BadInput, ReasonMissing, MoveNotAllowed."""
    require(actor, Permission.MOVE_ORDER)
    person_of(actor, "moves an order by hand")
    if not 1 <= len(said.key) <= LONGEST_KEY or not said.key.isalnum():
        raise BadInput("the form carries no key", "key")
    order = find_order(said.order_ref)
    require_move(said.seen, said.to, "operator")
    ticket, note = require_reason(said.seen, said.to, said.reason_code, said.ticket, said.note)
    return order, OrderStep(order.id, said.seen, said.to, said.reason_code, ticket, note, said.key)


def facts_of(order: Order, step: OrderStep, actor: Actor) -> dict[str, Any]:
    """What policy may look at; money in minor units as text."""
    return {
        "from": step.before, "to": step.after, "reason_code": step.reason_code, "ticket": step.ticket,
        "asset": order.asset, "rail": order.rail, "amount_minor": str(order.expected_minor),
    } | acting_by(actor)  # fmt: skip


def carry_out(
    order_ref: str, step: OrderStep, *, decision_id: int, policy_version: str, by: Actor, at: datetime, **detail: Any
) -> None:
    """Move the order and say so on the trail; `detail` goes there too. Raises ChangedSinceAsked."""
    with refused_by_key():
        moved = apply_moves(
            [step], source="operator", decision_id=decision_id, by=by, at=at, policy_version=policy_version
        )  # fmt: skip
    if not moved:
        raise ChangedSinceAsked(f"order {order_ref} is no longer {step.before}; look again")
    audit.record(
        by, at, "order.moved", order_ref, why=step.note, policy_version=policy_version, source="operator",
        reason_code=step.reason_code, ticket=step.ticket, decision=decision_id, **{"from": step.before, "to": step.after},
        **detail,
    )  # fmt: skip
