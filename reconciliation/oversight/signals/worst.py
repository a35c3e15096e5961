"""The day of a span on which a signal stood worst: what a review of that span states, and all that it concludes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from reconciliation.oversight.signals.catalogue import Unit

PARTS_OF_A_WHOLE = 1_000_000


R = TypeVar("R", bound=Any)
"""A reading as it is stored: day, state, value, of, parts. The stubs' columns fit no protocol."""


@dataclass(frozen=True, slots=True)
class Worst(Generic[R]):
    """`reading` is the worst of those that say something, the newest of equals; of a span that says nothing its newest, and None
    where nothing was read. `out` of `known` days were out of range; `ends_out` whether the last of them is."""

    reading: R | None
    out: int
    known: int
    ends_out: bool

    @property
    def state(self) -> str:
        return self.reading.state if self.reading else "unread"


def worst_of(readings: Sequence[R], unit: Unit) -> Worst[R]:
    """Of readings of one signal of a unit, one a day, the oldest first. A day that is out is worse than any in range; amounts in
    several currencies are weighed each against its own greatest, and never added up."""
    known = [r for r in readings if r.state != "unknown"]
    if not known:
        return Worst(readings[-1] if readings else None, 0, 0, False)
    greatest: dict[str, int] = {}
    for r in known:
        for asset, minor in r.parts.items():
            greatest[asset] = max(greatest.get(asset, 0), int(minor))
    found = max(known, key=lambda r: (r.state == "out", _weight(r, unit, greatest), r.day))
    return Worst(found, sum(r.state == "out" for r in known), len(known), known[-1].state == "out")


def _weight(reading: Any, unit: Unit, greatest: Mapping[str, int]) -> int:
    if unit == "share":
        return (reading.value or 0) * PARTS_OF_A_WHOLE // (reading.of or 1)
    if unit != "money":
        return reading.value or 0
    return sum(int(minor) * PARTS_OF_A_WHOLE // (greatest[asset] or 1) for asset, minor in reading.parts.items())
