"""Pages of a long list by position in its order, never by number: a page costs the same wherever it lies. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
SIZE = 50


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after or before the row that `mark` names, in the list's order; at its start without one."""

    mark: str = ""
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in the list's order, and whether there are more on either side."""

    rows: list[Row]
    has_previous: bool
    has_next: bool


def cut(found: Sequence[Row], place: Place, size: int = SIZE) -> Page[Row]:
    """The page out of up to size + 1 rows read from the place on; those read backwards are turned round."""
    more, rows = len(found) > size, list(found[:size])
    if place.backwards:
        return Page(rows[::-1], more, True)
    return Page(rows, bool(place.mark), more)
