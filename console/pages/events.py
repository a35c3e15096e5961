"""The pages of the provider event log as templates take them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from console.display import full_moment, plain
from console.pages.event_words import TYPES, origin_words, who_may
from console.pages.links import Link
from console.pages.paging import pager
from console.pages.words import plural
from console.pages.written import some
from ledger.keyset import Page
from reconciliation.permissions import Permission
from reconciliation.provider.event_pages import MOST_SEEN, WholeEvent
from reconciliation.provider.lifecycle import Step
from reconciliation.provider.models import Endpoint, Event, ProviderPayment, Sighting

PLACES = (
    ("All events", "events", ""), ("Unclassified", "events", "unclassified"), ("Unresolved", "events", "unresolved"),
    ("Quarantine", "event-quarantine", ""), ("Gaps", "event-gaps", ""),
)  # fmt: skip
SAYS = {
    "all": "By the provider's clock, newest first, in UTC. Appended, never rewritten.",
    "unclassified": "Verified events of a type that no rule reads. Kept, and without effect on any payment.",
    "unresolved": "Events that name no payment of the provider. Kept, and part of no payment's lifecycle.",
}
MOST_STEPS = 200  # of one payment that a page lists: the last ones, and the event itself
EMPTY = {
    "all": ("No event yet", "Events come in over an endpoint: its address stands under Settings, Endpoints."),
    "unclassified": ("Every event is classified", "No event of an unknown type was ever logged."),
    "unresolved": ("Every event names its payment", "No event without a payment was ever logged."),
}


def places(name: str, view: str = "") -> list[dict[str, Any]]:
    """The saved views of the log, the quarantine, and what the log lacks."""
    return [
        {"label": label, "href": reverse(to) + (f"?view={of}" if of else ""), "current": (to, of) == (name, view)}
        for label, to, of in PLACES
    ]


def events_page(
    page: Page[Event], seen: Mapping[int, int], known: list[Endpoint], asked: Mapping[str, str], export: dict[str, Any]
) -> dict[str, Any]:
    """templates/events/list.html"""
    view = asked["view"] or "all"
    filtered = any(asked[name] for name in ("q", "endpoint", "type", "from", "until"))
    title, text = EMPTY[view]
    if filtered:
        title, text = "No event matches", "Search takes a whole payment, order, transaction or event id."
    return {
        "sub": SAYS[view], "places": places("events", "" if view == "all" else view),
        "filters": {
            "href": reverse("events"), **asked, "endpoints": [(str(e.id), e.name) for e in known],
            "types": [(kind, TYPES[kind]) for kind in TYPES],
        },
        "rows": [_row(e) | {"seen": seen.get(e.id, 1)} for e in page.rows],
        "page": pager(page, [str(e.public_id) for e in page.rows], asked),
        "empty": {"title": title, "text": text}, "export": export,
    }  # fmt: skip


def _row(e: Event) -> dict[str, Any]:
    return {
        "key": str(e.public_id), "href": reverse("event", args=[e.public_id]), "occurred_at": e.occurred_at,
        "received": full_moment(e.received_at), "endpoint": e.endpoint.name, "scheme": e.endpoint.scheme,
        "word": e.provider_type, "type": e.type, "event_id": e.event_id, "payment_ref": e.payment_ref,
        "order_ref": e.order_ref, "amount": some(e.amount_minor, e.asset), "flags": ", ".join(e.flags),
    }  # fmt: skip


def event_page(found: WholeEvent, raw: dict[str, Any] | None, link: Link) -> dict[str, Any]:
    """templates/events/event.html. `raw` is None for who may not see it."""
    e = found.event
    step = next((step for step, row in found.steps if row.id == e.id), None)
    return {
        "list_href": reverse("events"),
        "event": _row(e) | {
            "received_at": e.received_at, "logged_at": e.logged_at, "txid": e.txid, "detail": e.detail,
            "sha256": bytes(e.content_sha256).hex(), "seen": plural(found.seen, "delivery", "deliveries"),
            "payment_href": link("payments", q=e.payment_ref) if e.payment_ref else "",
            "order_href": link("orders", q=e.order_ref) if e.order_ref else "",
        },
        "step": _step(step, e) if step else None,
        "payment": _payment(found.payment),
        "deliveries": [_delivery(s, found.hints) for s in found.sightings],
        "more": found.seen - MOST_SEEN if found.seen > MOST_SEEN else 0,
        "steps": [
            _step(step, row) | {"current": row.id == e.id}
            for n, (step, row) in enumerate(found.steps, 1)
            if row.id == e.id or n > len(found.steps) - MOST_STEPS
        ],
        "earlier": max(0, len(found.steps) - MOST_STEPS),
        "raw": raw, "why_not": "" if raw else who_may(Permission.VIEW_RAW, "The raw record"),
    }  # fmt: skip


def _payment(p: ProviderPayment | None) -> dict[str, Any] | None:
    if p is None:
        return None
    return {
        "status": p.status, "flags": ", ".join(p.flags), "events": p.event_count,
        "detected": some(p.detected_minor, p.asset), "confirmed": some(p.confirmed_minor, p.asset),
        "detected_at": p.detected_at, "confirmed_at": p.confirmed_at, "doubts": [plain(d) for d in p.doubts],
    }  # fmt: skip


def _delivery(s: Sighting, hints: Mapping[int, str]) -> dict[str, Any]:
    d = s.delivery
    hint = hints.get(d.key_id or 0, "")
    return {
        "href": reverse("delivery", args=[d.public_id]), "ref": str(d.public_id)[:8], "received_at": d.received_at,
        "origin": origin_words(d.origin), "said_at": s.occurred_at,
        "verified": f"by key …{hint}" if hint else "on replay" if d.origin == "webhook" else "fetched by us",
    }  # fmt: skip


def _step(step: Step, row: Event) -> dict[str, Any]:
    e = step.event
    return {
        "href": reverse("event", args=[row.public_id]), "occurred_at": e.occurred_at, "word": e.provider_type,
        "type": e.type, "outcome": step.outcome, "status": step.status or "pending", "name": plain(step.name),
        "amount": some(e.amount_minor, e.asset), "txid": e.txid, "flags": ", ".join(e.flags),
    }  # fmt: skip


def export_box(at: datetime, as_of: datetime, key: str) -> dict[str, Any]:
    """The form that hands out the log of some days."""
    return {
        "href": reverse("events-export"), "as_of": as_of.isoformat(), "shown": full_moment(as_of),
        "from": as_of.date().replace(day=1).isoformat(), "until": as_of.date().isoformat(), "key": key,
    }  # fmt: skip
