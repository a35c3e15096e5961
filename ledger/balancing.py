"""Pure rules of double entry: what balances, what a mirror is, which sign an entry has for its account."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ledger.errors import BadPosting, Unbalanced

Direction = Literal["DEBIT", "CREDIT"]
MAX_LEGS = 5000
OPPOSITE: dict[Direction, Direction] = {"DEBIT": "CREDIT", "CREDIT": "DEBIT"}


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a posting. `amount_minor` is a positive integer in the asset's minor unit."""

    account_id: int
    asset: str
    direction: Direction
    amount_minor: int


def require_balance(legs: Sequence[Leg]) -> None:
    """Raise Unbalanced or BadPosting unless the legs form a posting: two at least, positive, zero per asset."""
    if not 2 <= len(legs) <= MAX_LEGS:
        raise BadPosting(f"a posting has 2 to {MAX_LEGS} legs, this one has {len(legs)}")
    sums: dict[str, int] = {}
    for number, leg in enumerate(legs, 1):
        if type(leg.amount_minor) is not int or leg.amount_minor <= 0:
            raise BadPosting(f"leg {number}: the amount must be a positive integer of minor units")
        signed = leg.amount_minor if leg.direction == "DEBIT" else -leg.amount_minor
        sums[leg.asset] = sums.get(leg.asset, 0) + signed
    off = {asset: total for asset, total in sums.items() if total}
    if off:
        raise Unbalanced(
            "debits less credits: " + ", ".join(f"{t:+d} minor units of {a}" for a, t in sorted(off.items()))
        )


def mirror(legs: Iterable[Leg]) -> list[Leg]:
    """The legs of the reversal: the same accounts and amounts, each direction turned."""
    return [Leg(x.account_id, x.asset, OPPOSITE[x.direction], x.amount_minor) for x in legs]


def in_normal_direction(direction: Direction, normal_side: Direction, amount_minor: int) -> int:
    """s(entry) of STORIES: + in the direction of the account's normal side, else −."""
    return amount_minor if direction == normal_side else -amount_minor
