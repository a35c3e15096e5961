"""Which dates a statement covers, and how its lines are told apart from those stored already. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reconciliation.bank.formats.statement import ParsedLine, ParsedStatement

ONE = timedelta(days=1)


def covered_dates(statement: ParsedStatement) -> tuple[date, date]:
    """[from, until) of a statement. An opening balance dated before the closing one is that evening's: the stretch
    begins the day after, unless a line was booked earlier. Raises ValueError when nothing in it carries a date."""
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


def identity(line: ParsedLine) -> str:
    """What makes two lines the same line, as a UUID's text: every field the bank states, not where it stands in the
    file."""
    said = [
        str(line.amount), line.value_on.isoformat() if line.value_on else "",
        line.booked_on.isoformat() if line.booked_on else "", line.reference, line.bank_id, line.code, line.narrative,
        line.status, line.batch_reference, line.counterparty,
    ]  # fmt: skip
    for name, reference in sorted(line.references.items()):
        said += [name, reference]
    # No reader lets a control character through, so the separator cannot stand inside a field.
    return hashlib.blake2b("\x1f".join(said).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def occurrences(identities: Iterable[str]) -> list[int]:
    """The how-manieth of its kind each line is in its file: two equal lines stay two."""
    seen: Counter[str] = Counter()
    numbers = []
    for one in identities:
        seen[one] += 1
        numbers.append(seen[one])
    return numbers


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stored statement in force that shares dates with a new one. Balances in minor units."""

    id: int
    from_on: date
    until_on: date
    opening: int
    closing: int


def shares_balance(opening: int | None, closing: int | None, stored: Stretch) -> bool:
    return opening == stored.opening or closing == stored.closing


def restated(opening: int | None, closing: int | None, stored: Sequence[Stretch]) -> list[Stretch]:
    """Those stored statements that the new one states again. The others only share a date with it: two statements of
    one day follow one another when one's closing balance is the other's opening, and then their equal lines are two
    lines."""
    return [
        s
        for s in stored
        if not (s.closing == opening and s.opening != opening) and not (s.opening == closing and s.closing != closing)
    ]
