"""What a look of the runbook saw. Shapes only; the console writes them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Tone = Literal["fine", "found", "unknown"]


@dataclass(frozen=True, slots=True)
class Minor:
    """An amount in minor units of an asset; `difference` writes its sign."""

    minor: int
    asset: str
    difference: bool = True


@dataclass(frozen=True, slots=True)
class Ref:
    """A thing with a page of its own: a name for the reader, the route's name and what it takes."""

    text: str
    route: str
    args: tuple[str | int, ...] = ()
    query: tuple[tuple[str, str], ...] = ()


Cell = str | int | date | datetime | Minor | Ref | None


@dataclass(frozen=True, slots=True)
class Seen:
    """`tone`: fine, nothing speaks here; found, this is a trace; unknown, it cannot be said now. `more` rows were left out."""

    tone: Tone
    says: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    more: int = 0


MOST_ROWS = 12


def table(tone: Tone, says: str, heads: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> Seen:
    """The first rows of a look, and how many there are beyond."""
    return Seen(tone, says, heads, tuple(rows[:MOST_ROWS]), max(0, len(rows) - MOST_ROWS))
