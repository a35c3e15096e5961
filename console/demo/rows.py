"""What the demo is made of: postings, bank lines and the answer key. Plain data."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Legs = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A reconciled account: ledger code, kind and asset, its bank, the format its statements come in."""

    code: str
    name: str
    kind: str
    asset: str
    partner: str
    number: str
    format: str
    closed_weekdays: frozenset[int]
    cutover: str
    per_day: int


@dataclass(slots=True)
class DemoPosting:
    """A posting on `day`, `hours` after its cut-over, by the token `by`. `status` PENDING stays so until a person acts."""

    key: str
    day: date
    use_case: str
    legs: Legs
    reference: str
    payment_id: str
    metadata: dict[str, str] = field(default_factory=dict)
    status: str = "POSTED"
    hours: float = 4.0
    by: str = "core-banking"


@dataclass(slots=True)
class DemoLine:
    """A bank line: signed minor units as the bank shows them, value day and the statement day that brings it."""

    account: str
    amount: int
    value_on: date
    reference: str
    code: str
    narrative: str
    counterparty: str = ""
    charge: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Planted:
    """One line of the answer key: what the check of an account's day must state, as of the demo's end."""

    account: str
    day: date
    exception_class: str
    cause: int | None
    contribution: int
    story: str


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """What commerce sold: `amount` in minor units, due `due_hours` after `at`."""

    ref: str
    payment_id: str
    amount: int
    asset: str
    at: datetime
    due_hours: int = 1
    reference: str = ""


@dataclass(frozen=True, slots=True)
class DemoHandMove:
    """An order that a controller moves by hand, for the reason that goods were sent."""

    order: str
    before: str
    after: str
    at: datetime
    ticket: str
    note: str


@dataclass(frozen=True, slots=True)
class DemoEvent:
    """One webhook: the endpoint it comes in by, its body as the provider would write it, when. `forged`: signed with a key
    that the endpoint does not have."""

    endpoint: str
    body: dict[str, Any]
    at: datetime
    forged: bool = False


@dataclass(frozen=True, slots=True)
class DemoListing:
    """What a provider lists of [since, until), as rows of its own export, and when it was asked."""

    endpoint: str
    since: datetime
    until: datetime
    asked_at: datetime
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlantedCase:
    """One line of the answer key of the planes that a payment passes: the case that must be open at the demo's end."""

    pair: str
    exception_class: str
    kind: str
    contribution: int
    payment_id: str


@dataclass(slots=True)
class Plan:
    """The whole demo: rows by day, days without a statement, and the answer key."""

    today: date
    days: dict[str, list[date]] = field(default_factory=dict)
    postings: list[DemoPosting] = field(default_factory=list)
    lines: list[DemoLine] = field(default_factory=list)
    missing: set[tuple[str, date]] = field(default_factory=set)
    broken: set[tuple[str, date]] = field(default_factory=set)
    planted: list[Planted] = field(default_factory=list)
    near_misses: list[tuple[str, str]] = field(default_factory=list)
    orders: list[DemoOrder] = field(default_factory=list)
    events: list[DemoEvent] = field(default_factory=list)
    hand_moves: list[DemoHandMove] = field(default_factory=list)
    listings: list[DemoListing] = field(default_factory=list)
    plane_planted: list[PlantedCase] = field(default_factory=list)
