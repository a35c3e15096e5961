"""Set a held delivery aside, with a reason: nobody need look at it again. It is kept, and never read."""

from datetime import datetime
from uuid import UUID

from ledger import audit
from ledger.actors import Actor
from reconciliation.permissions import Permission, require
from reconciliation.provider.hold import held_delivery
from reconciliation.provider.models import Quarantined
from reconciliation.provider.reasons import read_reason


def set_aside(*, public_id: UUID, why: str, actor: Actor, at: datetime) -> None:
    """Needs a tenant scope. Raises NotPermitted, NotFound (no such held delivery), ReasonMissing, BadInput."""
    require(actor, Permission.REPLAY)
    why = read_reason(why, "setting a delivery aside")
    held = held_delivery(public_id)
    Quarantined.objects.filter(delivery_id=held.delivery_id).update(state=Quarantined.State.SET_ASIDE, ended_at=at)
    audit.record(actor, at, "delivery.set_aside", str(public_id), why=why)
