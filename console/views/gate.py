"""The release gate's own page: every day that was counted, and what ended each run."""

from datetime import UTC, datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render

from console.pages.gate import gate_page
from console.pages.links import links_for
from console.pages.written import a_day
from console.permitted import Signed, opens
from reconciliation.oversight.release_gate import whole_gate
from reconciliation.permissions import Permission


@opens(Permission.VIEW_DRIFT)
def gate(request: Signed) -> HttpResponse:
    """GET /gate/?as_of=: as it stands, or as it stood at the end of a day (UTC): checks are never rewritten."""
    on = a_day(request.GET, "as_of")
    at = request.at if on is None else min(request.at, datetime.combine(on, time(0), UTC) + timedelta(days=1))
    page = gate_page(whole_gate(at=at), on.isoformat() if on else "", links_for(request.actor))
    return render(request, "gate/gate.html", page | {"at": at})
