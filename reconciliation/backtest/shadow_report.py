"""What a version under evaluation has said beside the live checkpoints, decision by decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from reconciliation.backtest.compared import DIRECTIONS, STRICTNESS
from reconciliation.checkpoints.models import CheckpointVersion

COUNTS = """
SELECT d.outcome, d.quorum, s.outcome, s.quorum, s.differs, count(*), sum(greatest(d.subject_count, 1))
  FROM checkpoint_shadow s JOIN checkpoint_decision d ON d.tenant_id = s.tenant_id AND d.id = s.decision_id
 WHERE s.tenant_id = tenant() AND s.version_id = %s
 GROUP BY 1, 2, 3, 4, 5
"""
DIFFERING = """
SELECT d.move, d.outcome, d.quorum, d.policy, d.policy_version, d.rule, s.outcome, s.quorum, s.policy, s.policy_version, s.rule,
       s.reason, count(*), max(d.at)
  FROM checkpoint_shadow s JOIN checkpoint_decision d ON d.tenant_id = s.tenant_id AND d.id = s.decision_id
 WHERE s.tenant_id = tenant() AND s.version_id = %s AND s.differs
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
"""
NEWEST = """
SELECT d.id, d.at, d.move, coalesce(d.inputs->>'use_case', ''), coalesce(d.inputs->>'payment_id', ''), d.outcome, s.outcome,
       s.rule, s.reason
  FROM checkpoint_shadow s JOIN checkpoint_decision d ON d.tenant_id = s.tenant_id AND d.id = s.decision_id
 WHERE s.tenant_id = tenant() AND s.version_id = %s AND s.differs AND s.decision_id < %s
 ORDER BY s.decision_id DESC LIMIT %s
"""
END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Beside:
    """Decisions with this pair of answers, and how many moves they were about."""

    direction: str
    live: str
    live_quorum: int
    shadow: str
    shadow_quorum: int
    decisions: int
    moves: int


@dataclass(frozen=True, slots=True)
class Differing:
    """Decisions on one move by one rule that the version answers by another, with the last time."""

    direction: str
    move: str
    live: str
    live_rule: str
    shadow: str
    shadow_rule: str
    reason: str
    decisions: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class ShadowReport:
    """`since` is when the evaluation began, None for a version that never was under one. Looser pairs come first."""

    since: datetime | None
    decisions: int
    differing: int
    counts: Sequence[Beside]
    rules: Sequence[Differing]


def shadow_report(version: CheckpointVersion) -> ShadowReport:
    """Two queries. Needs a tenant scope."""
    counts = [
        Beside(_direction(was, n, now, m) if differs else "", was, n, now, m, decisions, int(moves))
        for was, n, now, m, differs, decisions, moves in _rows(COUNTS, version.id)
    ]
    rules = [
        Differing(_direction(r[1], r[2], r[6], r[7]), r[0], r[1], f"{r[3]} v{r[4]}, clause {r[5]}", r[6],
                  f"{r[8]} v{r[9]}, clause {r[10]}", r[11], r[12], r[13])
        for r in _rows(DIFFERING, version.id)
    ]  # fmt: skip
    return ShadowReport(
        version.evaluating_from, sum(c.decisions for c in counts), sum(c.decisions for c in counts if c.direction),
        sorted(counts, key=lambda c: (_place(c.direction), -c.decisions, c.live, c.shadow)),
        sorted(rules, key=lambda r: (_place(r.direction), -r.decisions, r.move, r.shadow_rule)),
    )  # fmt: skip


def differing_decisions(version: CheckpointVersion, *, before: int = END, most: int = 50) -> list[dict[str, Any]]:
    """The decisions that the version answers otherwise, newest first, before a decision's id. One query."""
    names = ("decision", "at", "move", "use_case", "payment_id", "live", "shadow", "rule", "reason")
    return [dict(zip(names, row, strict=True)) for row in _rows(NEWEST, version.id, before, most)]


def _direction(was: str, quorum: int, now: str, other: int) -> str:
    live, shadow = (STRICTNESS[was], quorum), (STRICTNESS[now], other)
    return "other people" if live == shadow else "looser" if shadow < live else "stricter"


def _place(direction: str) -> int:
    return DIRECTIONS.index(direction) if direction else len(DIRECTIONS)


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
