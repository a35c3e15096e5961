"""The release gate, by STORIES: how many settlement days in a row were good on every reconciled account. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

State = Literal["good", "bad", "unknown", "waiting", "coming"]
# Which state of an account tells of the whole day; what ends the run before what only stops the count.
GRAVEST: tuple[State, ...] = ("bad", "unknown", "waiting", "coming", "good")
NEEDED = 7


@dataclass(frozen=True, slots=True)
class AccountDay:
    """A settlement day of one account as its checks up to an instant say. `verdict` is the latest one's, None without a check;
    `drifted_at` is when a check first found more than timing; `drift` that check's, in minor units of `currency`. `ends_at`
    is when the day ends, None where nobody asks."""

    account: str
    name: str
    currency: str
    day: date
    due_at: datetime
    verdict: str | None
    timing_only: bool = False
    checked_at: datetime | None = None
    because: tuple[str, ...] = ()
    drifted_at: datetime | None = None
    drift: int | None = None
    ends_at: datetime | None = None

    def state(self, at: datetime) -> State:
        """A bad day stays bad after correction; what is not due yet is coming, unless it is known to be bad or to wait."""
        if self.drifted_at is not None:
            return "bad"
        if self.verdict == "DRIFTED":
            return "waiting"
        if self.due_at > at:
            return "coming"
        return "good" if self.verdict == "CLEAN" and not self.checked_early else "unknown"

    @property
    def checked_early(self) -> bool:
        """Whether the latest check was made while the day still ran: what came after it nobody has compared."""
        return None not in (self.checked_at, self.ends_at) and self.checked_at < self.ends_at  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class GateDay:
    """A settlement day over all accounts: `count` good days in a row up to and with it; `told` are the accounts that make its
    state, `beside` those that are unknown on a day that drifted."""

    day: date
    state: State
    count: int
    told: tuple[AccountDay, ...]
    beside: tuple[AccountDay, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """`days` are those that were counted, oldest first, and after them the one at which the count stands, if any. `blocks`:
    what shuts the gate whatever the days say."""

    days: tuple[GateDay, ...]
    needed: int = NEEDED
    blocks: tuple[str, ...] = field(default=())

    @property
    def count(self) -> int:
        return self.days[-1].count if self.days else 0

    @property
    def open(self) -> bool:
        return self.count >= self.needed and not self.blocks

    @property
    def resets(self) -> tuple[GateDay, ...]:
        """The days that ended a run, the last first."""
        return tuple(d for d in reversed(self.days) if d.state in ("bad", "unknown"))

    @property
    def stands_at(self) -> GateDay | None:
        """The day whose end the count waits for."""
        return self.days[-1] if self.days and self.days[-1].state in ("waiting", "coming") else None


def judge(rows: Iterable[AccountDay], at: datetime, *, needed: int = NEEDED, blocks: Sequence[str] = ()) -> Gate:
    """Count over all days of all accounts as of `at`: up to the last due day, or to the first that waits."""
    by_day: dict[date, list[AccountDay]] = {}
    for row in rows:
        by_day.setdefault(row.day, []).append(row)
    days: list[GateDay] = []
    count = 0
    for day in sorted(by_day):
        states = [(row.state(at), row) for row in by_day[day]]
        state = next(s for s in GRAVEST if any(s == found for found, _ in states))
        count = count + 1 if state == "good" else 0 if state in ("bad", "unknown") else count
        told, blind = (tuple(row for found, row in states if found == s) for s in (state, "unknown"))
        days.append(GateDay(day, state, count, told, blind if state == "bad" else ()))
        if state in ("waiting", "coming"):
            break
    return Gate(tuple(days), needed, tuple(blocks))
