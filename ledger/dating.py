"""On which day a posting is dated beside closed books. Pure.

Whatever belongs to a day in closed books is dated on the first open day and says which day it adjusts; anything else is dated on
its own day. As the books are closed from the first period on, one day parts closed from open."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Dated:
    """`adjusts_on` is the day in closed books that it belongs to, None where its own day is open."""

    effective_on: date
    adjusts_on: date | None = None

    @property
    def meant_on(self) -> date:
        """The day that it belongs to."""
        return self.adjusts_on or self.effective_on


def dated(day: date, open_from: date | None) -> Dated:
    """The posting of what belongs to `day`; `open_from` is the first open day, None while nothing is closed."""
    if open_from is None or day >= open_from:
        return Dated(day)
    return Dated(open_from, day)
