"""Which settlement days the statements cover. Pure. A day is known only when a statement that adds up covers it and its
opening balance is the previous closing; everything else is UNKNOWN with the reason, never a zero."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

MISSING = "no statement covers"
ONE = timedelta(days=1)
State = Literal["complete", "missing", "broken", "partial", "discontinuous", "sequence_gap"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stored statement: the dates it covers (half-open), its balances in minor units, and whether it adds up. `begins`
    and `ends` are False where it says itself that pages before or after it are missing. `stated` is False where its opening
    balance was worked out from its closing one."""

    id: int
    from_on: date
    until_on: date
    opening: int | None
    closing: int | None
    in_force: bool
    sequence: str = ""
    finding: str = ""
    begins: bool = True
    ends: bool = True
    stated: bool = True


@dataclass(frozen=True, slots=True)
class DayCoverage:
    """What the statements say about one settlement day; `reason` is a sentence unless complete."""

    state: State
    reason: str
    statement_ids: tuple[int, ...] = ()


def coverage(days: Sequence[date], spans: Sequence[Span]) -> dict[date, DayCoverage]:
    """The coverage of every settlement day. `days` are banking days in order; the dates up to the next one belong to the
    day before and need no statement of their own, but what is stated of them has to hang together as well."""
    ordered = sorted(spans, key=lambda s: (s.until_on, s.from_on, s.id))
    faults = {s.id: _fault(s, ordered, days) for s in ordered}
    untils = [*days[1:], days[-1] + ONE] if days else []
    return {
        day: _of_day(day, [s for s in ordered if s.from_on < until and day < s.until_on], faults)
        for day, until in zip(days, untils, strict=True)
    }


def is_missing(reason: str) -> bool:
    """Whether the reason of an unknown day is that no statement of it has come, rather than a fault in one that has."""
    return reason.startswith(MISSING)


def _of_day(day: date, spans: Sequence[Span], faults: Mapping[int, DayCoverage | None]) -> DayCoverage:
    good = [s for s in spans if faults[s.id] is None]
    open_faults = [f for s in spans if (f := faults[s.id]) is not None and not any(_replaces(g, s) for g in good)]
    if open_faults:
        return open_faults[-1]
    if not any(s.from_on <= day < s.until_on for s in good):
        return DayCoverage("missing", f"{MISSING} {day}")
    return DayCoverage("complete", "", tuple(s.id for s in good))


def _replaces(good: Span, faulty: Span) -> bool:
    """A later statement that hangs together states a faulty one again: all of it, between balances of which it shares
    one, or with the same movement; or a part of a longer one that cannot be compared. Another part of the same day does
    not: what is missing between the two stays missing."""
    if good.id < faulty.id:
        return False
    if not faulty.in_force and (faulty.from_on < good.from_on or good.until_on < faulty.until_on):
        return True
    if good.from_on > faulty.from_on or good.until_on < faulty.until_on:
        return False
    if faulty.opening is None and faulty.closing is None:
        return True
    return good.opening == faulty.opening or good.closing == faulty.closing or _moved(good) == _moved(faulty) != 0


def _moved(span: Span) -> int:
    return (span.closing or 0) - (span.opening or 0)


def _fault(span: Span, spans: Sequence[Span], days: Sequence[date]) -> DayCoverage | None:
    """None when it adds up, is whole, and its opening continues an adjacent closing or nothing comes directly before."""
    if not span.in_force:
        return DayCoverage("broken", span.finding or "the statement does not add up", (span.id,))
    others = [s for s in spans if s.in_force and s.id != span.id]
    return _partial(span, others) or _discontinuous(span, others, days) or _unproven(span, others, days)


def _partial(span: Span, others: Sequence[Span]) -> DayCoverage | None:
    """A page needs its neighbours, which another file may have brought."""
    if span.begins and span.ends:
        return None
    near = [s for s in others if s.from_on <= span.until_on and span.from_on <= s.until_on]
    if not span.begins and not any(s.closing == span.opening and not s.ends for s in near):
        return DayCoverage("partial", span.finding, (span.id,))
    if not span.ends and not any(s.opening == span.closing and not s.begins for s in near):
        return DayCoverage("partial", span.finding, (span.id,))
    return None


def _discontinuous(span: Span, others: Sequence[Span], days: Sequence[date]) -> DayCoverage | None:
    before = [s for s in others if s.until_on <= span.from_on]
    twins = [s for s in others if span.from_on <= s.from_on and s.until_on <= span.until_on]
    chain = _chain(span, twins)
    if any(s is not span and not _chain(s, [span, *twins])[1:] for s in chain):
        return None  # the first part of the chain answers for what comes before
    if not before:
        return None
    last = max(s.until_on for s in before)
    if any(last <= day < span.from_on for day in days):
        return None  # the days between are missing themselves; what they hold explains the balance
    previous = [s for s in before if s.until_on == last]
    if not any(s.closing == part.opening for s in previous for part in chain):
        return DayCoverage(
            "discontinuous", f"opening {span.opening} is not the previous closing {previous[-1].closing}", (span.id,)
        )
    if _gap(previous[-1].sequence, span.sequence):
        return DayCoverage(
            "sequence_gap", f"statement {span.sequence} follows {previous[-1].sequence}: one is missing", (span.id,)
        )
    return None


def _unproven(span: Span, others: Sequence[Span], days: Sequence[date]) -> DayCoverage | None:
    """An opening that was worked out adds up whatever is missing. Only a closing that the bank stated directly before it, or
    its own statement of the same opening, proves that the lines are all."""
    if span.stated:
        return None
    before = [s for s in others if s.until_on <= span.from_on and s.closing == span.opening]
    twins = [s for s in others if s.stated and s.from_on == span.from_on and s.opening == span.opening]
    if any(not any(s.until_on <= day < span.from_on for day in days) for s in before) or twins:
        return None
    what = "states no opening balance, and no statement closes on the one that its lines imply where it begins"
    return DayCoverage("partial", what, (span.id,))


def _chain(span: Span, twins: Sequence[Span]) -> list[Span]:
    """The span, and the parts of the same stretch that lead up to its opening balance one after the other."""
    chain = [span]
    for part in chain:
        chain += [s for s in twins if s not in chain and s.closing == part.opening and s.opening != part.opening]
    return chain


def _gap(previous: str, this: str) -> bool:
    a, b = re.match(r"\d+", previous or ""), re.match(r"\d+", this or "")
    return bool(a and b and int(b.group()) > int(a.group()) + 1)
