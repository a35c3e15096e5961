"""The days that a review is of. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

Kind = Literal["week", "month"]
KINDS: tuple[Kind, ...] = ("week", "month")


@dataclass(frozen=True, slots=True)
class Period:
    """Days in UTC, both ends included: the seven that end on `last`, or the calendar month that it lies in."""

    kind: Kind
    first: date
    last: date

    @property
    def since(self) -> datetime:
        """Its begin."""
        return datetime.combine(self.first, time(0), UTC)

    @property
    def until(self) -> datetime:
        """Its end, which is no part of it."""
        return datetime.combine(self.last, time(0), UTC) + timedelta(days=1)

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The one that ends where this begins."""
        return period_of(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> "Period":
        """The one that begins where this ends."""
        days = 7 if self.kind == "week" else 1
        return period_of(self.kind, self.last + timedelta(days=days))


def kind_of(first: date, last: date) -> Kind:
    """Of days that a period was made of."""
    return "week" if (last - first).days == 6 else "month"


def period_of(kind: Kind, last: date) -> Period:
    """The week that ends on a day, or its month."""
    if kind == "week":
        return Period(kind, last - timedelta(days=6), last)
    first = last.replace(day=1)
    return Period(kind, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
