"""The audit trail: who did what, and is the record whole?"""

from django.http import HttpResponse
from django.shortcuts import render

from console.pages.audit import audit_page
from console.pages.paging import part, place_of
from console.pages.written import a_day, text_of
from console.permitted import Signed, opens
from ledger import audit_page as trail
from ledger.record_verification import last_verification
from reconciliation.permissions import Permission


@opens(Permission.VIEW_AUDIT)
def audit(request: Signed) -> HttpResponse:
    """GET /audit/, and its rows alone for HTMX"""
    asked = {name: text_of(request.GET, name) for name in ("q", "action", "actor", "from", "n")}
    top = trail.head()
    lines = trail.lines(
        top, place_of(request.GET), subject=asked["q"], action=asked["action"], actor=asked["actor"],
        first=a_day(request.GET, "from"),
    )  # fmt: skip
    page = audit_page(
        top, trail.waiting(top), lines, trail.words(), trail.blocks(), asked, request.at, last_verification()
    )
    return render(request, part(request, "audit/list.html"), page)
