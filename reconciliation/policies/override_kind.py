"""The kind "override_checkpoint": a checkpoint is lifted for a time by two people. What stands behind it decides meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from ledger.tenancy import current_tenant
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.in_force import forget
from reconciliation.checkpoints.models import CheckpointOverride
from reconciliation.checkpoints.rules import OVERRIDE
from reconciliation.errors import RequestNotOpen
from reconciliation.permissions import Permission
from reconciliation.policies.versions import active_of

KIND = "override_checkpoint"


def facts_of(payload: Payload) -> Facts:
    """What must still hold: the checkpoint says what it said."""
    active = active_of(payload["policy_id"])
    return {"in_force": active.number if active else 0}


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Lift the checkpoint from now, or from its later start. Writes no transaction. Raises RequestNotOpen once its time is
    over."""
    ends_at = datetime.fromisoformat(payload["ends_at"])
    if ends_at <= at:
        raise RequestNotOpen(f"the override would have ended on {ends_at:%Y-%m-%d %H:%M} UTC")
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_numbers('override', 1)")
        (number,) = cursor.fetchone()
    made = CheckpointOverride.objects.create(
        number=number, policy_id=payload["policy_id"], move=payload["move"], payment_id=payload["payment_id"],
        starts_at=max(at, datetime.fromisoformat(payload["starts_at"])), ends_at=ends_at,
        reason_code=payload["reason_code"], ticket=payload["ticket"], note=payload["note"], asked_by=payload["asked_by"],
        role=payload["role"], decision_id=decision_id,
    )  # fmt: skip
    audit.record(
        actor, at, "checkpoint.lifted", str(made), why=payload["note"], policy_version=policy_version, key=payload["key"],
        move=payload["move"], payment_id=payload["payment_id"], until=payload["ends_at"], ticket=payload["ticket"],
        reason_code=payload["reason_code"], role=payload["role"],
    )  # fmt: skip
    forget(current_tenant())
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all: what is lifted, for what, until when."""
    return None


OVERRIDE_CHECKPOINT = Kind(KIND, OVERRIDE, preview, facts_of, effect, ended, Permission.OVERRIDE)
