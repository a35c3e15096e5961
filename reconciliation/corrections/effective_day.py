"""The day a correction counts on (STORIES §1, Corrections). Pure.

An error (the money never moved, or the sign or amount was wrong) is undone on the original's own day; what moved and
came back, or settled late, counts on the day of the bank's line. Where the books of that day are closed, the correction is a
dated adjustment on the first open one (`ledger.dating.dated`): `correction_day` says both, and is all that a kind of correction
needs."""

from datetime import date
from typing import Literal

from ledger.dating import Dated, dated

RETURNED = 5  # the matching rule that found a line which returns a settled one


def effective_day(
    kind: Literal["reverse", "confirm"], *, original_on: date, rule: int | None, line_on: date | None
) -> date:
    """The effective date of a reversal or confirmation. `rule` is the matching rule behind the case, None without a
    case.

    A PENDING's own date was a plan: its confirmation needs the line's day. Raises ValueError when that is not given.
    """
    if kind == "confirm" or rule == RETURNED:
        if line_on is None:
            raise ValueError("the bank line's day decides, and there is no line")
        return line_on
    return original_on


def correction_day(
    kind: Literal["reverse", "confirm"], *, original_on: date, rule: int | None, line_on: date | None,
    open_from: date | None,
) -> Dated:  # fmt: skip
    """The same as it is written beside closed books; `open_from` is the first open day (`ledger.periods.open_from`), None while
    nothing is closed. Raises ValueError as `effective_day` does."""
    return dated(effective_day(kind, original_on=original_on, rule=rule, line_on=line_on), open_from)


def spoken_day(on: Dated) -> str:
    """The day as a sentence names it: "Sun 1 Mar 2026, adjusting Fri 27 Feb 2026, whose books are closed"."""
    adjusting = "" if on.adjusts_on is None else f", adjusting {on.adjusts_on:%a %-d %b %Y}, whose books are closed"
    return f"{on.effective_on:%a %-d %b %Y}{adjusting}"
