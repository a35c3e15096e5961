"""Replay a held delivery: verified again as of the time it came, by the keys that stand now, and read if it verifies."""

from datetime import datetime
from uuid import UUID

from ledger import audit
from ledger.actors import Actor
from reconciliation.permissions import Permission, require
from reconciliation.provider.hold import held_delivery, hold
from reconciliation.provider.models import InboxItem, Quarantined
from reconciliation.provider.verify_again import keys_of, verdict_of


def replay_delivery(*, public_id: UUID, actor: Actor, at: datetime) -> str:
    """Answers "" when it verified and goes to the inbox, else the reason for which it stays held. Needs a tenant scope.

    Raises NotPermitted, NotFound (no such held delivery)."""
    require(actor, Permission.REPLAY)
    held = held_delivery(public_id)
    delivery = held.delivery
    verdict = verdict_of(delivery, keys_of([delivery.endpoint_id]))
    if verdict.reason is not None:
        hold(delivery, verdict.reason, "", at=at)
        Quarantined.objects.filter(delivery_id=delivery.id).update(tried_at=at)
    else:
        Quarantined.objects.filter(delivery_id=delivery.id).update(
            state=Quarantined.State.RELEASED, ended_at=at, tried_at=at
        )
        InboxItem.objects.create(delivery=delivery, due_at=at)
    audit.record(actor, at, "delivery.replayed", str(public_id), found=verdict.reason or "verified")
    return verdict.reason or ""
