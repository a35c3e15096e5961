"""When an order is fulfilled by rule: which rule is an order's, and whether its condition holds for what was matched. Pure.

`paid` is detection and never final; who fulfils on it takes that risk. `confirmed` asks for the whole amount final at the
provider and accepted by the matcher, `recognised` for the same posted. Nothing is fulfilled while anything is in doubt.
Source: DOMAIN, Checkpoints.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from reconciliation.matching.planes.findings import Judged
from reconciliation.matching.planes.units import Unit
from reconciliation.planes.recognition import ACCEPTED, recognised

Condition = Literal["paid", "confirmed", "recognised", "never"]
CONDITIONS: tuple[Condition, ...] = ("paid", "confirmed", "recognised", "never")


@dataclass(frozen=True, slots=True)
class Rule:
    """`rail` and `asset` are "" for any."""

    id: int
    rail: str
    asset: str
    fulfil_on: Condition


def rule_of(rail: str, asset: str, rules: Iterable[Rule]) -> Rule | None:
    """The narrowest rule that fits an order of this rail and asset, None when none does or it says never. A rail narrows
    more than an asset."""
    fitting = [r for r in rules if r.rail in ("", rail) and r.asset in ("", asset)]
    best = max(fitting, key=lambda r: (bool(r.rail), bool(r.asset), r.id), default=None)
    return None if best is None or best.fulfil_on == "never" else best


def holds(condition: Condition, unit: Unit, judged: Judged, posted: int) -> bool:
    """Whether a unit's orders may be fulfilled. `judged` is of commerce and provider, `posted` what stands recognised of it, in
    minor units."""
    if any(f.kind not in ACCEPTED for f in judged.findings) or not unit.payments:
        return False
    target = recognised(unit, judged)
    if condition == "confirmed":
        return target > 0
    if condition == "recognised":
        return 0 < target <= posted
    if target > 0:
        return True
    seen = sum(max(p.detected or 0, p.confirmed or 0) for p in unit.payments if p.status in ("paid", "confirmed"))
    return condition == "paid" and seen >= sum(o.expected for o in unit.orders)
