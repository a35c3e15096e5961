"""Stop a run before its end, with the reason: its freeze is lifted, what was done stays on record, and its scope is
free for another."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.freeze_windows import end_window, hold_freezes
from reconciliation.checkpoints.rules import Move
from reconciliation.permissions import Permission, require
from reconciliation.recovery.incident_named import require_words
from reconciliation.recovery.runs.models import RecoveryEnd
from reconciliation.recovery.runs.standing import FREEZE, require_open, standing_of

LEAST, LONGEST = 20, 4000


def stop_run(*, number: int, reason: str, actor: Actor, at: datetime) -> RecoveryEnd:
    """Needs a tenant scope. Raises NotPermitted, NotFound, BadInput (it needs a reason), RequestNotOpen,
    ForbiddenByPolicy."""
    require(actor, Permission.RUN_RECOVERY)
    person_of(actor, "stops a recovery")
    reason = require_words(reason, "reason", LONGEST, LEAST)
    hold_freezes()
    standing = standing_of(number)
    require_open(standing)
    run = standing.run
    facts = {"run": str(run), "step": standing.next_step} | by(actor)
    decided = record_decision(Move("recovery.stop", facts), at=at, subjects=[str(run)])
    version = decided.decision.policy_version
    made = RecoveryEnd.objects.create(
        run=run, how="stopped", ended_at=at, ended_by=actor.name or actor.id, reason=reason, decision_id=decided.id
    )
    step = standing.steps.get(FREEZE)
    if step is not None and step.freeze_id is not None:
        end_window(
            step.freeze_id, why=f"{run} is stopped", decision_id=decided.id, policy_version=version, actor=actor, at=at
        )
    audit.record(
        actor,
        at,
        "recovery.stopped",
        str(run),
        why=reason[:500],
        policy_version=version,
        before_step=standing.next_step,
    )
    return made
