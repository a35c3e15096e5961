"""The gaps between what providers list and the log. It reads."""

from django.http import HttpResponse
from django.shortcuts import render

from console.pages.gaps import gaps_page
from console.pages.links import links_for
from console.pages.paging import part, place_of
from console.pages.written import a_number, text_of
from console.permitted import Signed, opens
from reconciliation.permissions import Permission
from reconciliation.planes.gap_pages import gaps as found_gaps
from reconciliation.planes.watch_provider import gap_waits
from reconciliation.provider.event_pages import endpoints


@opens(Permission.VIEW_EVENTS)
def gaps(request: Signed) -> HttpResponse:
    """GET /events/gaps/ of all endpoints, or of the one that `endpoint` names; its rows alone for HTMX"""
    asked = {name: text_of(request.GET, name) for name in ("endpoint", "n")}
    known, chosen = endpoints(), a_number(asked, "endpoint")
    ids = [e.id for e in known if chosen in (None, e.id)]
    page = found_gaps(place_of(request.GET), ids, at=request.at)
    context = gaps_page(page, known, asked, waits=gap_waits(request.at), to=links_for(request.actor))
    return render(request, part(request, "events/gaps.html"), context)
