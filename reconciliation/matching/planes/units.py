"""What belongs to one payment over the planes: orders, payments at providers and postings, joined by their keys. Pure.

Keys have a precedence: payment_id, txid, order_id, merchant reference. A payment whose keys name different orders joins
none of them: that is a reference mismatch, and guessing would hide it. Several orders or payments in one unit are parts
and batches, not errors. Source: DOMAIN, Exception classes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

PAYMENT, ORDER, POSTING = 2, 3, 5  # sides, as the rows of cases and matches name them
BY_PAYMENT_ID, BY_TXID, BY_ORDER_ID, BY_MERCHANT_REFERENCE = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order; `expected` in minor units of `asset`."""

    id: int
    order_ref: str
    payment_id: str
    expected: int
    asset: str
    rail: str
    state: str
    placed_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment as its provider's events fold it. `doubts` are names of events that contradicted or were of no known type."""

    id: int
    payment_ref: str
    order_ref: str
    status: str
    flags: tuple[str, ...]
    asset: str
    other_asset: str
    detected: int | None
    confirmed: int | None
    detected_at: datetime | None
    confirmed_at: datetime | None
    first_event_at: datetime
    last_event_at: datetime
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostingRow:
    """What a deposit of the book states of a payment: `amount` is signed, a reversal's is negative."""

    id: int
    payment_id: str
    amount: int
    asset: str
    posted_at: datetime
    reverses: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """That a payment names an order, and by which key."""

    payment: int
    order: int
    key: int


@dataclass(slots=True)
class Unit:
    """One payment over the planes. `torn`: payments of it whose keys name different orders, with those orders."""

    orders: list[OrderRow] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)
    postings: list[PostingRow] = field(default_factory=list)
    torn: tuple[OrderRow, ...] = ()
    key: int = 0

    @property
    def first_at(self) -> datetime:
        """When anything of it was first known; it does not move when more comes."""
        return min(
            *(o.placed_at for o in self.orders), *(p.first_event_at for p in self.payments),
            *(t.posted_at for t in self.postings), datetime.max.replace(tzinfo=UTC),
        )  # fmt: skip

    @property
    def payment_id(self) -> str:
        """The thread: the shop's, the ledger's, else the provider's name of it."""
        named = [o.payment_id for o in self.orders] + [t.payment_id for t in self.postings]
        return next((n for n in named if n), self.payments[0].payment_ref if self.payments else "")


def units_of(
    orders: Sequence[OrderRow], payments: Sequence[PaymentRow], postings: Sequence[PostingRow],
    named: Iterable[Named], posted: Iterable[tuple[int, int, int]],
) -> list[Unit]:  # fmt: skip
    """The units, sorted by their first row. `posted`: (posting, side, row) for every order and payment a posting names."""
    order_of, chosen, torn = _orders_named(named)
    parent: dict[tuple[int, int], tuple[int, int]] = {}
    parent |= {(ORDER, o.id): (ORDER, o.id) for o in orders}
    parent |= {(PAYMENT, p.id): (PAYMENT, p.id) for p in payments}
    parent |= {(POSTING, t.id): (POSTING, t.id) for t in postings}
    for payment_id, order_ids in order_of.items():
        for order_id in sorted(order_ids):
            _join(parent, (PAYMENT, payment_id), (ORDER, order_id))
    posted = sorted(posted)
    of_torn = {posting_id for posting_id, side, row in posted if side == PAYMENT and row in torn}
    for posting_id, side, row in posted:
        if not (side == ORDER and posting_id in of_torn):  # it would tie the torn payment to one of its orders
            _join(parent, (POSTING, posting_id), (side, row))
    units: dict[tuple[int, int], Unit] = defaultdict(Unit)
    for order in orders:
        units[_root(parent, (ORDER, order.id))].orders.append(order)
    for payment in payments:
        unit = units[_root(parent, (PAYMENT, payment.id))]
        unit.payments.append(payment)
        unit.key = unit.key or chosen.get(payment.id, 0)
        if payment.id in torn:
            unit.torn = tuple(o for o in orders if o.id in torn[payment.id])
    for posting in postings:
        units[_root(parent, (POSTING, posting.id))].postings.append(posting)
    return [units[root] for root in sorted(units)]


def _orders_named(named: Iterable[Named]) -> tuple[dict[int, set[int]], dict[int, int], dict[int, frozenset[int]]]:
    """Payment → its orders (several: a batch), payment → key, payment → the orders between which it is torn."""
    by_payment: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for n in named:
        by_payment[n.payment][n.key].add(n.order)
    order_of: dict[int, set[int]] = {}
    chosen: dict[int, int] = {}
    torn: dict[int, frozenset[int]] = {}
    for payment, keys in by_payment.items():
        best = min(keys)
        others = set().union(*keys.values())
        if any(not (keys[key] & keys[best]) for key in keys):
            torn[payment] = frozenset(others)
        else:
            order_of[payment], chosen[payment] = keys[best], best
    return order_of, chosen, torn


def _root(parent: dict[tuple[int, int], tuple[int, int]], row: tuple[int, int]) -> tuple[int, int]:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


def _join(parent: dict[tuple[int, int], tuple[int, int]], a: tuple[int, int], b: tuple[int, int]) -> None:
    if a in parent and b in parent:
        low, high = sorted((_root(parent, a), _root(parent, b)))
        parent[high] = low
