"""What a signal was found to be, with the rows that were counted. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Counted:
    """One row behind a value. `what` is order, payment, case, transaction, macro, endpoint, request, account or queue; `name` its
    key on that page; `words` what was found of it; `payment` the payment_id that it is of, where that is another page."""

    what: str
    name: str
    at: datetime
    words: str
    payment: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """`value` is a count, seconds, or how many of `of`; None where nothing can be said. `parts`: minor units by asset, or counts by
    what they are of. `rows` are at most 500, `counted` is how many there are. `said` explains where a figure does not. `out` is set
    where more than the value decides the state."""

    value: int | None
    of: int | None = None
    parts: Mapping[str, int] = field(default_factory=dict)
    rows: tuple[Counted, ...] = ()
    counted: int = 0
    said: str = ""
    out: bool | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A day in UTC as it stood at an instant of it, or at its end: half-open [since, until)."""

    day: date
    until: datetime

    @property
    def since(self) -> datetime:
        return datetime.combine(self.day, time(0), UTC)

    @property
    def whole(self) -> bool:
        """Whether the day is over."""
        return self.until == self.since + timedelta(days=1)


def span_of(day: date, at: datetime) -> Span:
    """The day as of `at`: up to its end at most."""
    start = datetime.combine(day, time(0), UTC)
    return Span(day, min(at, start + timedelta(days=1)))


def digest(rows: Sequence[Counted], counted: int) -> bytes:
    """What the rows are, in 32 bytes: the same rows give the same."""
    said = [[r.what, r.name, r.at.astimezone(UTC).isoformat(), r.words] for r in rows]
    return hashlib.sha256(json.dumps([counted, said], ensure_ascii=False).encode()).digest()
