"""Which run of clean days drift broke last, by the days of all accounts. Pure. What waits on timing or is not due neither counts
nor ends a run here: a later day that drifted breaks it at once, although the gate still waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from reconciliation.oversight.gate_rules import GRAVEST, AccountDay


@dataclass(frozen=True, slots=True)
class Break:
    """`count` good days in a row, from `since` on, were ended by drift on `day` of `accounts` (codes)."""

    since: date
    day: date
    count: int
    accounts: tuple[str, ...]


def last_break(rows: Iterable[AccountDay], at: datetime) -> Break | None:
    """The latest run that a drifted day ended; None when none did."""
    by_day: dict[date, list[AccountDay]] = {}
    for row in rows:
        by_day.setdefault(row.day, []).append(row)
    found, run = None, list[date]()
    for day in sorted(by_day):
        states = {row.account: row.state(at) for row in by_day[day]}
        gravest = next(s for s in GRAVEST if s in states.values())
        if gravest == "bad" and run:
            found = Break(run[0], day, len(run), tuple(sorted(code for code, s in states.items() if s == "bad")))
        if gravest in ("bad", "unknown"):
            run = []
        elif gravest == "good":
            run.append(day)
    return found
