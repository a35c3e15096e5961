"""Hold a delivery that nothing could be taken over from, with the reason. It stays until replayed or set aside."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from reconciliation.errors import NotFound
from reconciliation.provider.models import Delivery, Quarantined

HOLD = """
INSERT INTO provider_quarantine AS q (delivery_id, endpoint_id, reason, detail, since) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (tenant_id, delivery_id) DO UPDATE
   SET reason = excluded.reason, detail = excluded.detail, state = 'held', ended_at = NULL
"""


def hold(delivery: Delivery, reason: str, detail: str, *, at: datetime) -> None:
    """A step of the use cases that read deliveries: they leave the audit row."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [delivery.id, delivery.endpoint_id, reason[:120], detail[:1000], at])


def held_delivery(public_id: UUID) -> Quarantined:
    """The held delivery, locked. Raises NotFound."""
    held = (
        Quarantined.objects.select_for_update(of=("self",))
        .select_related("delivery__endpoint")
        .filter(delivery__public_id=public_id, state=Quarantined.State.HELD)
        .first()
    )
    if held is None:
        raise NotFound("no held delivery has this id")
    return held
