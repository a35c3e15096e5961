"""Withdraw a run that froze nothing yet, with the reason: its scope is free for another. Once its freeze is in force, ending it
lifts the freeze, and a second person decides: see `request_stop`."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.permissions import Permission, require
from reconciliation.recovery.incident_named import require_words
from reconciliation.recovery.runs.errors import GateClosed
from reconciliation.recovery.runs.models import RecoveryEnd
from reconciliation.recovery.runs.standing import (
    FREEZE,
    LEAST_WHY,
    LONGEST_WHY,
    hold_runs,
    require_open,
    standing_of,
)


def withdraw_run(*, number: int, reason: str, actor: Actor, at: datetime) -> RecoveryEnd:
    """Needs a tenant scope. Raises NotPermitted, NotFound, BadInput (it needs a reason), RequestNotOpen, GateClosed (its freeze
    is in force), ForbiddenByPolicy."""
    require(actor, Permission.RUN_RECOVERY)
    person_of(actor, "withdraws a recovery")
    reason = require_words(reason, "reason", LONGEST_WHY, LEAST_WHY)
    hold_runs()
    standing = standing_of(number)
    require_open(standing)
    run = standing.run
    if FREEZE in standing.steps:
        raise GateClosed(f"the freeze of {run} is in force: a second person decides whether it stops")
    decided = record_decision(Move("recovery.withdraw", {"run": str(run)} | by(actor)), at=at, subjects=[str(run)])
    made = RecoveryEnd.objects.create(
        run=run, how="withdrawn", ended_at=at, ended_by=actor.name or actor.id, reason=reason, decision_id=decided.id
    )
    audit.record(
        actor, at, "recovery.withdrawn", str(run), why=reason[:500], policy_version=decided.decision.policy_version
    )  # fmt: skip
    return made
