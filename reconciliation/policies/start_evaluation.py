"""Let a draft decide in the shadow: from now on it is written no more, and every live decision records what it would have
said."""

from datetime import datetime

from django.db import IntegrityError
from django.db.transaction import atomic

from ledger import audit
from ledger.actors import Actor
from ledger.refusals import constraint_of
from ledger.tenancy import current_tenant
from reconciliation.approvals.checkers import person_of
from reconciliation.checkpoints.in_force import forget
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.errors import AlreadyRequested, BadInput
from reconciliation.permissions import Permission, require
from reconciliation.policies.owning import require_own
from reconciliation.policies.versions import State, active_of, lock_version, require_state


def start_evaluation(*, key: str, number: int, actor: Actor, at: datetime) -> CheckpointVersion:
    """Draft → evaluate. Needs a tenant scope. Raises NotPermitted, NotFound, RequestNotOpen (no draft), BadInput (it says what
    is in force), AlreadyRequested (another version is under evaluation)."""
    person_of(actor, "evaluates a checkpoint")
    require(actor, Permission.SET_UP)
    version = lock_version(key, number)
    require_state(version, State.DRAFT)
    require_own(version, actor, "begins its evaluation")
    active = active_of(version.policy_id)
    if active and bytes(active.document_sha256) == bytes(version.document_sha256):
        raise BadInput(f"{version} says exactly what {active} says, which is in force", "document")
    try:
        with atomic():
            CheckpointVersion.objects.filter(id=version.id, state=State.DRAFT).update(
                state=State.EVALUATE, evaluating_from=at
            )
    except IntegrityError as error:
        if constraint_of(error) != "version_one_evaluated_per_policy":
            raise
        raise AlreadyRequested("another version of this checkpoint is under evaluation; discard it first") from error
    forget(current_tenant())
    version.refresh_from_db()
    audit.record(
        actor, at, "checkpoint.evaluated", str(version), key=key, document=bytes(version.document_sha256).hex()
    )
    return version
