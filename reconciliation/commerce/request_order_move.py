"""Ask for a move of an order by hand that policy lets nobody make alone."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.commerce.apply_moves import OrderStep
from reconciliation.commerce.by_hand import ByHand, facts_of, read_by_hand
from reconciliation.commerce.move_kind import KIND, freeze
from reconciliation.errors import ChangedSinceAsked


def request_order_move(said: ByHand, *, actor: Actor, at: datetime) -> Made:
    """Freeze the move for a checker; the order stays where it is. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput, ReasonMissing, MoveNotAllowed, ChangedSinceAsked (it stands otherwise by now),
    AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy."""
    order, step = read_by_hand(said, actor)
    if made := made_before(
        said.key, kind=KIND, subject=order.order_ref, reason_code=step.reason_code, note=_note(step),
        maker=actor.person_id,
    ):  # fmt: skip
        return made
    if order.state != step.before:
        raise ChangedSinceAsked(f"order {order.order_ref} is no longer {step.before}; look again")
    return make_request(
        Draft(
            kind=KIND, title=f"Move from {step.before} to {step.after} {order.order_ref}", subject=order.order_ref,
            payload=freeze(order, step), amount_minor=int(order.expected_minor), currency=order.asset,
            payment_id=order.payment_id, reason_code=step.reason_code, note=_note(step),
            idempotency_key=said.key, facts=facts_of(order, step, actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip


def _note(step: OrderStep) -> str:
    return step.note or f"Ticket {step.ticket}"
