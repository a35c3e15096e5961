"""Step 5, done: every gap is corrected and seen gone, or accepted by two people."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.permissions import Permission, require
from reconciliation.recovery.runs.chain import document_of
from reconciliation.recovery.runs.correcting import ask, figures_of
from reconciliation.recovery.runs.gates import require_gate
from reconciliation.recovery.runs.models import RecoveryStep
from reconciliation.recovery.runs.record_step import decide_step, store_step
from reconciliation.recovery.runs.standing import CORRECT, Standing, hold_runs, require_open, standing_of

SAYS = ("gap", "state", "class", "asset", "value_minor", "requests", "because", "asked_by", "accepted_by")


def close_corrections(*, number: int, actor: Actor, at: datetime) -> RecoveryStep:
    """Done once: asked again it answers the step that stands. Needs a tenant scope. Raises NotPermitted, NotFound, RequestNotOpen,
    GateClosed naming what is left, ForbiddenByPolicy."""
    require(actor, Permission.RUN_RECOVERY)
    person_of(actor, "closes the corrections of a recovery")
    hold_runs()
    standing = standing_of(number)
    if known := standing.steps.get(CORRECT):
        return known
    require_open(standing)
    require_gate(CORRECT, standing, at)
    said = _said(standing)
    decided = decide_step(standing, CORRECT, actor, at)
    return store_step(standing, CORRECT, said, decided=decided, done_by=actor.name or actor.id, who=actor, at=at)


def _said(standing: Standing) -> dict[str, Any]:
    counts: dict[str, int] = {"corrected": 0, "accepted": 0}
    value: dict[str, dict[str, str]] = {}
    for figure in figures_of(standing.run):
        counts[figure.state] += figure.gaps
        if figure.asset:
            value.setdefault(figure.asset, {})[figure.state] = str(figure.value)
    rows = ask("settled", {"run": standing.run.id})
    told = "\n".join(document_of(dict(zip(SAYS, row, strict=True))) for row in rows)
    return {"gaps": len(rows), **counts, "value_minor": value, "settled_sha256": sha256(told.encode()).hexdigest()}
