"""On which day each entry of one reference counts (STORIES §1, counted_on). Pure.

Same-day rows settle first. Then lines in order take their amount from open entries of their sign within grace; what a
line takes counts on its day, so an entry may count in parts. The rest of an entry counts on the last open line's day in
its grace; without one it stays on its own day."""

from collections import defaultdict
from collections.abc import Sequence

from reconciliation.matching.rows import EntryRow, LineRow, Part

Day = tuple[list[Part], list[LineRow]]


def count_on_days(entries: Sequence[EntryRow], lines: Sequence[LineRow], grace: int) -> dict[int, Day]:
    """Split the rows of one reference over the days they count on. Every entry's parts sum to the entry."""
    ordered = sorted(entries, key=lambda e: (e.day, e.recorded, e.transaction_id, e.leg))
    in_file = sorted(lines, key=lambda x: (x.day, x.line_id))
    days: dict[int, Day] = defaultdict(lambda: ([], []))
    open_entries, open_lines = _same_day_first(ordered, in_file, days)
    taken = _take(open_entries, open_lines, grace)
    for entry in open_entries:
        for day, amount in sorted(_parts(entry, taken[entry.row], open_lines, grace).items()):
            days[day][0].append(Part(entry, amount))
    for line in open_lines:
        days[line.day][1].append(line)
    return dict(days)


def without_reversals(parts: Sequence[Part], lines: Sequence[LineRow]) -> tuple[list[Part], list[Part]]:
    """Rule 1: (rest, cancelled). A reversal cancels its original of the same day, unless the bank shows both legs."""
    by_id = {p.entry.transaction_id: p for p in parts}
    shown = {x.signed for x in lines}
    cancelled: set[tuple[int, int, int]] = set()
    for p in parts:
        original = by_id.get(p.entry.reverses or -1)
        if original is None or (p.signed in shown and original.signed in shown):
            continue
        pair = [q for q in parts if q.entry.transaction_id in (original.entry.transaction_id, p.entry.transaction_id)]
        if sum(q.signed for q in pair) == 0:
            cancelled |= {q.entry.row for q in pair}
    return [p for p in parts if p.entry.row not in cancelled], [p for p in parts if p.entry.row in cancelled]


def _same_day_first(
    entries: Sequence[EntryRow], lines: Sequence[LineRow], days: dict[int, Day]
) -> tuple[list[EntryRow], list[LineRow]]:
    open_entries, open_lines = [], []
    for day in sorted({e.day for e in entries} | {x.day for x in lines}):
        parts = [Part(e, e.signed) for e in entries if e.day == day]
        booked = [x for x in lines if x.day == day]
        rest, cancelled = without_reversals(parts, booked)
        if sum(p.signed for p in rest) == sum(x.signed for x in booked) and bool(rest) == bool(booked):
            days[day][0].extend(parts)
            days[day][1].extend(booked)
            continue
        days[day][0].extend(cancelled)
        open_entries += [p.entry for p in rest]
        open_lines += booked
    return open_entries, open_lines


def _take(
    entries: Sequence[EntryRow], lines: Sequence[LineRow], grace: int
) -> dict[tuple[int, int, int], dict[int, int]]:
    left = {e.row: abs(e.signed) for e in entries}
    taken: dict[tuple[int, int, int], dict[int, int]] = {e.row: {} for e in entries}
    for line in lines:
        wanted = abs(line.signed)
        for e in entries:
            if wanted and left[e.row] and _fits(e, line, grace):
                amount = min(wanted, left[e.row])
                left[e.row] -= amount
                wanted -= amount
                taken[e.row][line.day] = taken[e.row].get(line.day, 0) + amount
    return taken


def _parts(entry: EntryRow, taken: dict[int, int], lines: Sequence[LineRow], grace: int) -> dict[int, int]:
    sign = 1 if entry.signed > 0 else -1
    parts = {day: sign * amount for day, amount in taken.items()}
    rest = entry.signed - sum(parts.values())
    if rest:
        last = max((x.day for x in lines if _fits(entry, x, grace)), default=entry.day)
        parts[last] = parts.get(last, 0) + rest
    return parts


def _fits(entry: EntryRow, line: LineRow, grace: int) -> bool:
    return (entry.signed > 0) == (line.signed > 0) and abs(entry.day - line.day) <= grace
