"""Which dates a statement covers, and how its lines are told apart from those stored already. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from reconciliation.bank.formats.statement import ParsedLine, ParsedStatement

ONE = timedelta(days=1)


def covered_dates(statement: ParsedStatement) -> tuple[date, date]:
    """[from, until) of a statement. An opening balance dated before the closing one is that evening's: the stretch begins the
    day after, unless a line was booked earlier. Raises ValueError when nothing in it carries a date."""
    booked = [x.booked_on or x.value_on for x in statement.lines if x.status == "BOOK"]
    dates = [d for d in (*booked, statement.closing_on, statement.opening_on) if d is not None]
    if not dates:
        raise ValueError("the statement carries no date at all")
    last = statement.closing_on or max(dates)
    opening = statement.opening_on
    first = last if opening is None or opening >= last else opening + ONE
    earliest = min((d for d in booked if d is not None), default=first)
    if opening is not None:
        earliest = max(earliest, opening)
    return min(first, earliest), last + ONE


def identity(line: ParsedLine) -> UUID:
    """What makes two lines the same line: every field the bank states, not where it stands in the file."""
    said = (
        line.amount, line.value_on, line.booked_on, line.reference, line.bank_id, line.code, line.narrative, line.status,
        line.batch_reference, line.counterparty, sorted(line.references.items()),
    )  # fmt: skip
    return UUID(bytes=hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).digest()[:16])


def occurrences(identities: Iterable[UUID], base: Counter[UUID]) -> list[int]:
    """The how-manieth of its kind each line is: two equal lines stay two. `base` holds how many are stored already."""
    seen = Counter(base)
    numbers = []
    for one in identities:
        seen[one] += 1
        numbers.append(seen[one])
    return numbers
