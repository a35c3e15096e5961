"""Which periods are to be stored: months, half-open, without a gap. Pure."""

from datetime import date

Span = tuple[date, date]


def month_of(day: date) -> Span:
    """[first of the month, first of the next)."""
    first = day.replace(day=1)
    return first, (
        first.replace(year=first.year + 1, month=1) if first.month == 12 else first.replace(month=first.month + 1)
    )


def months_to_add(stored: Span | None, begins: date, until: date, *, closed: bool) -> list[Span]:
    """The months that are missing from the one of `begins` to the one of `until`. `stored` spans what there is, None before the
    first; while nothing is `closed` they reach back too, and afterwards whatever lies before them is closed with the first."""
    if stored is None:
        return _between(month_of(begins)[0], month_of(max(begins, until))[1])
    before = [] if closed else _between(month_of(begins)[0], stored[0])
    return before + _between(stored[1], month_of(until)[1])


def _between(first: date, until: date) -> list[Span]:
    found = []
    while first < until:
        end = min(month_of(first)[1], until)
        found.append((first, end))
        first = end
    return found
