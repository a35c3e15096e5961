"""What the pages of the event log show: events by the provider's clock, newest first, and one event with all that is about
its payment. Search is exact and by index: a payment's, an order's, a transaction's or an event's id."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from ledger.keyset import SIZE, Page, Place, cut
from reconciliation.errors import NotFound
from reconciliation.provider.formats.event import ProviderEvent
from reconciliation.provider.lifecycle import Step, fold
from reconciliation.provider.log_events import content_of
from reconciliation.provider.models import Delivery, Endpoint, EndpointKey, Event, ProviderPayment, Sighting

VIEWS = ("all", "unclassified", "unresolved")
MOST_SEEN = 200  # deliveries of one event that its page lists
MOST_NAMED = 2_000  # events that one id names


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader wants to see of the log; days are UTC and both included."""

    view: str = "all"
    endpoint_id: int | None = None
    type: str = ""
    q: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class WholeEvent:
    """One event, the deliveries that carried it, oldest first, with the hint of the key that each verified by, and the steps
    of its payment, each with its row in the log."""

    event: Event
    sightings: list[Sighting]
    seen: int
    hints: Mapping[int, str]
    payment: ProviderPayment | None
    steps: list[tuple[Step, Event]]


def endpoints() -> list[Endpoint]:
    """All, ended ones too, by name. One query."""
    return list(Endpoint.objects.order_by("name"))


def events(place: Place, asked: Asked, known: list[Endpoint]) -> Page[Event]:
    """Three queries at most. `known` are the tenant's endpoints: an exact id is looked up at each. Raises NotFound when the
    place is none."""
    rows = _narrowed(Event.objects.select_related("endpoint"), asked, known)
    if place.mark:
        occurred_at, at = _position(place.mark)
        further, same = ("gt", "gte") if place.backwards else ("lt", "lte")
        rows = rows.filter(
            Q(**{f"occurred_at__{further}": occurred_at}) | Q(occurred_at=occurred_at, **{f"id__{further}": at}),
            **{f"occurred_at__{same}": occurred_at},
        )
    order = ("occurred_at", "id") if place.backwards else ("-occurred_at", "-id")
    return cut(list(rows.order_by(*order)[: SIZE + 1]), place)


def seen(ids: list[int]) -> dict[int, int]:
    """How many deliveries carried each event. One query."""
    rows = Sighting.objects.filter(event_id__in=ids).values_list("event_id").annotate(n=Count("delivery_id"))
    return dict(rows.order_by("event_id"))


def whole_event(public_id: UUID) -> WholeEvent:
    """One event. Six queries at most. Raises NotFound."""
    event = Event.objects.select_related("endpoint").filter(public_id=public_id).first()
    if event is None:
        raise NotFound(f"no event has the id {public_id}")
    # Without the bodies: a page that lists deliveries must not read 200 times 256 kB.
    seen_in = (
        Sighting.objects.filter(event=event).select_related("delivery").defer("delivery__body", "delivery__headers")
    )
    sightings = list(seen_in.order_by("delivery_id")[: MOST_SEEN + 1])
    count = seen([event.id]).get(event.id, 0) if len(sightings) > MOST_SEEN else len(sightings)
    payment = None
    if event.payment_ref:
        payment = ProviderPayment.objects.filter(endpoint=event.endpoint, payment_ref=event.payment_ref).first()
    return WholeEvent(
        event, sightings[:MOST_SEEN], count, hints({s.delivery.key_id for s in sightings}), payment, steps_of(event)
    )


def raw_record(delivery_id: int) -> tuple[list[list[str]], bytes]:
    """Headers and body of a delivery as they came. One query."""
    headers, body = Delivery.objects.values_list("headers", "body").get(id=delivery_id)
    return headers, bytes(body)


def hints(key_ids: set[int | None]) -> dict[int, str]:
    """The last characters of keys, by id. One query."""
    return dict(EndpointKey.objects.filter(id__in=[key for key in key_ids if key]).values_list("id", "hint"))


def steps_of(event: Event) -> list[tuple[Step, Event]]:
    """The lifecycle of the event's payment, step by step, as it was folded. One query; an event without one stands alone."""
    if not event.payment_ref:
        return []
    rows = Event.objects.filter(endpoint=event.endpoint, payment_ref=event.payment_ref)
    logged = {bytes(row.content_sha256).hex(): row for row in rows.annotate(earliest=Min("sightings__occurred_at"))}
    folded = fold(_as_event(row, event.endpoint.scheme) for row in logged.values())
    return [(step, logged[content_of(step.event)]) for step in folded.steps]


def _as_event(row: Event, scheme: str) -> ProviderEvent:
    return ProviderEvent(
        scheme, row.event_id, row.type, row.provider_type, row.payment_ref, row.order_ref,  # type: ignore[arg-type]
        getattr(row, "earliest", None) or row.occurred_at, None if row.amount_minor is None else int(row.amount_minor),
        row.asset, row.txid, tuple(row.flags), row.detail,  # type: ignore[arg-type]
    )  # fmt: skip


def _narrowed(rows: QuerySet[Event], asked: Asked, known: list[Endpoint]) -> QuerySet[Event]:
    if asked.view == "unclassified":
        rows = rows.filter(type="unknown")
    elif asked.view == "unresolved":
        rows = rows.filter(payment_ref="")
    if asked.endpoint_id is not None:
        rows = rows.filter(endpoint_id=asked.endpoint_id)
    if asked.type:
        rows = rows.filter(type=asked.type)
    if asked.first:
        rows = rows.filter(occurred_at__gte=begin_of(asked.first))
    if asked.last and asked.last < date.max:
        rows = rows.filter(occurred_at__lt=begin_of(asked.last + timedelta(days=1)))
    return rows.filter(id__in=_named(asked.q, known)) if asked.q else rows


def _named(text: str, known: list[Endpoint]) -> list[int]:
    """Ids of the events that a text names, the newest first. Looked up first and by themselves: asked for together with the
    order of the list, the database may walk the whole log in that order instead."""
    at_each = [endpoint.id for endpoint in known]  # the indexes of the first two lead with the endpoint
    ways = (
        Q(endpoint_id__in=at_each, payment_ref=text), Q(endpoint_id__in=at_each, event_id=text),
        Q(order_ref=text), Q(txid=text),
    )  # fmt: skip
    first, *others = (Event.objects.filter(way).values_list("id", flat=True).order_by() for way in ways)
    return list(first.union(*others).order_by("-id")[:MOST_NAMED])


def begin_of(day: date) -> datetime:
    """The first instant of a day, UTC."""
    return datetime.combine(day, time.min, UTC)


def _position(mark: str) -> tuple[datetime, int]:
    try:
        found = Event.objects.filter(public_id=UUID(mark)).values_list("occurred_at", "id").first()
    except ValueError:
        found = None  # a place that nobody gave
    if found is None:
        raise NotFound(f"no event stands at {mark!r:.60}")
    return found
