"""Which settlement days the statements cover. Pure. A day is known only when a statement that adds up covers it and its
opening balance is the previous closing; everything else is UNKNOWN with the reason, never a zero."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

MISSING = "no statement covers"
State = Literal["complete", "missing", "broken", "discontinuous", "sequence_gap"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stored statement: the dates it covers (half-open), its balances in minor units, and whether it adds up."""

    id: int
    from_on: date
    until_on: date
    opening: int | None
    closing: int | None
    in_force: bool
    sequence: str = ""
    finding: str = ""


@dataclass(frozen=True, slots=True)
class DayCoverage:
    """What the statements say about one settlement day; `reason` is a sentence unless complete."""

    state: State
    reason: str
    statement_ids: tuple[int, ...] = ()


def coverage(days: Sequence[date], spans: Sequence[Span]) -> dict[date, DayCoverage]:
    """The coverage of every settlement day. `days` are banking days in order; non-banking days need no statement."""
    ordered = sorted(spans, key=lambda s: (s.until_on, s.from_on, s.id))
    faults = {s.id: _fault(s, ordered, days) for s in ordered if s.in_force}
    return {day: _of_day(day, [s for s in ordered if s.from_on <= day < s.until_on], faults) for day in days}


def is_missing(reason: str) -> bool:
    """Whether the reason of an unknown day is that no statement of it has come, rather than a fault in one that has."""
    return reason.startswith(MISSING)


def _of_day(day: date, spans: Sequence[Span], faults: dict[int, DayCoverage | None]) -> DayCoverage:
    if not spans:
        return DayCoverage("missing", f"{MISSING} {day}")
    in_force = [s for s in spans if s.in_force]
    if not in_force:
        return DayCoverage("broken", spans[-1].finding or "the statement does not add up", (spans[-1].id,))
    good = [s for s in in_force if faults[s.id] is None]
    open_faults = [f for s in in_force if (f := faults[s.id]) is not None and not any(_replaces(g, s) for g in good)]
    return open_faults[-1] if open_faults else DayCoverage("complete", "", tuple(s.id for s in good))


def _replaces(good: Span, faulty: Span) -> bool:
    """A later statement that hangs together states a faulty one again: all of it, to the same end or with the same
    movement. Another part of the same day does not: what is missing between the two stays missing."""
    if good.id < faulty.id or good.from_on > faulty.from_on or good.until_on < faulty.until_on:
        return False
    return good.closing == faulty.closing or _moved(good) == _moved(faulty) != 0


def _moved(span: Span) -> int:
    return (span.closing or 0) - (span.opening or 0)


def _fault(span: Span, spans: Sequence[Span], days: Sequence[date]) -> DayCoverage | None:
    """None when the opening continues an adjacent closing; also when nothing comes directly before."""
    before = [s for s in spans if s.in_force and s.id != span.id and s.until_on <= span.from_on]
    twins = [
        s for s in spans if s.in_force and s.id != span.id and span.from_on <= s.from_on and s.until_on <= span.until_on
    ]
    if any(s.closing == span.opening for s in twins if s.opening != span.opening):
        return None
    if not before:
        return None
    last = max(s.until_on for s in before)
    if any(last <= day < span.from_on for day in days):
        return None  # the days between are missing themselves; what they hold explains the balance
    previous = [s for s in before if s.until_on == last]
    if not any(s.closing == span.opening for s in previous):
        return DayCoverage(
            "discontinuous", f"opening {span.opening} is not the previous closing {previous[-1].closing}", (span.id,)
        )
    if _gap(previous[-1].sequence, span.sequence):
        return DayCoverage(
            "sequence_gap", f"statement {span.sequence} follows {previous[-1].sequence}: one is missing", (span.id,)
        )
    return None


def _gap(previous: str, this: str) -> bool:
    a, b = re.match(r"\d+", previous or ""), re.match(r"\d+", this or "")
    return bool(a and b and int(b.group()) > int(a.group()) + 1)
