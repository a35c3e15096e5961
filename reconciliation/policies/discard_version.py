"""Give up a draft, or a version under evaluation. It stays on record; it never was in force."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.tenancy import current_tenant
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.in_force import forget
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.errors import AlreadyRequested
from reconciliation.permissions import Permission, require
from reconciliation.policies.owning import require_own
from reconciliation.policies.versions import State, lock_version, require_state


def discard_version(*, key: str, number: int, actor: Actor, at: datetime) -> CheckpointVersion:
    """Draft or evaluate → discarded. Needs a tenant scope. Raises NotPermitted (of somebody else), NotFound,
    RequestNotOpen, AlreadyRequested (its activation waits for a decision: withdraw that first)."""
    person_of(actor, "discards a version")
    require(actor, Permission.SET_UP)
    version = lock_version(key, number)
    require_state(version, State.DRAFT, State.EVALUATE)
    require_own(version, actor, "discards")
    waiting = ApprovalRequest.objects.filter(kind="activate_checkpoint", subject=key, state="open").first()
    if waiting is not None and waiting.payload["version_id"] == version.id:
        raise AlreadyRequested(f"{waiting} asks to put it in force; withdraw that first")
    CheckpointVersion.objects.filter(id=version.id, state=version.state).update(state=State.DISCARDED, ended_at=at)
    forget(current_tenant())
    version.refresh_from_db()
    audit.record(actor, at, "checkpoint.discarded", str(version), key=key)
    return version
