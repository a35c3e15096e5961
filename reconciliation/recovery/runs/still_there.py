"""Which gaps are still there: their payments and orders judged anew as things stand, under the run's pinned terms. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciliation.recovery.runs.correcting import ask
from reconciliation.recovery.runs.judging import FoundGap, judge_period
from reconciliation.recovery.runs.models import RecoveryGap
from reconciliation.recovery.runs.read_period import read_period, staged, values_of
from reconciliation.recovery.runs.standing import Standing


def still_there(standing: Standing, gaps: Sequence[RecoveryGap], at: datetime) -> dict[int, str]:
    """What is left of each gap, "" where it is gone, by its id. A gap that a correction of the book was made for is gone once
    the book and the provider agree on its payment too."""
    left = {row[0]: f"C-{row[1]} between provider and ledger is open" for row in ask(
        "ledger_cases", {"gaps": [g.id for g in gaps]})}  # fmt: skip
    found = judged_anew(standing, gaps, at)
    for gap in gaps:
        same = next((f for f in found.gaps if same_gap(f, gap)), None)
        if same is not None:
            left[gap.id] = same.reason
    return {gap.id: left.get(gap.id, "") for gap in gaps}


@dataclass(frozen=True, slots=True)
class Judged:
    """What differs as things stand, and how many units match."""

    gaps: list[FoundGap]
    matched: int


def judged_anew(standing: Standing, gaps: Sequence[RecoveryGap] | None, at: datetime) -> Judged:
    """The payments of these gaps; the whole period where one of them names no payment, and for None."""
    values = values_of(standing.scope, at)
    if gaps is not None and all(g.payment_id or g.payment_ref for g in gaps):
        values["payments"] = sorted({name for g in gaps for name in (g.payment_id, g.payment_ref) if name})
    with staged(values):
        found = judge_period(read_period(values), standing.run.pinned, at)
    return Judged([gap for gap in found.gaps if not _made_good(gap)], found.counts["matched"])


def same_gap(found: FoundGap, gap: RecoveryGap) -> bool:
    """Whether it is about the same order, or payment without one, in the same way."""
    same = found.order_ref == gap.order_ref if gap.order_ref else found.payment_ref == gap.payment_ref
    return same and found.finding.kind == gap.kind


def _made_good(gap: FoundGap) -> bool:
    """That somebody went past the confirmation stays true; it is made good once the order stands where the provider does."""
    if gap.finding.kind != "fulfilled_early":
        return False
    confirmed = any(p.confirmed_at is not None for p in gap.unit.payments)
    return confirmed or not any(o.state == "fulfilled" for o in gap.unit.orders)
