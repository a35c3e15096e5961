"""The kind "move_order_for_gap": an order moved for a gap of a recovery, by two people. The freeze of recoveries lets it
through, for it is how a recovery corrects; it names its run and gap, is of the gap's own order, and runs in the fifth
step alone."""

from collections.abc import Sequence
from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.commerce.apply_moves import OrderStep
from reconciliation.commerce.by_hand import carry_out
from reconciliation.commerce.models import Order
from reconciliation.commerce.move_kind import freeze as freeze_order
from reconciliation.permissions import Permission
from reconciliation.recovery.runs.models import RecoveryGap
from reconciliation.recovery.runs.standing import Standing, standing_of

KIND, MOVE = "move_order_for_gap", "recovery.move_order"


def freeze(order: Order, step: OrderStep, standing: Standing, gap: RecoveryGap) -> Payload:
    """What goes from where to where, as for every move by hand, and for which gap."""
    return freeze_order(order, step) | {
        "kind": KIND, "run": standing.run.number, "gap": gap.number, "gap_id": gap.id, "difference": gap.reason,
    }  # fmt: skip


def facts_of(payload: Payload) -> Facts:
    """What must still hold: the order stands where it stood, and the run where it corrects."""
    standing = standing_of(payload["run"])
    return {
        "order_state": Order.objects.get(id=payload["order_id"]).state,
        "recovery_step": "ended" if standing.end else standing.next_step,
    }


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Move the order; writes no transaction. Raises ChangedSinceAsked."""
    request = ApprovalRequest.objects.get(kind=KIND, state=ApprovalRequest.State.OPEN, subject=payload["order_ref"])
    step = OrderStep(
        payload["order_id"], payload["from"], payload["to"], payload["reason_code"], payload["ticket"], payload["note"],
        payload["key"],
    )  # fmt: skip
    carry_out(
        payload["order_ref"], step, decision_id=decision_id, policy_version=policy_version, by=actor, at=at,
        request=request.number, asked_by=request.made_by_label, recovery=f"RR-{payload['run']}", gap=f"G-{payload['gap']}",
    )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """The tie stays; a gap whose request came to nothing is open again."""


def preview(payload: Payload, at: datetime) -> object:
    """It writes no entry, so there is nothing to preview."""
    return None


MOVE_ORDER_FOR_GAP = Kind(KIND, MOVE, preview, facts_of, effect, ended, Permission.MOVE_ORDER, together=True)
