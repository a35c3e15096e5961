"""The day a correction counts on (STORIES §1, Corrections). Pure.

An error (the money never moved, or the sign or amount was wrong) is undone on the original's own day; what moved and
came back, or settled late, counts on the day of the bank's line."""

from datetime import date
from typing import Literal

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
