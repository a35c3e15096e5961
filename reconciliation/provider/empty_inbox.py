"""Work off a tenant's inbox in batches. A batch that fails is tried again delivery by delivery, so that one which nobody
foresaw cannot hold up the others; it rests longer each time and is held after the tenth."""

import logging
import time
from datetime import datetime, timedelta

from django.utils.timezone import now  # a job's edge: the clock is read here and passed down

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.outbox import hint
from reconciliation.provider.hold import hold
from reconciliation.provider.models import Delivery, InboxItem
from reconciliation.provider.take_in import AT_A_TIME, take_in

log = logging.getLogger("plumbline.provider")
TAKE_IN = "reconciliation.take_in_of"
JOB = Actor("job", "take_in", frozenset({"job"}))
MOST_ATTEMPTS = 10
LONGEST_REST = timedelta(hours=1)
RING_EVERY_MILLISECONDS = 200
_rung: dict[int, int] = {}


def ring_for(tenant_id: int) -> None:
    """Hint that deliveries wait, five times a second at most: the job takes all there are, and the clock finds the rest."""
    moment = time.monotonic_ns() // 1_000_000
    if tenant_id not in _rung or moment - _rung[tenant_id] >= RING_EVERY_MILLISECONDS:
        _rung[tenant_id] = moment
        hint(TAKE_IN, [tenant_id])


def empty_inbox(tenant_id: int) -> int:
    """Take in everything due; returns how many deliveries were read. Opens scopes of its own."""
    done = 0
    while True:
        try:
            with tenant(tenant_id):
                taken = take_in(actor=JOB, at=now())
        except Exception as error:
            log.exception("a batch of deliveries failed", extra={"tenant_id": tenant_id}, exc_info=error)
            return done + _one_by_one(tenant_id)
        done += taken.deliveries
        if taken.deliveries < AT_A_TIME:
            return done


def _one_by_one(tenant_id: int) -> int:
    with tenant(tenant_id):
        due = InboxItem.objects.filter(due_at__lte=now()).order_by("due_at", "delivery_id")
        ids = list(due.values_list("delivery_id", flat=True)[:AT_A_TIME])
    done = 0
    for delivery_id in ids:
        try:
            with tenant(tenant_id):
                done += take_in(actor=JOB, at=now(), only=delivery_id).deliveries
        except Exception as error:
            log.exception("a delivery failed", extra={"tenant_id": tenant_id, "delivery": delivery_id}, exc_info=error)
            with tenant(tenant_id):
                _failed(delivery_id, error, now())
    return done


def _failed(delivery_id: int, error: Exception, at: datetime) -> None:
    item = InboxItem.objects.select_for_update().filter(delivery_id=delivery_id).first()
    if item is None:
        return
    said = f"{type(error).__name__}: {error}"[:1000]
    if item.attempts + 1 >= MOST_ATTEMPTS:
        hold(Delivery.objects.get(id=delivery_id), "failed", said, at=at)
        InboxItem.objects.filter(delivery_id=delivery_id).delete()
        return
    rest = min(timedelta(seconds=2 ** (item.attempts + 1)), LONGEST_REST)
    InboxItem.objects.filter(delivery_id=delivery_id).update(
        attempts=item.attempts + 1, due_at=at + rest, last_error=said
    )
