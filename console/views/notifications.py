"""Notifications: what was told, to whom, and taking note of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.pages.links import links_for
from console.pages.notifications import notification_page, notifications_page
from console.pages.paging import part, place_of
from console.pages.words import as_sentence
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from reconciliation.errors import BadInput
from reconciliation.oversight.escalation.acknowledge_notification import acknowledge_notification
from reconciliation.oversight.escalation.notification_pages import notification_numbered
from reconciliation.oversight.escalation.notification_pages import notifications as found_notifications
from reconciliation.permissions import Permission


@opens(Permission.VIEW_NOTIFICATIONS)
def notifications(request: Signed) -> HttpResponse:
    """GET /notifications/?show=all: those that nobody acknowledged, or all; the rows alone for HTMX"""
    asked = {name: text_of(request.GET, name) for name in ("show", "n")}
    page = found_notifications(place_of(request.GET), waiting_alone=asked["show"] != "all")
    context = notifications_page(page, asked, links_for(request.actor))
    return render(request, part(request, "notifications/list.html"), context)


@opens(Permission.VIEW_NOTIFICATIONS)
def notification(request: Signed, number: int) -> HttpResponse:
    """GET /notifications/<number>/: where the link of what was sent leads"""
    page = notification_page(notification_numbered(number), request.actor, links_for(request.actor))
    return render(request, "notifications/one.html", page)


@writes(Permission.ACKNOWLEDGE)
def notification_acknowledge(request: Signed, number: int) -> HttpResponse:
    """POST /notifications/<number>/acknowledge/"""
    note = request.POST.get("note", "")
    try:
        acknowledge_notification(number=number, note=note, actor=request.actor, at=request.at)
    except BadInput as refusal:  # raised before anything is written
        shown = notification_numbered(number)
        page = notification_page(shown, request.actor, links_for(request.actor), as_sentence(f"{refusal}"), note)
        return render(request, "notifications/one.html", page, status=400)
    messages.info(request, f"N-{number} is acknowledged.")
    return redirect("notifications")
