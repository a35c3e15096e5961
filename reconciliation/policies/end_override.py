"""Put a lifted checkpoint back before its time. One person may: it only makes things stricter."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.tenancy import current_tenant
from reconciliation.approvals.checkers import person_of
from reconciliation.checkpoints.in_force import forget
from reconciliation.checkpoints.models import CheckpointOverride
from reconciliation.errors import NotFound, RequestNotOpen
from reconciliation.permissions import Permission, require


def end_override(*, number: int, actor: Actor, at: datetime) -> CheckpointOverride:
    """Needs a tenant scope. Raises NotPermitted, NotFound, RequestNotOpen (over, or ended already)."""
    person_of(actor, "ends an override")
    require(actor, Permission.OVERRIDE)
    found = CheckpointOverride.objects.select_for_update(no_key=True).filter(number=number).first()
    if found is None:
        raise NotFound(f"no override has the number {number}")
    if found.ended_at is not None or found.ends_at <= at:
        raise RequestNotOpen(f"{found} is over")
    CheckpointOverride.objects.filter(id=found.id).update(ended_at=at, ended_by=actor.id)
    found.refresh_from_db()
    audit.record(actor, at, "checkpoint.restored", str(found))
    forget(current_tenant())
    return found
