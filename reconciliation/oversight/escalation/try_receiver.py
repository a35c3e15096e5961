"""Send a test to a receiver. It is sent in the background; what came of it stands beside the receiver and in the audit trail."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import NotFound
from reconciliation.outbox import enqueue
from reconciliation.oversight.escalation.models import EscalationDelivery, Receiver
from reconciliation.oversight.escalation.store_notification import NOTIFY
from reconciliation.permissions import Permission, require


def try_receiver(*, receiver_id: int, actor: Actor, at: datetime) -> EscalationDelivery:
    """Needs a tenant scope. Raises NotPermitted, NotFound (no such standing receiver)."""
    require(actor, Permission.SET_UP)
    receiver = Receiver.objects.filter(id=receiver_id, ended_at=None).first()
    if receiver is None:
        raise NotFound(f"no standing receiver has the id {receiver_id}")
    made = EscalationDelivery.objects.create(receiver=receiver, asked_at=at, asked_by=actor.id)
    enqueue(NOTIFY, str(made.id), {"delivery": made.id}, at=at)
    audit.record(actor, at, "test.asked", receiver.name, kind=receiver.kind, host=receiver.host)
    return made
