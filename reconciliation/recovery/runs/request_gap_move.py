"""Step 5, for one gap: ask for a move of its order. The same move by hand is frozen for everybody; two people may make it
for a gap."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.commerce.by_hand import ByHand, facts_of, read_by_hand
from reconciliation.errors import BadInput, ChangedSinceAsked
from reconciliation.recovery.runs.correcting import gap_of
from reconciliation.recovery.runs.gap_move_kind import KIND, freeze
from reconciliation.recovery.runs.gates import require_turn
from reconciliation.recovery.runs.standing import CORRECT, hold_runs, standing_of
from reconciliation.recovery.runs.tying import tie


def request_gap_move(said: ByHand, *, number: int, gap: int, actor: Actor, at: datetime) -> Made:
    """Freeze the move for a checker, tied to G-`gap` of RR-`number`; the order stays where it is. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput (another order), ReasonMissing, MoveNotAllowed, RequestNotOpen, GateClosed,
    ChangedSinceAsked, AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy."""
    order, step = read_by_hand(said, actor)
    hold_runs()
    standing = standing_of(number)
    found = gap_of(standing.run, gap)
    if found.order_ref != order.order_ref:
        raise BadInput(f"{found} is not about order {order.order_ref}", "order")
    note = step.note or f"Ticket {step.ticket}"
    if made := made_before(
        said.key, kind=KIND, subject=order.order_ref, reason_code=step.reason_code, note=note, maker=actor.person_id
    ):
        return made
    require_turn(CORRECT, standing)
    if order.state != step.before:
        raise ChangedSinceAsked(f"order {order.order_ref} is no longer {step.before}; look again")
    made = make_request(
        Draft(
            kind=KIND, title=f"Move from {step.before} to {step.after} {order.order_ref} for {found}", subject=order.order_ref,
            payload=freeze(order, step, standing, found), amount_minor=int(order.expected_minor), currency=order.asset,
            payment_id=order.payment_id, reason_code=step.reason_code, note=note, idempotency_key=said.key,
            facts=facts_of(order, step, actor) | {"run": str(standing.run), "gap": str(found)},
        ),
        maker=actor, at=at,
    )  # fmt: skip
    tie(standing, found, ApprovalRequest.objects.get(id=made.id), actor=actor, at=at)
    return made
