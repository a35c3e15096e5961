"""Held deliveries: what they are, why, and what lets them in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.pages import quarantine as pages
from console.pages.event_words import reason_words
from console.pages.paging import part, place_of
from console.pages.raw_record import raw_record
from console.pages.words import plural
from console.pages.written import a_number, text_of
from console.permitted import Signed, opens, writes
from reconciliation.cases.ledger_page import names_of
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, allowed
from reconciliation.provider import quarantine_pages as found
from reconciliation.provider.replay_delivery import replay_delivery
from reconciliation.provider.replay_held import replay_held
from reconciliation.provider.set_aside import set_aside


@opens(Permission.VIEW_EVENTS)
def quarantine(request: Signed) -> HttpResponse:
    """GET /events/quarantine/, and its rows alone for HTMX"""
    asked = {name: text_of(request.GET, name) for name in ("state", "endpoint", "reason", "n")}
    asked["state"] = asked["state"] if asked["state"] in found.STATES else ""
    state = asked["state"] or "held"
    rows = found.quarantined(
        place_of(request.GET), state=state, endpoint_id=a_number(asked, "endpoint"), reason=asked["reason"]
    )
    said = found.said_of(rows.rows) if state != "held" else {}
    page = pages.quarantine_page(rows, found.counts(), said, names_of(list(said.values())), asked, request.actor)
    return render(request, part(request, "events/quarantine.html"), page)


@opens(Permission.VIEW_EVENTS)
def delivery(request: Signed, public_id: UUID) -> HttpResponse:
    """GET /events/deliveries/<id>/"""
    whole = found.whole_delivery(public_id)
    raw = None
    if allowed(request.actor, Permission.VIEW_RAW):
        raw = raw_record(whole.delivery.headers, bytes(whole.delivery.body))
    page = pages.delivery_page(whole, names_of(whole.trail), raw, request.actor)
    return render(request, "events/delivery.html", page)


@writes(Permission.REPLAY)
def delivery_replay(request: Signed, public_id: UUID) -> HttpResponse:
    """POST /events/deliveries/<id>/replay/"""
    reason = replay_delivery(public_id=public_id, actor=request.actor, at=request.at)
    ref = str(public_id)[:8]
    messages.info(
        request,
        f"Delivery {ref} stays held: {reason_words(reason)}."
        if reason
        else f"Delivery {ref} is verified and waits to be read.",
    )
    return redirect("event-quarantine") if request.POST.get("back") == "list" else redirect("delivery", public_id)


@writes(Permission.REPLAY)
def delivery_set_aside(request: Signed, public_id: UUID) -> HttpResponse:
    """POST /events/deliveries/<id>/set-aside/"""
    set_aside(public_id=public_id, why=request.POST.get("why", ""), actor=request.actor, at=request.at)
    messages.info(request, f"Delivery {str(public_id)[:8]} is set aside.")
    return redirect("event-quarantine")


@writes(Permission.REPLAY)
def held_replay(request: Signed) -> HttpResponse:
    """POST /events/quarantine/replay/: all that an endpoint holds, a batch at a time"""
    endpoint = a_number(request.POST, "endpoint")
    if endpoint is None:
        raise BadInput("which endpoint?", "endpoint")
    done = replay_held(endpoint_id=endpoint, actor=request.actor, at=request.at)
    what = plural(done.released + done.held, "delivery", "deliveries")
    said = f"{what} of {done.endpoint} replayed: {done.released:,} verified, {done.held:,} stay held."
    messages.info(request, said + (f" {done.untried:,} more wait for the next replay." if done.untried else ""))
    return redirect("event-quarantine")
