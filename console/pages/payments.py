"""The context of the payment lookup: what was found by a key, or what may be typed."""

from collections.abc import Sequence
from typing import Any

from console.pages.links import Link, link
from console.pages.words import plural
from console.pages.written import some
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.lookup.find_payments import LISTED, MOST
from reconciliation.lookup.keys import Sought
from reconciliation.lookup.list_hits import HitRow

KINDS = (
    ("a payment id", "pay_…"), ("an order or merchant reference", "ord-…, INV-…"), ("the partner's reference", "FT…"),
    ("a transaction", "LT- and eight digits or letters"),
    ("a transaction id of the rail, or a block explorer's address", "64 digits and letters a to f"),
    ("an amount, its asset and its day, in any order", "12,480.00 ETB 2026-11-20"),
    ("a case", "C- and its number"),
)  # fmt: skip


def found_context(query: str, asked: Sought | None, rows: Sequence[HitRow], to: Link) -> dict[str, Any]:
    """What templates/payments/list.html names."""
    exact, several = all(row.hit.exact for row in rows), len(rows) != 1
    count = plural(len(rows), "payment") if len(rows) < MOST else f"{len(rows)} or more payments"
    by = ("with" if asked and asked.amount is not None else "under") if exact else "near"
    return {
        "query": query, "sought": asked.text if asked else "", "by_link": bool(asked and asked.link),
        "hits": [_hit(row, query, to) for row in rows], "title": f"{count} {by}", "says": _says(rows, exact, several),
        "lacks": _lacks(asked) if asked and not rows else "", "kinds": KINDS,
    }  # fmt: skip


def waiting_context(requests: Sequence[ApprovalRequest], to: Link) -> list[dict[str, Any]]:
    """The postings of a payment that nobody has booked yet, because others have still to agree."""
    return [
        {
            "ref": str(r),
            "href": to("approval", r.number),
            "amount": some(int(r.amount_minor), r.currency),
            "at": r.made_at,
        }
        for r in requests
    ]


def _says(rows: Sequence[HitRow], exact: bool, several: bool) -> str:
    if rows and all(row.hit.found_by == LISTED for row in rows):
        return "Our log has no event of it; only the provider lists it."
    if not exact:
        return f"Nothing is exactly this; {'these come' if several else 'this comes'} near."
    return "Several are named by it; open the one that is meant." if several else "One is named by it."


def _lacks(asked: Sought) -> str:
    """What an amount still needs, with an example; "" for what is no amount or lacks nothing."""
    if not asked.lacks:
        return ""
    more = " ".join({"asset": "ETB", "day": "2026-11-20"}[name] for name in asked.lacks)
    return f"If it is an amount, add its {' and its '.join(asked.lacks)}: {asked.text} {more}."


def _hit(row: HitRow, query: str, to: Link) -> dict[str, Any]:
    hit = row.hit
    shown = {
        "id": hit.thread, "href": link("payment", hit.thread, q=query), "by": hit.found_by, "order": row.order,
        "amount": some(row.minor, row.asset) if row.asset else None, "state": row.state, "plane": row.plane, "at": row.at,
        "provider": row.provider, "case": "",
    }  # fmt: skip
    if hit.found_by == LISTED:
        case_href = to("exception-case", row.case) if row.case else ""
        case = f", case C-{row.case}" if row.case else ""
        by = f"listed by {row.provider}, missing in our log{case}"
        return shown | {"href": case_href or to("event-gaps"), "by": by}
    if hit.opens:
        return shown
    return shown | {
        "id": "a bank line that no payment of ours explains", "href": to("exceptions", q=query), "by": "reference",
    }  # fmt: skip
