"""The page of gaps as its template takes it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from console.display import moment
from console.pages.events import places
from console.pages.links import Link, link
from console.pages.paging import pager
from console.pages.words import plural
from console.pages.written import some
from ledger.keyset import Page
from reconciliation.planes.gap_pages import GapRow, mark_of
from reconciliation.provider.models import Endpoint

KINDS = {
    "missing": ("drift", "Missing here"), "unknown": ("warn", "Not listed"), "status": ("warn", "Status differs"),
    "amount": ("drift", "Amount differs"),
}  # fmt: skip
ADAPTERS = {"file": "by file", "http": "by asking"}


def gaps_page(
    page: Page[GapRow], known: Sequence[Endpoint], asked: Mapping[str, str], *, waits: timedelta, to: Link
) -> dict[str, Any]:
    """templates/events/gaps.html. `waits`: how long a gap stands before it is a case."""
    names = {e.id: e.name for e in known}
    hours = plural(int(waits.total_seconds() // 3600), "hour")
    return {
        "sub": f"What providers list and the log lacks, or the other way round. One that stands {hours} after the poll that "
        "named it first is a case; it ends once the event comes, or a later poll of the same time no longer names it.",
        "places": places("event-gaps"),
        "choices": [{"value": e.id, "label": e.name, "on": str(e.id) == asked["endpoint"]} for e in known],
        "filters_href": link("event-gaps"),
        "narrowed": bool(asked["endpoint"]),
        "rows": [_row(r, names, to) for r in page.rows],
        "page": pager(page, [mark_of(r) for r in page.rows], asked),
    }


def _row(r: GapRow, names: Mapping[int, str], to: Link) -> dict[str, Any]:
    g, (tone, word) = r.gap, KINDS[r.gap.kind]
    ref = g.event_id or g.payment_ref
    return {
        "key": g.id, "tone": tone, "word": word, "ref": ref, "endpoint": names[g.endpoint_id],
        "href": to("payments", q=g.payment_ref) if g.payment_ref else "", "payment": g.payment_ref, "order": g.order_ref,
        "theirs": g.theirs, "ours": g.ours, "at": g.occurred_at, "amount": some(g.amount_minor, g.asset),
        "first_at": g.first_at, "last": f"{moment(g.last_at)}, {ADAPTERS[g.adapter]}",
        "case": str(r.case) if r.case else "", "case_href": to("exception-case", r.case.number) if r.case else "",
        "case_state": r.case.state if r.case else "",
    }  # fmt: skip
