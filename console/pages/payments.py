"""The context of the payment lookup: what was found by a key, or what may be typed."""

from collections.abc import Sequence
from typing import Any

from console.pages.links import Link, link
from reconciliation.lookup.find_payments import MOST, Hit
from reconciliation.lookup.keys import Sought

KINDS = (
    ("a payment id", "pay_5Tk2vQ8mZr"), ("an order or merchant reference", "MSK-104-9017"),
    ("the partner's reference", "FT26115ABCD"), ("a transaction", "LT-88219977"),
    ("a transaction id of the rail, or a block explorer's address", "4a5e1e4baab8…"),
    ("an amount with its day", "12,480.00 ETB 2026-11-20"),
)  # fmt: skip


def found_context(query: str, asked: Sought | None, hits: Sequence[Hit], to: Link) -> dict[str, Any]:
    """What templates/payments/list.html names."""
    return {
        "query": query, "sought": asked.text if asked else "", "by_link": bool(asked and asked.link),
        "hits": [_hit(hit, query, to) for hit in hits], "exact": all(hit.exact for hit in hits), "most": len(hits) == MOST,
        "kinds": KINDS,
    }  # fmt: skip


def _hit(hit: Hit, query: str, to: Link) -> dict[str, str]:
    if hit.thread.startswith("line "):
        return {
            "id": "a bank line that no payment of ours explains",
            "href": to("exceptions", q=query),
            "by": "reference",
        }
    return {"id": hit.thread, "href": link("payment", hit.thread, q=query), "by": hit.found_by}
