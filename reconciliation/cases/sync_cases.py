"""Bring the cases of checked days in line with the differences found: the same break is the same case, a new one opens a
case, one that is gone closes itself with the reason. Set-based: a handful of statements, however many differences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reconciliation.cases.sync_items import sync_items
from reconciliation.cases.taxonomy import due_after, severity, title
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.matching.rows import Group


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of one checked day with the words that the check stores for it."""

    day: date
    group: Group
    reason: str


def sync_cases(
    differences: Sequence[Difference],
    days: Sequence[date],
    *,
    account_id: int,
    currency: str,
    run_id: int,
    run_label: str,
    matcher: str,
    at: datetime,
) -> list[int]:
    """Sync the cases of `days` of one account; returns the case id of each difference, in order. `matcher` is the version
    that found them (ledger-bank v3). Needs a tenant scope."""
    items = [_item(n, d) for n, d in enumerate(differences)]
    decision = record_decision(
        Move("case.open", {"account": account_id, "run": run_label, "plane_pair": "ledger-bank"}),
        at=at,
        count=len(items),
        subjects=(f"{d.day} {d.group.exception_class} {d.group.contribution}" for d in differences),
    )
    values = {
        "days": list(days), "account": account_id, "pair": "ledger-bank", "run": run_id, "run_label": run_label, "at": at,
        "decision": decision.id, "matcher": matcher,
    }  # fmt: skip
    return [case_id for case_id, _ in sync_items([i | {"currency": currency} for i in items], values, gone="gone")]


def _item(n: int, d: Difference) -> dict[str, Any]:
    g = d.group
    payments = sorted(
        {p.entry.payment_id for p in g.parts} | {k.payment_id for k in g.known} | {e.payment_id for e in g.related}
    )
    named = [p for p in payments if p]
    rows = [p.entry.row for p in g.parts] + [x.row for x in g.lines]
    return {
        "n": n,
        "day": d.day.isoformat(),
        "class": g.exception_class,
        "cause": g.cause,
        "title": title(g.exception_class, g.cause, rule=g.rule, late=bool(g.related), beside=bool(g.parts and g.lines)),
        "contribution": str(g.contribution),
        "payment": named[0] if named else "",
        "reference": _reference(g),
        "severity": severity(g.exception_class, g.cause),
        "due": int(due_after(g.exception_class, g.cause).total_seconds()),
        "rows": [list(r) for r in rows],
        "evidence": {
            "reason": d.reason,
            "rule": g.rule,
            "rows": [list(r) for r in rows],
            "known": [k.transaction_id for k in g.known],
            "related": [e.transaction_id for e in g.related],
        },
    }


def _reference(g: Group) -> str:
    key = (g.parts[0].entry.key if g.parts else g.lines[0].key) if g.parts or g.lines else ""
    return key
