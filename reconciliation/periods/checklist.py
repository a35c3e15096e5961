"""What is looked at before a period is closed, as it stands: what must hold, and what is carried over with a reason. Pure; the
figures are read in `figures.py`."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reconciliation.periods.balances import CLOSING, Balance


@dataclass(frozen=True, slots=True)
class Item:
    """One line. `blocking`: the period is not closed until it `holds`; else it is told and carried over. `found`: what stands
    against it, in words, most telling first; `count` how many there are in all."""

    key: str
    title: str
    blocking: bool
    count: int
    found: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return self.count == 0


@dataclass(frozen=True, slots=True)
class Checklist:
    first_on: date
    until_on: date
    items: tuple[Item, ...]
    balances: tuple[Balance, ...]

    @property
    def blocked_by(self) -> tuple[Item, ...]:
        """What must hold first."""
        return tuple(i for i in self.items if i.blocking and not i.holds)

    @property
    def carried(self) -> tuple[Item, ...]:
        """What is carried over, for a reason that whoever closes gives."""
        return tuple(i for i in self.items if not i.blocking and not i.holds)

    def frozen(self) -> dict[str, Any]:
        """As a payload states it, and its digest is taken of."""
        return {
            "first_on": self.first_on.isoformat(), "until_on": self.until_on.isoformat(),
            "items": [
                {"key": i.key, "title": i.title, "blocking": i.blocking, "count": i.count, "found": list(i.found)}
                for i in self.items
            ],
            "balances": [b.frozen() for b in self.balances],
        }  # fmt: skip

    @property
    def digest(self) -> bytes:
        return digest_of(self.frozen())


def digest_of(frozen: dict[str, Any]) -> bytes:
    """SHA-256 of the checklist in its canonical form."""
    return hashlib.sha256(json.dumps(frozen, sort_keys=True, separators=(",", ":")).encode()).digest()


def with_balances(
    first_on: date, until_on: date, items: Sequence[Item], found: Sequence[Balance], named: dict[str, str]
) -> Checklist:
    """The checklist with the items that its balances make. `named` are the words of plane pairs."""
    off = [
        f"{named.get(b.plane_pair, b.plane_pair)}, {b.exception_class}, {b.currency}" for b in found if not b.adds_up
    ]
    left = [b for b in found if b.counts[CLOSING]]
    told = tuple(
        f"{b.counts[CLOSING]} {b.exception_class.replace('_', ' ')}, {named.get(b.plane_pair, b.plane_pair)}, {b.currency}"
        for b in left
    )
    made = (
        Item(
            "balances",
            "Exceptions at the start, with new and without ended ones, are those at the end",
            True,
            len(off),
            tuple(off),
        ),
        Item("exceptions", "No exception is open at the end", False, sum(b.counts[CLOSING] for b in left), told),
    )
    return Checklist(first_on, until_on, (*items, *made), tuple(found))
