"""The kind "move_order": an order moved by hand once enough others have agreed."""

from collections.abc import Sequence
from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.rules import COMMERCE_BY_HAND
from reconciliation.commerce.apply_moves import OrderStep
from reconciliation.commerce.by_hand import carry_out
from reconciliation.commerce.models import Order
from reconciliation.permissions import Permission

KIND = "move_order"


def freeze(order: Order, step: OrderStep) -> Payload:
    """Which order goes from where to where, and what was said of it; money in minor units as text."""
    return {
        "kind": KIND, "order_id": order.id, "order_ref": order.order_ref, "from": step.before, "to": step.after,
        "reason_code": step.reason_code, "ticket": step.ticket, "note": step.note, "key": step.sent_key,
        "expected_minor": str(order.expected_minor), "currency": order.asset,
    }  # fmt: skip


def facts_of(payload: Payload) -> Facts:
    """What must still hold: the order stands where it stood."""
    return {"order_state": Order.objects.get(id=payload["order_id"]).state}


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Move the order; writes no transaction. Raises ChangedSinceAsked."""
    request = ApprovalRequest.objects.get(kind=KIND, state=ApprovalRequest.State.OPEN, subject=payload["order_ref"])
    step = OrderStep(
        payload["order_id"], payload["from"], payload["to"], payload["reason_code"], payload["ticket"], payload["note"],
        payload["key"],
    )  # fmt: skip
    carry_out(
        payload["order_ref"], step, decision_id=decision_id, policy_version=policy_version, by=actor, at=at,
        request=request.number, asked_by=request.made_by_label,
    )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits on it but the order's own page."""


def preview(payload: Payload, at: datetime) -> object:
    """It writes no entry, so there is nothing to preview."""
    return None


MOVE_ORDER = Kind(KIND, COMMERCE_BY_HAND, preview, facts_of, effect, ended, Permission.MOVE_ORDER, together=True)
