"""The re-run: every unit of the period judged by the matcher under the terms that were in force when it began. Pure;
the same period under the same terms gives the same gaps and the same digest, however often."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconciliation.cases.plane_titles import plane_title
from reconciliation.matching.planes import commerce_provider
from reconciliation.matching.planes.commerce_provider import PAIR
from reconciliation.matching.planes.findings import Finding
from reconciliation.matching.planes.units import ORDER, OrderRow, PaymentRow, Unit
from reconciliation.recovery.runs.chain import document_of
from reconciliation.recovery.runs.pins import terms_of
from reconciliation.recovery.runs.read_period import Period
from reconciliation.recovery.runs.signs import signs_of

PASSED_BY = frozenset({"unpaid", "unconfirmed"})  # fulfilled all the same: somebody went past the confirmation


@dataclass(frozen=True, slots=True)
class FoundGap:
    """One gap. `fingerprint` tells it apart, free of ids that another run would number anew."""

    unit: Unit
    finding: Finding
    suggested: str
    signs: list[tuple[str, bool]]
    evidence: dict[str, Any]

    @property
    def order_ref(self) -> str:
        return next((o.order_ref for o in [*self.unit.orders, *self.unit.torn]), "")

    @property
    def payment_ref(self) -> str:
        return next((p.payment_ref for p in self.unit.payments), "")

    @property
    def ordered(self) -> int | None:
        return sum(o.expected for o in self.unit.orders) if self.unit.orders else None

    @property
    def reason(self) -> str:
        """What is different, in one line."""
        return f"{plane_title(PAIR, self.finding.kind)}: {self.finding.reason}"

    @property
    def fingerprint(self) -> bytes:
        told = [self.finding.kind, str(self.finding.contribution), self.finding.asset, _members(self.unit)]
        return hashlib.sha256(document_of({"gap": told}).encode()).digest()


@dataclass(slots=True)
class Rerun:
    """What the matcher said of the period. `digest` is over every unit and what was found in it, `matched` and the
    others count them."""

    gaps: list[FoundGap] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"matched": 0, "expected": 0, "open": 0, "none": 0})
    digest: str = ""


def judge_period(period: Period, pins: Mapping[str, Any], at: datetime) -> Rerun:
    """Judge as of `at`."""
    found, told = Rerun(), []
    for unit in period.units:
        terms = terms_of(pins, unit.first_at, at)
        judged = commerce_provider.judge(unit, terms)
        findings = [*judged.findings, *_past_the_confirmation(unit, period)]
        found.counts[judged.standing] += 1
        found.gaps += [_gap(unit, finding, period) for finding in findings]
        said = [[f.exception_class, f.kind, str(f.contribution), f.asset, f.reason] for f in findings]
        unit_said = {"unit": _members(unit), "standing": judged.standing, "difference": str(judged.difference)}
        told.append(document_of(unit_said | {"findings": said}))
    found.gaps.sort(key=lambda gap: (gap.unit.first_at, gap.fingerprint))
    found.digest = hashlib.sha256("\n".join([pins["sha256"], *sorted(told)]).encode()).hexdigest()
    return found


def _past_the_confirmation(unit: Unit, period: Period) -> list[Finding]:
    """Orders that a person fulfilled before any payment of theirs was confirmed."""
    confirmed = min((p.confirmed_at for p in unit.payments if p.confirmed_at), default=None)
    found = []
    for order in unit.orders:
        hand = period.by_hand.get(order.id)
        if hand is not None and (confirmed is None or hand.at < confirmed):
            when = f"confirmed on {confirmed:%Y-%m-%d %H:%M} UTC" if confirmed else "never confirmed"
            reason = f"fulfilled on {hand.at:%Y-%m-%d %H:%M} UTC by {hand.by}, {when}"
            found.append(
                Finding(PAIR, "illegal_transition", "fulfilled_early", 0, order.asset, reason, ((ORDER, order.id),))
            )
    return found


def _gap(unit: Unit, finding: Finding, period: Period) -> FoundGap:
    passed = finding.kind in PASSED_BY and any(o.state == "fulfilled" for o in unit.orders)
    suggested = "illegal_transition" if passed else finding.exception_class
    evidence = {
        "orders": [_order(o) for o in [*unit.orders, *unit.torn]], "payments": [_payment(p) for p in unit.payments],
        "events": sorted(event for p in unit.payments for event in period.events[p.id]),
        "matcher_said": finding.exception_class, "kind": finding.kind,
    }  # fmt: skip
    return FoundGap(unit, finding, suggested, signs_of(suggested, unit, finding), evidence)


def _order(o: OrderRow) -> list[str]:
    return [o.order_ref, o.payment_id, str(o.expected), o.asset, o.state, o.placed_at.isoformat()]


def _payment(p: PaymentRow) -> list[Any]:
    amounts = [_text(p.detected), _text(p.confirmed)]
    return [p.payment_ref, p.order_ref, p.status, list(p.flags), p.asset, *amounts, list(p.doubts)]


def _members(unit: Unit) -> list[list[str]]:
    return [sorted(o.order_ref for o in [*unit.orders, *unit.torn]), sorted(p.payment_ref for p in unit.payments)]


def _text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)
