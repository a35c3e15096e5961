"""The result of a backtest: plain data, and its one spelling in JSON. Pure. Money is text of minor units, of each asset apart."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA = "plumbline/backtest/1"
FLIPS_KEPT = 1000
LARGEST = 20  # per asset and direction


@dataclass(frozen=True, slots=True)
class Money:
    asset: str
    minor: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many moves, of how many payments, how much of each asset. Moves that name no payment count as moves alone."""

    moves: int = 0
    payments: int = 0
    money: list[Money] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Turn:
    """Flips from one answer to another: outcomes, and how many people each asks for."""

    direction: str
    live: str
    live_quorum: int
    draft: str
    draft_quorum: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Forbids:
    """Of the moves of one name that today's checkpoints let through, at once or with approvals, how many the draft forbids."""

    move: str
    let_through: int
    forbidden: int


@dataclass(frozen=True, slots=True)
class Caught:
    """Drift of one class and cause (None without one) that moves with this flip led to."""

    exception_class: str
    cause: int | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class Blocked:
    """Drift that the draft stops (forbids) or holds (asks more people)."""

    tally: Tally
    stopped: int
    held: int
    by_class: list[Caught]


@dataclass(frozen=True, slots=True)
class Extra:
    """More approvals to give by whoever has one of the roles, for `moves` moves; the rates have one decimal."""

    roles: list[str]
    approvals: int
    moves: int
    per_day: str
    per_week: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of move (use case, else the move's name) that proved right and would have been stopped or held."""

    label: str
    stopped: int
    delayed: int
    per_week: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Hindered:
    """Moves that proved right. `decided`, `median_seconds`, `longest_seconds`: what requests of the window waited for a
    decision."""

    stopped: Tally
    delayed: Tally
    extra: list[Extra]
    waiting: list[Waiting]
    decided: int
    median_seconds: int | None
    longest_seconds: int | None


@dataclass(frozen=True, slots=True)
class DriftDay:
    account: str
    day: str
    prevented: bool


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week by its Monday, UTC."""

    week: str
    starts_on: str
    blocked: int
    stopped: int
    delayed: int
    loosened: int


@dataclass(frozen=True, slots=True)
class Flip:
    """One move whose answer differs. `live` and `draft` are decisions: outcome, policy, version, rule, reason, quorum, roles.
    `turned` is drift, right, or not made (refused, or a request never carried out)."""

    position: int
    rank: int | None
    direction: str
    move: str
    label: str
    at: str
    payment_id: str
    order_ref: str
    transaction: str | None
    decision: int
    count: int
    turned: str
    exception_class: str | None
    cause: int | None
    case: int | None
    live: dict[str, Any]
    draft: dict[str, Any]
    money: list[Money]


@dataclass(frozen=True, slots=True)
class Result:
    """`looser`: something that happened, or that a clause speaks of (`unseen_looser`, by move), is let through more easily than by
    what is in force. `recorded_from`: the first move of the window, from which rates count. `otherwise`: moves of which today's
    checkpoints already say something else than was recorded. Lists of directions begin with what becomes looser. `kept` of
    `flips` are listed."""

    key: str
    title: str
    number: int | None
    document_sha256: str
    against: int | None
    since: str
    until: str
    as_of: str
    recorded_from: str | None
    moves: list[str]
    replayed: int
    groups: int
    otherwise: int
    flips: int
    kept: int
    looser: bool
    unseen_looser: list[str]
    loosened: Tally
    other_people: Tally
    stricter: Tally
    turns: list[Turn]
    forbids: list[Forbids]
    blocked: Blocked
    hindered: Hindered
    not_made: Tally
    drift_days: list[DriftDay]
    drift_days_prevented: int
    plane_cases: int
    plane_cases_prevented: int
    weeks: list[Week]
    largest: list[Flip]
    schema: str = SCHEMA


def nearly_all(let_through: int, forbidden: int) -> bool:
    """Whether hardly any move of a kind would still go through: nine in ten and more are forbidden."""
    return let_through > 0 and 10 * forbidden >= 9 * let_through


def as_json(result: Result) -> dict[str, Any]:
    """The result as JSON values, with the digest of everything but the time at which it was worked out."""
    said = asdict(result)
    return said | {"result_sha256": digest(said).hex()}


def digest(said: dict[str, Any]) -> bytes:
    """SHA-256 of a result in one spelling: the same moves, cases and documents give the same digest."""
    told = {k: v for k, v in said.items() if k not in ("as_of", "result_sha256")}
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).digest()


def rate(count: int, seconds: int, per_days: int) -> str:
    """How often in `per_days` days, with one decimal, rounded half up: 7 in 14 days are "3.5" a week."""
    tenths = (count * per_days * 86_400 * 20 + seconds) // (2 * seconds) if seconds else 0
    return f"{tenths // 10}.{tenths % 10}"
