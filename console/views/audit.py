"""The audit trail: who did what, and is the record whole?"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.pages.audit import audit_page, chain_context
from console.pages.paging import part, place_of
from console.pages.written import a_day, text_of
from console.permitted import Signed, opens, writes
from ledger import audit_page as trail
from ledger.anchors.anchor_chain import last_anchor
from ledger.record_verification import last_verification
from reconciliation.outbox_models import OutboxItem
from reconciliation.permissions import Permission
from reconciliation.request_verification import request_verification, under_way


@opens(Permission.VIEW_AUDIT)
def audit(request: Signed) -> HttpResponse:
    """GET /audit/, and its rows alone for HTMX"""
    asked = {name: text_of(request.GET, name) for name in ("q", "action", "actor", "from", "until", "n")}
    top, running = trail.head(), under_way()
    lines = trail.lines(
        top, place_of(request.GET), subject=asked["q"], action=asked["action"], actor=asked["actor"],
        first=a_day(request.GET, "from"), last=a_day(request.GET, "until"),
    )  # fmt: skip
    chain = _chain(request, top, running)
    page = audit_page(chain, lines, trail.words(), trail.blocks(), asked, running, request.actor)
    return render(request, part(request, "audit/list.html"), page)


@opens(Permission.VIEW_AUDIT)
def audit_chain(request: Signed) -> HttpResponse:
    """GET /audit/chain/: the state of the chain, polled while a verification is under way. The poll that finds it ended
    reloads the page: its rows, its blocks and its button are of before."""
    running = under_way()
    response = render(request, "audit/list.html#chain", {"chain": _chain(request, trail.head(), running)})
    if running is None:
        response.headers["HX-Refresh"] = "true"
    return response


@writes(Permission.VERIFY)
def audit_verify(request: Signed) -> HttpResponse:
    """POST /audit/verify/"""
    request_verification(key=text_of(request.POST, "key"), actor=request.actor, at=request.at)
    messages.info(request, "Verification asked for; what it finds is shown here.")
    return redirect("audit")


def _chain(request: Signed, top: trail.Head | None, running: OutboxItem | None) -> dict[str, Any]:
    return chain_context(top, trail.waiting(top), last_verification(), running, request.at, last_anchor())
