"""BTCPay Server's Greenfield API: the invoices of a store, by the time of their creation, a page at a time. It lists no
events, so payments are compared by their status."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.event import Status
from reconciliation.provider.formats.instants import seconds_at
from reconciliation.provider.formats.node import Node
from reconciliation.provider.polling.listing import ListedPayment, Listing, PollFailed

STATUSES: Mapping[str, Status] = {
    "New": "pending", "Processing": "paid", "Settled": "confirmed", "Expired": "expired", "Invalid": "failed",
}  # fmt: skip
# An invoice is made before its first event: what was made a while before the period is listed too, so that a payment whose
# first event falls into the period is known.
BEFORE = timedelta(days=1)
A_PAGE = 100
MOST_PAGES = 1_000
Get = Callable[[str, dict[str, Any]], Any]


def list_invoices(get: Get, store: str, since: datetime, until: datetime) -> Listing:
    """The invoices made from a day before `since` until `until`. `get` answers (path, query) with JSON. Raises PollFailed."""
    found: dict[str, ListedPayment] = {}
    for item in _pages(get, store, int((since - BEFORE).timestamp()), int(until.timestamp()) + 1):
        try:
            payment = _payment(item)
        except PayloadRefused as refusal:
            raise PollFailed("unreadable", f"an invoice that cannot be read: {refusal}"[:300]) from refusal
        found[payment.payment_ref] = payment
    return Listing(payments=list(found.values()))


def _pages(get: Get, store: str, first: int, last: int) -> Iterator[Node]:
    path = f"/api/v1/stores/{quote(store, safe='')}/invoices"
    for page in range(MOST_PAGES):
        query = {"startDate": first, "endDate": last, "skip": page * A_PAGE, "take": A_PAGE}
        answer = get(path, query)
        if not isinstance(answer, list) or not all(isinstance(item, dict) for item in answer):
            raise PollFailed("unreadable", "the answer is not a list of invoices")
        yield from (Node(item, f"invoice {page * A_PAGE + n + 1}") for n, item in enumerate(answer))
        if len(answer) < A_PAGE:
            return
    raise PollFailed("too_many", f"more than {MOST_PAGES * A_PAGE} invoices: ask for a shorter period")


def _payment(node: Node) -> ListedPayment:
    word = node.text("status")
    metadata = node.members.get("metadata")
    order = metadata.get("orderId") if isinstance(metadata, dict) else None
    return ListedPayment(
        payment_ref=node.text("id"), order_ref=order[:512] if isinstance(order, str) else "", word=word,
        status=STATUSES.get(word), created_at=seconds_at(node, "createdTime"),
    )  # fmt: skip
