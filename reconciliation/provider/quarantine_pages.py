"""What the pages of the quarantine show: the deliveries held, released or set aside, newest first, and one delivery."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Length

from ledger.keyset import SIZE, Page, Place, cut
from ledger.models import AuditEntry
from reconciliation.errors import NotFound
from reconciliation.provider.event_pages import hints
from reconciliation.provider.models import Delivery, Event, Quarantined

STATES = tuple(Quarantined.State.values)
MOST_COUNTED = 10_000  # an attack may fill the quarantine; nobody reads more
# The newest are counted, out of the index alone.
COUNTS = """
SELECT n.id, n.name, q.reason, count(*), min(q.since)
  FROM (SELECT endpoint_id, reason, since FROM provider_quarantine WHERE state = 'held' ORDER BY delivery_id DESC LIMIT %s) q
  JOIN provider_endpoint n ON n.tenant_id = tenant() AND n.id = q.endpoint_id
 GROUP BY n.id, n.name, q.reason ORDER BY count(*) DESC, n.name, q.reason
"""


@dataclass(frozen=True, slots=True)
class HeldFor:
    """How many deliveries of an endpoint are held for one reason, and since when the oldest is."""

    endpoint_id: int
    endpoint: str
    reason: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class WholeDelivery:
    """A delivery, its place in quarantine if it ever had one, the events taken from it, the hint of its key, and what was
    done to it."""

    delivery: Delivery
    held: Quarantined | None
    waiting: bool
    events: list[Event]
    hint: str
    trail: list[AuditEntry]


def counts() -> list[HeldFor]:
    """The held by endpoint and reason, of the newest MOST_COUNTED. One query."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [MOST_COUNTED])
        return [HeldFor(*row) for row in cursor.fetchall()]


def quarantined(place: Place, *, state: str, endpoint_id: int | None = None, reason: str = "") -> Page[Quarantined]:
    """Deliveries of a state, the newest first, each with `size`, the bytes of its body. Two queries at most. Raises NotFound
    when the place is none."""
    rows: QuerySet[Quarantined] = Quarantined.objects.filter(state=state).select_related("endpoint", "delivery")
    rows = rows.defer("delivery__body", "delivery__headers").annotate(size=Length(F("delivery__body")))
    if endpoint_id is not None:
        rows = rows.filter(endpoint_id=endpoint_id)
    if reason:
        rows = rows.filter(reason=reason)
    if place.mark:
        at = _position(place.mark)
        rows = rows.filter(delivery_id__gt=at) if place.backwards else rows.filter(delivery_id__lt=at)
    return cut(list(rows.order_by("delivery_id" if place.backwards else "-delivery_id")[: SIZE + 1]), place)


def said_of(found: list[Quarantined]) -> Mapping[str, AuditEntry]:
    """The last act on record about each of the deliveries, by public id. One query."""
    ids = [str(row.delivery.public_id) for row in found]
    return {entry.subject: entry for entry in AuditEntry.objects.filter(subject__in=ids).order_by("id")}


def whole_delivery(public_id: UUID) -> WholeDelivery:
    """One delivery with its bytes. Five queries at most. Raises NotFound."""
    rows = Delivery.objects.select_related("endpoint", "held", "waiting")
    delivery = rows.filter(public_id=public_id).first()
    if delivery is None:
        raise NotFound(f"no delivery has the id {public_id}")
    carried = Event.objects.filter(sightings__delivery_id=delivery.id).order_by("id")
    trail = AuditEntry.objects.filter(subject=str(delivery.public_id)).order_by("id")
    hint = hints({delivery.key_id}).get(delivery.key_id or 0, "")
    held, waiting = getattr(delivery, "held", None), getattr(delivery, "waiting", None)
    return WholeDelivery(delivery, held, waiting is not None, list(carried), hint, list(trail))


def _position(mark: str) -> int:
    try:
        found = Delivery.objects.filter(public_id=UUID(mark)).values_list("id", flat=True).first()
    except ValueError:
        found = None  # a place that nobody gave
    if found is None:
        raise NotFound(f"no delivery stands at {mark!r:.60}")
    return found
