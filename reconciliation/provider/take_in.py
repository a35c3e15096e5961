"""Read verified deliveries out of the inbox into the event log, and fold the payments they touch. Set-based: a batch is a
handful of statements, and it is taken in one database transaction or not at all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.assets import EXPONENTS
from reconciliation.outbox import enqueue
from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.folded import CONFIRM_SETTLEMENT
from reconciliation.provider.formats.read import read_events
from reconciliation.provider.hold import hold
from reconciliation.provider.log_events import LoggedDelivery, log_events
from reconciliation.provider.models import Delivery, InboxItem
from reconciliation.provider.refold import refold
from reconciliation.provider.verify_again import keys_of, verdict_of

AT_A_TIME = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """How many deliveries were read, how many events were new, how many deliveries had to be held."""

    deliveries: int
    events: int
    held: int


def take_in(*, actor: Actor, at: datetime, limit: int = AT_A_TIME, only: int | None = None) -> Taken:
    """Take in at most `limit` due deliveries that no other worker holds. Needs a tenant scope."""
    waiting = InboxItem.objects.select_for_update(skip_locked=True, of=("self",)).filter(due_at__lte=at)
    if only is not None:
        waiting = waiting.filter(delivery_id=only)
    ids = list(waiting.order_by("due_at", "delivery_id").values_list("delivery_id", flat=True)[:limit])
    if not ids:
        return Taken(0, 0, 0)
    deliveries = list(Delivery.objects.filter(id__in=ids).select_related("endpoint").order_by("id"))
    read, refused = _read(deliveries)
    logged = log_events(read, at=at)
    for payment in refold(logged.touched, at=at):
        if payment.settled_by_the_bank:
            enqueue(CONFIRM_SETTLEMENT, str(payment.id), {"payment": payment.id}, at=at)
    for delivery, refusal in refused:
        hold(delivery, f"unreadable: {refusal.code}", str(refusal), at=at)
    InboxItem.objects.filter(delivery_id__in=ids).delete()
    audit.record(
        actor, at, "provider.taken_in", f"{len(ids)} deliveries", deliveries=len(ids), events=logged.new,
        repeated=logged.repeated, held=len(refused), digest=_digest(deliveries),
    )  # fmt: skip
    return Taken(len(ids), logged.new, len(refused))


def _read(
    deliveries: Sequence[Delivery],
) -> tuple[list[LoggedDelivery], list[tuple[Delivery, PayloadRefused]]]:
    keys = keys_of({d.endpoint_id for d in deliveries})
    read, refused = [], []
    for delivery in deliveries:
        verdict = verdict_of(delivery, keys)
        try:
            # The verdict is made anew, as of the time of receipt: events take ids and times from what was signed.
            events = read_events(delivery.endpoint.scheme, bytes(delivery.body), verdict, EXPONENTS)
            read.append(LoggedDelivery(delivery, events))
        except PayloadRefused as refusal:
            refused.append((delivery, refusal))
    return read, refused


def _digest(deliveries: Sequence[Delivery]) -> str:
    made = hashlib.sha256()
    for delivery in deliveries:
        made.update(delivery.public_id.bytes)
    return made.hexdigest()
