"""Orders: what was sold and what became of it. The one act is a controller's move by hand, with its reason and ticket."""

import json

from django.contrib import messages
from django.db.transaction import atomic
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.pages.orders import order_page, orders_page
from console.pages.paging import part, place_of
from console.pages.proposal import sent_words
from console.pages.words import new_key
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.commerce.by_hand import ByHand
from reconciliation.commerce.move_order import move_order
from reconciliation.commerce.order_pages import orders as found_orders
from reconciliation.commerce.order_pages import whole_order
from reconciliation.commerce.request_order_move import request_order_move
from reconciliation.commerce.rules import LONGEST_NOTE, STATES
from reconciliation.errors import BadInput, NeedsApproval
from reconciliation.permissions import Permission
from reconciliation.planes.fulfilment_pages import rule_for
from reconciliation.recovery.runs.open_gaps import open_gaps


@opens(Permission.VIEW_ORDERS)
def orders(request: Signed) -> HttpResponse:
    """GET /orders/, and its rows alone for HTMX"""
    asked = {name: text_of(request.GET, name) for name in ("q", "state", "n")}
    if asked["state"] not in STATES:
        asked["state"] = ""
    found = found_orders(place_of(request.GET), state=asked["state"], sought=asked["q"])
    return render(request, part(request, "orders/list.html"), orders_page(found, asked))


@opens(Permission.VIEW_ORDERS)
def order(request: Signed, order_ref: str) -> HttpResponse:
    """GET /orders/<order_ref>/"""
    return _order(request, order_ref)


def _order(request: Signed, order_ref: str) -> HttpResponse:
    found = whole_order(order_ref)
    rule = rule_for(found.order, request.at)
    gaps = open_gaps(order_ref=found.order.order_ref)
    page = order_page(found, rule, actor=request.actor, at=request.at, key=new_key(), gaps=gaps)
    return render(request, part(request, "orders/order.html", "order"), page)


def _moved(said: ByHand, request: Signed) -> str:
    """What is told after the order moved, or after a second person was asked, where policy lets nobody move it alone."""
    try:
        with atomic():
            move_order(said, actor=request.actor, at=request.at)
    except NeedsApproval:
        made = request_order_move(said, actor=request.actor, at=request.at)
        return sent_words(made, len(who_could_decide(made.id, at=request.at)))
    return f"{said.order_ref} moved from {said.seen} to {said.to}, ticket {said.ticket}"


@writes(Permission.MOVE_ORDER)
def order_move(request: Signed) -> HttpResponse:
    """POST /order-moves/: order, seen, what ("fulfilled GOODS_SENT_BY_SUPPORT"), ticket, note, key. HTMX gets the order anew."""
    to, _, code = text_of(request.POST, "what").partition(" ")
    if not code:
        raise BadInput("what does it become, and why?", "what")
    said = ByHand(
        order_ref=text_of(request.POST, "order"), seen=text_of(request.POST, "seen"), to=to, reason_code=code,
        ticket=text_of(request.POST, "ticket", 200), key=text_of(request.POST, "key"),
        note=request.POST.get("note", "").replace("\r\n", "\n")[: LONGEST_NOTE + 1],
    )  # fmt: skip
    told = _moved(said, request)
    if request.headers.get("HX-Request"):
        response = _order(request, said.order_ref)
        response.headers["HX-Trigger"] = json.dumps({"notice": {"text": told}})
        return response
    messages.info(request, told)
    return redirect("order", said.order_ref)
