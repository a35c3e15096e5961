"""Step 3, done by a worker: the matcher on the period's events and orders alone, under the pinned terms, as of the
export. What it finds is stored once. Run again it writes no gap, no match, no case and no event, and says whether it
found the very same."""

import json
from datetime import datetime
from typing import Any

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.recovery.runs.gates import require_gate
from reconciliation.recovery.runs.judging import FoundGap, Rerun, judge_period
from reconciliation.recovery.runs.models import RecoveryGap, RecoveryRun
from reconciliation.recovery.runs.pins import require_unchanged
from reconciliation.recovery.runs.read_period import read_period, staged, values_of
from reconciliation.recovery.runs.record_step import decide_step, store_step
from reconciliation.recovery.runs.standing import EXPORT, RERUN, Standing, require_open, standing_of

STORE = """
INSERT INTO recovery_gap (run_id, number, fingerprint, payment_id, order_ref, payment_ref, kind, reason, suggested_class,
       signs, value_minor, ordered_minor, asset, since_at, evidence)
SELECT %(run)s, %(first)s + x.n, decode(x.fingerprint, 'hex'), x.payment_id, x.order_ref, x.payment_ref, x.kind, x.reason,
       x.suggested, x.signs, x.value, x.ordered, x.asset, x.since, x.evidence
  FROM jsonb_to_recordset(%(gaps)s::jsonb) AS x (n bigint, fingerprint text, payment_id text, order_ref text,
       payment_ref text, kind text, reason text, suggested text, signs jsonb, value numeric, ordered numeric, asset text,
       since timestamptz, evidence jsonb)
 ORDER BY x.n
"""


def rerun_matcher(*, number: int, asked_by: str, actor: Actor, at: datetime) -> str:
    """The digest of what was found, in hexadecimal. Needs a tenant scope.

    Raises NotFound, RequestNotOpen, TermsChanged, GateClosed."""
    standing = standing_of(number)
    require_open(standing)
    require_unchanged(standing.run.pinned, *standing.scope.instants, at)
    if RERUN in standing.steps:
        return _again(standing, asked_by, actor, at)
    require_gate(RERUN, standing, at)
    found = _judge(standing)
    _store(standing.run, found.gaps)
    decided = decide_step(standing, RERUN, actor, at)
    pins = standing.run.pinned
    said = {
        "as_of": standing.said(EXPORT)["as_of"],
        "digest": found.digest,
        "gaps": len(found.gaps),
        "terms_sha256": pins["sha256"],
        "versions": [p["number"] for p in pins["in_period"]],
        **found.counts,
    }
    store_step(standing, RERUN, said, decided=decided, done_by=asked_by, who=actor, at=at)
    return found.digest


def _judge(standing: Standing) -> Rerun:
    as_of = datetime.fromisoformat(standing.said(EXPORT)["as_of"])
    values = values_of(standing.scope, as_of)
    with staged(values):
        return judge_period(read_period(values), standing.run.pinned, as_of)


def _again(standing: Standing, asked_by: str, actor: Actor, at: datetime) -> str:
    found, said = _judge(standing), standing.said(RERUN)
    known = {bytes(f) for f in RecoveryGap.objects.filter(run=standing.run).values_list("fingerprint", flat=True)}
    fresh = sum(gap.fingerprint not in known for gap in found.gaps)
    audit.record(
        actor,
        at,
        "recovery.rerun_again",
        str(standing.run),
        why="the same" if found.digest == said["digest"] else "not the same",
        asked_by=asked_by,
        digest=found.digest,
        stored_digest=said["digest"],
        new_gaps=fresh,
        new_rows=0,
    )
    return found.digest


def _store(run: RecoveryRun, gaps: list[FoundGap]) -> None:
    if not gaps:
        return
    rows = [_row(n, gap) for n, gap in enumerate(gaps)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_numbers('recovery_gap', %s)", [len(gaps)])
        (first,) = cursor.fetchone()
        cursor.execute(STORE, {"run": run.id, "first": first, "gaps": json.dumps(rows)})


def _row(n: int, gap: FoundGap) -> dict[str, Any]:
    return {
        "n": n,
        "fingerprint": gap.fingerprint.hex(),
        "payment_id": gap.unit.payment_id,
        "order_ref": gap.order_ref,
        "payment_ref": gap.payment_ref,
        "kind": gap.finding.kind,
        "reason": gap.reason,
        "suggested": gap.suggested,
        "signs": gap.signs,
        "value": str(gap.finding.contribution),
        "asset": gap.finding.asset,
        "ordered": None if gap.ordered is None else str(gap.ordered),
        "since": gap.unit.first_at.isoformat(),
        "evidence": gap.evidence,
    }
