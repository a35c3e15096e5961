"""The shadow report of a version: what it said beside the live checkpoints. templates/checkpoints/shadow.html"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from console.display import count, moment
from console.pages.links import link
from console.pages.words import plural
from reconciliation.backtest.shadow_report import ShadowReport
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.checkpoints.vocabulary import VOCABULARY

PAGE = 50


def shadow_page(version: CheckpointVersion, report: ShadowReport, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Pairs of answers with their counts, then the rules that differ, then the newest decisions that do."""
    here = reverse("checkpoint-shadow", args=[version.policy.key, version.number])
    since = f"since {moment(report.since)}" if report.since else "never"
    return {
        "title": str(version),
        "href": reverse("checkpoint", args=[version.policy.key, version.number]),
        "sub": f"In the shadow {since}: {plural(report.decisions, 'decision')}, {count(report.differing)} answered otherwise.",
        "blank": ("No decision was answered otherwise", "Each of them would have been the same.")
        if report.decisions
        else ("No decision yet", "No move that this version speaks of was decided since its evaluation began."),
        "counts": [
            {
                "direction": c.direction or "the same",
                "looser": c.direction == "looser",
                "live": _said(c.live, c.live_quorum),
                "shadow": _said(c.shadow, c.shadow_quorum),
                "decisions": c.decisions,
                "moves": c.moves,
            }
            for c in report.counts
        ],
        "rules": [
            {
                "direction": r.direction,
                "looser": r.direction == "looser",
                "move": _move(r.move),
                "live": r.live,
                "live_rule": r.live_rule,
                "shadow": r.shadow,
                "shadow_rule": r.shadow_rule,
                "reason": r.reason,
                "decisions": r.decisions,
                "last": r.last_at,
            }
            for r in report.rules
        ],
        "rows": [
            {
                **row,
                "move": _move(row["move"]),
                "href": link("payments", q=row["payment_id"]) if row["payment_id"] else "",
            }
            for row in rows
        ],
        "older": f"{here}?before={rows[-1]['decision']}" if len(rows) == PAGE else "",
    }


def _move(name: str) -> str:
    return VOCABULARY[name].words if name in VOCABULARY else name


def _said(outcome: str, quorum: int) -> str:
    return f"{outcome}, {quorum}" if quorum else outcome
