"""Cases of differences between commerce, provider and ledger. The same break in the next run is the same case."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciliation.cases.let_rules_end import let_rules_end
from reconciliation.cases.plane_titles import plane_title
from reconciliation.cases.sync_items import sync_items
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.matching.planes.findings import Finding, Pair
from reconciliation.matching.planes.run_planes import SIDES, JudgedUnit, PlanesFound, rows_of
from reconciliation.matching.planes.units import Unit

LEGS: dict[Pair, int] = {"commerce-provider": 1, "provider-ledger": 2}  # a payment may have a case of either pair


@dataclass(frozen=True, slots=True)
class PlaneDifference:
    """A finding with the unit it is of."""

    unit: Unit
    finding: Finding


def sync_plane_cases(found: PlanesFound, *, run_label: str, at: datetime) -> int:
    """Sync the cases of everything that the run looked at; returns how many are open. Needs a tenant scope."""
    count = 0
    for pair in SIDES:
        own = [j for j in found.judged if j.pair == pair]
        differences = [PlaneDifference(j.unit, f) for j in own for f in j.judged.findings]
        decision = record_decision(
            Move("case.open", {"plane_pair": pair, "run": run_label}), at=at, count=len(differences),
            subjects=(f"{d.unit.payment_id} {d.finding.exception_class} {d.finding.contribution}" for d in differences),
        )  # fmt: skip
        values = {
            "account": None, "pair": pair, "leg": LEGS[pair], "looked": _looked(own), "run": found.run_id,
            "run_label": run_label, "at": at, "decision": decision.id, "matcher": f"{pair} v{found.pinned.numbers[pair]}",
        }  # fmt: skip
        items = [_item(n, d, found) for n, d in enumerate(differences)]
        let_rules_end(items, pair=pair, run_label=run_label, at=at)
        count += sum(is_open for _, is_open in sync_items(items, values, gone="gone_planes"))
    return count


def _looked(judged: Sequence[JudgedUnit]) -> str:
    return json.dumps([row for j in judged for row in rows_of(j)])


def _item(n: int, d: PlaneDifference, found: PlanesFound) -> dict[str, Any]:
    f, meant = d.finding, CLASSES[d.finding.exception_class]
    order = next(iter([*d.unit.orders, *d.unit.torn]), None)
    payment = next(iter(d.unit.payments), None)
    return {
        "n": n, "day": d.unit.first_at.date().isoformat(), "class": f.exception_class, "cause": None, "kind": f.kind,
        "title": plane_title(f.pair, f.kind), "contribution": str(f.contribution), "currency": f.asset or "",
        "payment": d.unit.payment_id, "reference": order.order_ref if order else payment.order_ref if payment else "",
        "severity": meant.severity, "due": int(meant.due.total_seconds()),
        "rows": [[side, row, LEGS[f.pair]] for side, row in f.rows], "evidence": _evidence(d, found),
    } | _auto(f, found)  # fmt: skip


def _auto(f: Finding, found: PlanesFound) -> dict[str, Any]:
    """What ends it at once, without being a match: an underpayment within the threshold of its asset."""
    if not f.ends:
        return {}
    up_to = found.pinned.terms[f.pair].underpaid_up_to[f.asset]
    because = f"short by {abs(f.contribution)}, threshold {up_to} {f.asset} minor units"
    matcher = f"{f.pair} v{found.pinned.numbers[f.pair]}"
    return {"auto": {"code": f.ends, "matcher": matcher, "threshold": str(up_to), "because": because}}


def _evidence(d: PlaneDifference, found: PlanesFound) -> dict[str, Any]:
    """What the case rests on, kept as it was when it opened or changed. Source: DOMAIN, evidence."""
    terms = found.pinned.terms[d.finding.pair]
    return {
        "reason": d.finding.reason, "rule": 0, "kind": d.finding.kind, "known": [], "related": [],
        "rows": [[side, row, LEGS[d.finding.pair]] for side, row in d.finding.rows],
        "matcher": found.pinned.numbers, "tolerance": str(terms.tolerance.get(d.finding.asset, 0)),
        "orders": [[o.order_ref, o.payment_id, str(o.expected), o.asset, o.rail, o.state] for o in d.unit.orders],
        "payments": [
            [p.payment_ref, p.order_ref, p.status, list(p.flags), p.asset, _text(p.detected), _text(p.confirmed),
             _iso(p.detected_at), _iso(p.confirmed_at)] for p in d.unit.payments
        ],
        "postings": [[t.id, str(t.amount), t.asset, _iso(t.posted_at), t.reverses] for t in d.unit.postings],
    }  # fmt: skip


def _text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
