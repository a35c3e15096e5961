"""The entries of a bank's item, with what was accrued for it cleared first. Pure."""

from typing import Literal

from ledger.balancing import OPPOSITE, Direction

Place = Literal["reconciled", "counter", "true_up"]
LegAt = tuple[Place, Direction, int]


def legs_of(near: Direction, amount: int, accrued: int | None) -> list[LegAt]:
    """Debit first. `near` is the direction on the reconciled account, `amount` in positive minor units. `accrued`: what stands
    on the counter in the direction `near`, in minor units, None where nothing is accrued there and the counter takes it all.

    All that is accrued is cleared, and the true-up account takes what the bank's amount is more or less than that. What stands
    on the other side of the counter was accrued for interest the other way and is left alone."""
    far = OPPOSITE[near]
    found: list[LegAt] = [("reconciled", near, amount)]
    if accrued is None:
        found.append(("counter", far, amount))
    else:
        cleared = max(accrued, 0)
        rest = amount - cleared
        found += [("true_up", far if rest > 0 else near, abs(rest))] if rest else []
        found += [("counter", far, cleared)] if cleared else []
    return sorted(found, key=lambda leg: leg[1] == "CREDIT")
