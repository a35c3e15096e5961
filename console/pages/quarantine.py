"""The pages of held deliveries as templates take them."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from console.pages.event_words import next_words, origin_words, reason_words, who_may
from console.pages.events import places
from console.pages.links import link
from console.pages.paging import pager
from console.pages.words import new_key, plural
from ledger.actors import Actor
from ledger.keyset import Page
from ledger.models import AuditEntry
from reconciliation.permissions import Permission, allowed
from reconciliation.provider.models import Quarantined
from reconciliation.provider.quarantine_pages import MOST_COUNTED, HeldFor, WholeDelivery

STATES = {"held": "Held", "released": "Released", "set_aside": "Set aside"}
EMPTY = {
    "held": ("Nothing is held", "Every delivery was verified and read, or set aside."),
    "released": ("Nothing was released yet", "A delivery is released when a replay verifies it."),
    "set_aside": ("Nothing was set aside yet", "What is none of ours is set aside with a reason, and kept."),
}


def quarantine_page(
    page: Page[Quarantined], counts: list[HeldFor], said: Mapping[str, AuditEntry], names: Mapping[str, str],
    asked: Mapping[str, str], actor: Actor,
) -> dict[str, Any]:  # fmt: skip
    """templates/events/quarantine.html"""
    total, state = sum(c.count for c in counts), asked["state"] or "held"
    title, text = EMPTY[state]
    may = allowed(actor, Permission.REPLAY)
    return {
        "title": f"Quarantine: {_many(total)} held" if total else "Quarantine: nothing is held",
        "sub": "Deliveries that nothing was taken over from. They are kept byte by byte until they are let in or set aside.",
        "places": places("event-quarantine"), "state": state,
        "states": [
            {"label": label, "href": link("event-quarantine", state="" if of == "held" else of), "current": of == state}
            for of, label in STATES.items()
        ],
        "counts": [_count(c) for c in counts] if state == "held" else [],
        "replays": _replays(counts), "replay": {"href": reverse("held-replay"), "key": new_key()} if may else None,
        "why_not": "" if may else who_may(Permission.REPLAY, "Replaying"),
        "rows": [_row(q, said.get(str(q.delivery.public_id)), names) for q in page.rows],
        "page": pager(page, [str(q.delivery.public_id) for q in page.rows], asked),
        "empty": {"title": title, "text": text},
    }  # fmt: skip


def _many(total: int) -> str:
    return f"{total:,} or more" if total >= MOST_COUNTED else plural(total, "delivery", "deliveries")


def _count(c: HeldFor) -> dict[str, Any]:
    return {
        "endpoint": c.endpoint, "reason": reason_words(c.reason), "count": c.count, "since": c.since,
        "next": next_words(c.reason), "href": link("event-quarantine", endpoint=c.endpoint_id, reason=c.reason),
    }  # fmt: skip


def _replays(counts: list[HeldFor]) -> list[dict[str, Any]]:
    of: dict[int, dict[str, Any]] = {}
    for c in counts:
        of.setdefault(c.endpoint_id, {"id": c.endpoint_id, "name": c.endpoint, "count": 0})["count"] += c.count
    return list(of.values())


def _row(q: Quarantined, entry: AuditEntry | None, names: Mapping[str, str]) -> dict[str, Any]:
    d = q.delivery
    return {
        "key": str(d.public_id), "href": reverse("delivery", args=[d.public_id]), "ref": str(d.public_id)[:8],
        "since": q.since, "endpoint": q.endpoint.name, "reason": reason_words(q.reason), "detail": q.detail,
        "size": getattr(q, "size", 0), "ended_at": q.ended_at,
        "by": names.get(entry.actor, entry.actor) if entry else "", "why": entry.why if entry else "",
        "replay_href": reverse("delivery-replay", args=[d.public_id]),
    }  # fmt: skip


def delivery_page(
    found: WholeDelivery, names: Mapping[str, str], raw: dict[str, Any] | None, actor: Actor
) -> dict[str, Any]:
    """templates/events/delivery.html. `raw` is None for who may not see it."""
    d, q = found.delivery, found.held
    held = q is not None and q.state == Quarantined.State.HELD
    may = allowed(actor, Permission.REPLAY)
    to = ("event-quarantine", "Quarantine") if q else ("events", "Provider events")
    return {
        "list": {"href": reverse(to[0]), "label": to[1]},
        "delivery": {
            "ref": str(d.public_id)[:8], "endpoint": d.endpoint.name, "scheme": d.endpoint.scheme,
            "received_at": d.received_at, "origin": origin_words(d.origin), "verdict": _verdict(found),
            "state": q.state if q and (held or not found.events) else "waiting" if found.waiting else "read",
            "next": next_words(q.reason) if q and held else "",
        } | _held(q),
        "events": [
            {"href": reverse("event", args=[e.public_id]), "word": e.provider_type, "type": e.type, "event_id": e.event_id}
            for e in found.events
        ],
        "trail": [{"at": t.at, "actor": names.get(t.actor, t.actor), "text": _done(t)} for t in found.trail],
        "acts": {
            "replay_href": reverse("delivery-replay", args=[d.public_id]),
            "aside_href": reverse("delivery-set-aside", args=[d.public_id]),
        } if may and held else None,
        "why_not": who_may(Permission.REPLAY, "Replaying and setting aside") if held and not may else "",
        "raw": raw, "raw_why": who_may(Permission.VIEW_RAW, "The raw record"),
    }  # fmt: skip


def _held(q: Quarantined | None) -> dict[str, Any]:
    if q is None:
        return {}
    return {
        "since": q.since, "reason": reason_words(q.reason), "detail": q.detail, "tried_at": q.tried_at,
        "ended_at": q.ended_at,
    }  # fmt: skip


def _verdict(found: WholeDelivery) -> str:
    d = found.delivery
    if d.origin != "webhook":
        return "none: we fetched it"
    return reason_words(d.reason) if d.reason else f"verified by key …{found.hint}"


def _done(entry: AuditEntry) -> str:
    if entry.action == "delivery.set_aside":
        return f"set it aside: {entry.why}"
    said = str(entry.detail.get("found", ""))
    return "replayed it: verified" if said == "verified" else f"replayed it: {reason_words(said).lower()}"
