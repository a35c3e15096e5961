"""The kind "activate_checkpoint": a version comes into force by two people, exactly as it was evaluated; the one before retires
in the same moment. The kind "retire_checkpoint" ends a checkpoint that nothing replaces."""

from collections.abc import Sequence
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.tenancy import current_tenant
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.in_force import forget
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.checkpoints.rules import ACTIVATE
from reconciliation.errors import RequestNotOpen
from reconciliation.permissions import Permission
from reconciliation.policies.versions import State, active_of

KIND, RETIRE = "activate_checkpoint", "retire_checkpoint"


def facts_of(payload: Payload) -> Facts:
    """What must still hold: the version is evaluated, its document the same, and the one it replaces is still in force."""
    active = active_of(payload["policy_id"])
    facts: Facts = {"in_force": active.number if active else 0}
    if payload["version_id"] is not None:
        version = CheckpointVersion.objects.get(id=payload["version_id"])
        facts |= {"state": version.state, "document": bytes(version.document_sha256).hex()}
    return facts


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Retire what is in force, activate what was asked. Writes no transaction."""
    active = active_of(payload["policy_id"])
    if active is not None:
        CheckpointVersion.objects.filter(id=active.id, state=State.ACTIVE).update(
            state=State.RETIRED, ended_at=at, decision_id=decision_id
        )
        audit.record(actor, at, "checkpoint.retired", str(active), policy_version=policy_version, decision=decision_id)
    if payload["version_id"] is not None:
        moved = CheckpointVersion.objects.filter(id=payload["version_id"], state=State.EVALUATE).update(
            state=State.ACTIVE, active_from=at, decision_id=decision_id
        )
        if not moved:
            raise RequestNotOpen(f"{payload['title']} v{payload['number']} is under evaluation no more")
        audit.record(
            actor, at, "checkpoint.activated", f"{payload['title']} v{payload['number']}", why=payload["note"],
            policy_version=policy_version, decision=decision_id, document=payload["document_sha256"],
        )  # fmt: skip
    forget(current_tenant())
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all: the document as it is and as it will be, and the backtest that was seen."""
    return None


ACTIVATE_CHECKPOINT = Kind(KIND, ACTIVATE, preview, facts_of, effect, ended, Permission.SET_UP)
RETIRE_CHECKPOINT = Kind(RETIRE, ACTIVATE, preview, facts_of, effect, ended, Permission.SET_UP)
