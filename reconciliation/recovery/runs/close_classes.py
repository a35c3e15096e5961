"""Step 4, done: every gap has its class. From here on none is set anew."""

from datetime import datetime
from hashlib import sha256

from django.db import connection

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.permissions import Permission, require
from reconciliation.recovery.runs.chain import document_of
from reconciliation.recovery.runs.gates import require_gate
from reconciliation.recovery.runs.models import RecoveryStep
from reconciliation.recovery.runs.record_step import decide_step, store_step
from reconciliation.recovery.runs.standing import CLASSIFY, Standing, hold_runs, require_open, standing_of

CLASSES = """
SELECT DISTINCT ON (g.number) g.number, c.exception_class, c.set_by, c.set_at FROM recovery_gap g
  JOIN recovery_class c ON c.tenant_id = g.tenant_id AND c.gap_id = g.id WHERE g.run_id = %s ORDER BY g.number, c.id DESC
"""


def close_classes(*, number: int, actor: Actor, at: datetime) -> RecoveryStep:
    """Done once: asked again it answers the step that stands. Needs a tenant scope. Raises NotPermitted, NotFound, RequestNotOpen,
    GateClosed naming what is left, ForbiddenByPolicy."""
    require(actor, Permission.RUN_RECOVERY)
    person_of(actor, "closes the classes of a recovery")
    hold_runs()  # no class is set beside its digest
    standing = standing_of(number)
    if known := standing.steps.get(CLASSIFY):
        return known
    require_open(standing)
    require_gate(CLASSIFY, standing, at)
    said = _said(standing)
    decided = decide_step(standing, CLASSIFY, actor, at)
    return store_step(standing, CLASSIFY, said, decided=decided, done_by=actor.name or actor.id, who=actor, at=at)


def _said(standing: Standing) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute(CLASSES, [standing.run.id])
        rows = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM recovery_class WHERE run_id = %s", [standing.run.id])
        (decisions,) = cursor.fetchone()
    counts: dict[str, int] = {}
    for _, name, _, _ in rows:
        counts[name] = counts.get(name, 0) + 1
    told = "\n".join(
        document_of({"gap": f"G-{n}", "class": name, "by": who, "at": when}) for n, name, who, when in rows
    )
    return {
        "gaps": len(rows), "by_class": counts, "decisions": decisions, "people": len({who for _, _, who, _ in rows}),
        "classes_sha256": sha256(told.encode()).hexdigest(),
    }  # fmt: skip
