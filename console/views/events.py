"""The provider event log. It reads; what it hands out whole is audited."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryFile
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import render

from console.pages import events as pages
from console.pages.event_words import TYPES
from console.pages.links import links_for
from console.pages.paging import part, place_of
from console.pages.raw_record import raw_record
from console.pages.words import new_key
from console.pages.written import a_day, a_number, text_of
from console.permitted import Signed, opens, writes
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, allowed
from reconciliation.provider import event_pages as found
from reconciliation.provider.export_events import export_events, written

MOST_DAYS = 31  # of one download; the command hands out any number
RESTED = timedelta(minutes=5)


@opens(Permission.VIEW_EVENTS)
def events(request: Signed) -> HttpResponse:
    """GET /events/, and its rows alone for HTMX"""
    asked = {name: text_of(request.GET, name) for name in ("view", "q", "endpoint", "type", "from", "until", "n")}
    asked["view"] = asked["view"] if asked["view"] in found.VIEWS else ""
    wanted = found.Asked(
        asked["view"] or "all", a_number(asked, "endpoint"), asked["type"] if asked["type"] in TYPES else "",
        asked["q"], a_day(asked, "from"), a_day(asked, "until"),
    )  # fmt: skip
    known = found.endpoints()
    rows = found.events(place_of(request.GET), wanted, known)
    export = pages.export_box(request.at, request.at - RESTED, new_key())
    page = pages.events_page(rows, found.seen([e.id for e in rows.rows]), known, asked, export)
    return render(request, part(request, "events/list.html"), page)


@opens(Permission.VIEW_EVENTS)
def event(request: Signed, public_id: UUID) -> HttpResponse:
    """GET /events/<id>/"""
    whole = found.whole_event(public_id)
    raw = None
    if allowed(request.actor, Permission.VIEW_RAW):
        raw = raw_record(*found.raw_record(whole.event.delivery_id))
    return render(request, "events/event.html", pages.event_page(whole, raw, links_for(request.actor)))


@writes(Permission.VIEW_EVENTS)
def events_export(request: Signed) -> FileResponse:
    """POST /events/export/: the log of some days, or the manifest of the same bytes. An act, because it is audited."""
    first, last = a_day(request.POST, "from"), a_day(request.POST, "until")
    if first is None or last is None:
        raise BadInput("the first and the last day are dates", "from")
    if (last - first).days >= MOST_DAYS:
        raise BadInput(f"a download holds at most {MOST_DAYS} days; the command export_events any number", "until")
    as_of = _instant(request.POST.get("as_of", ""), request.at - RESTED)
    with ExitStack() as closing:
        lines = closing.enter_context(TemporaryFile())
        manifest = export_events(first=first, last=last, as_of=as_of, out=lines, actor=request.actor, at=request.at)
        name = str(manifest["file"])
        if request.POST.get("part") == "manifest":
            lines.seek(0)
            lines.truncate()
            lines.write(written(manifest))
            name += ".manifest.json"
        lines.seek(0)
        closing.pop_all()  # the answer closes it
    return FileResponse(lines, as_attachment=True, filename=name, content_type="application/octet-stream")


def _instant(text: str, usual: datetime) -> datetime:
    """The instant that the page named, so that both downloads are of the same; another than an instant is the usual one."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return usual
    return read.astimezone(UTC) if read.tzinfo else usual
