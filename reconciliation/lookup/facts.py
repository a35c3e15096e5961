"""What each plane holds of one payment, as read. Amounts in minor units; times in UTC."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OrderFact:
    id: int
    order_ref: str
    payment_id: str
    merchant_reference: str
    expected: int
    asset: str
    rail: str
    network: str
    state: str
    placed_at: datetime
    due_at: datetime | None
    recorded_at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class OrderMove:
    order_id: int
    at: datetime
    from_state: str
    to_state: str
    source: str
    actor: str
    reason_code: str
    ticket: str


@dataclass(frozen=True, slots=True)
class PaymentFact:
    id: int
    payment_ref: str
    payment_id: str
    order_ref: str
    status: str
    flags: tuple[str, ...]
    asset: str
    detected: int | None
    confirmed: int | None
    detected_at: datetime | None
    confirmed_at: datetime | None
    first_event_at: datetime
    last_event_at: datetime
    doubts: tuple[str, ...]
    endpoint: str
    scheme: str


@dataclass(frozen=True, slots=True)
class EventFact:
    """`times`: how many deliveries carried it."""

    payment: int
    public_id: UUID
    type: str
    provider_type: str
    at: datetime
    received_at: datetime
    amount: int | None
    asset: str
    txid: str
    flags: tuple[str, ...]
    times: int
    delivery: UUID


@dataclass(frozen=True, slots=True)
class TransactionFact:
    """`bank`, `due_at` and `day`: of the reconciled account it touches, "" and None without one; `matched`: with a line.
    `held`: what it moves on asset accounts, debits less credits; `agreed`: it stands matched with the provider; `out`: its
    bank account is credited, so money leaves."""

    id: int
    public_id: UUID
    use_case: str
    status: str
    payment_id: str
    partner_reference: str
    effective_on: date
    recorded_at: datetime
    posted_at: datetime | None
    reverses: int | None
    corrects: int | None
    amount: int
    asset: str
    bank: str
    due_at: datetime | None
    day: date | None
    matched: bool
    moved_at: datetime | None
    moved_to: str | None
    held: int | None = None
    agreed: bool = False
    out: bool = False


@dataclass(frozen=True, slots=True)
class LineFact:
    """`counts`: it is booked on a statement that adds up. `intraday`: only a report of the day so far has shown it, and it is
    expected until `day_ends_at`."""

    id: int
    reference: str
    amount: int
    asset: str
    value_on: date | None
    counts_on: date
    imported_at: datetime
    bank: str
    code: str
    status: str
    counts: bool = True
    intraday: bool = False
    day_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseFact:
    """`pair` and `kind`: between which planes, and of planes other than the bank's what exactly differs;
    `cause`: the bank's."""

    number: int
    title: str
    state: str
    exception_class: str
    contribution: int
    asset: str
    opened_at: datetime
    resolved_at: datetime | None
    resolution: str
    pair: str = ""
    kind: str = ""
    cause: int | None = None

    @property
    def open(self) -> bool:
        return self.state != "resolved"


@dataclass(frozen=True, slots=True)
class RequestFact:
    number: int
    kind: str
    state: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """Everything of one payment. `key` is what it was opened by."""

    key: str
    orders: list[OrderFact] = field(default_factory=list)
    moves: list[OrderMove] = field(default_factory=list)
    payments: list[PaymentFact] = field(default_factory=list)
    events: list[EventFact] = field(default_factory=list)
    transactions: list[TransactionFact] = field(default_factory=list)
    lines: list[LineFact] = field(default_factory=list)
    cases: list[CaseFact] = field(default_factory=list)
    requests: list[RequestFact] = field(default_factory=list)
    uncounted: list[LineFact] = field(default_factory=list)
    """Lines that settle nothing: not booked, or on a statement that does not add up."""

    @property
    def known(self) -> bool:
        return bool(self.orders or self.payments or self.transactions)

    @property
    def orders_named(self) -> list[OrderFact]:
        """Those that the key names; opened by a payment, all that it covers."""
        return [o for o in self.orders if self.key in (o.order_ref, o.payment_id)] or self.orders

    @property
    def thread(self) -> str:
        """The payment's name across planes."""
        named = [o.payment_id for o in self.orders] + [t.payment_id for t in self.transactions]
        named += [p.payment_id or p.payment_ref for p in self.payments]
        return self.key if self.key in named else next((n for n in named if n), self.key)
