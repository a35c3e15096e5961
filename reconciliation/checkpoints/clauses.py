"""One clause of a policy version, ready to be asked: what it selects, what it says. Pure; built from a stored document by
`documents.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["automatic", "approval", "forbidden"]
Facts = Mapping[str, Any]
Span = tuple[int, int | None]  # minor units, [from, below); no end: None


@dataclass(frozen=True, slots=True)
class Clause:
    """`when` maps a fact to the values that fit, `amounts` an asset to its band in minor units; both empty fit everything.

    `requires` are facts that must be given, `matchers` plane pairs that must have matched; where one is missing the move is
    forbidden with `refusal`. `bands` raise the quorum: asset → (from, quorum), ascending. `never` names what may not skip it.
    """

    policy: str
    key: str
    version: int
    number: str
    outcome: Outcome
    reason: str
    moves: frozenset[str]
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)
    amounts: Mapping[str, Span] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    matchers: tuple[str, ...] = ()
    otherwise: Literal["hold", "refuse"] = "refuse"
    roles: frozenset[str] = frozenset()
    quorum: int = 0
    bands: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    never: frozenset[str] = frozenset()
    refusal: str = ""

    @property
    def reads(self) -> frozenset[str]:
        """The facts that decide whether it fits, beyond the move's name."""
        return frozenset(self.when) | ({"amount"} if self.amounts or self.bands else set()) | (
            {"matched"} if self.matchers else set()
        )  # fmt: skip

    def fits(self, facts: Facts) -> bool:
        """Whether the clause speaks about a move with these facts. A fact that is not known fits no list of values."""
        for name, accepted in self.when.items():
            held = facts.get(name)
            values = held if isinstance(held, list | tuple | frozenset) else (held,)
            if accepted.isdisjoint(map(_said, values)):
                return False
        return not self.amounts or any(
            within(amount, self.amounts[asset]) for asset, amount in amounts_of(facts).items() if asset in self.amounts
        )

    def quorum_for(self, facts: Facts) -> int:
        """How many others must agree: the highest band that any of the amounts reaches."""
        reached = [self.quorum]
        for asset, amount in amounts_of(facts).items():
            reached += [quorum for start, quorum in self.bands.get(asset, ()) if amount >= start]
        return max(reached)


def _said(value: Any) -> Any:
    """A value as documents write it: facts may be numbers and truths, documents hold texts alone."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else value


def within(amount: int, span: Span) -> bool:
    """Half-open, in minor units of one asset. Amounts of different assets are never compared."""
    return span[0] <= amount and (span[1] is None or amount < span[1])


def amounts_of(facts: Facts) -> dict[str, int]:
    """Asset → absolute amount in minor units, as the facts state them: `amounts` for several assets, else `amount_minor` of
    `asset`."""
    if several := facts.get("amounts"):
        return {asset: abs(int(amount)) for asset, amount in several.items()}
    asset, amount = facts.get("asset"), facts.get("amount_minor")
    return {str(asset): abs(int(amount))} if asset and amount not in (None, "") else {}
