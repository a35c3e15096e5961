"""Plan a run anew: a later end of its freeze, or another owner, with the reason. The freeze itself ends with the run alone."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require
from reconciliation.recovery.incident_named import require_words
from reconciliation.recovery.runs.closing_models import RecoveryPlan
from reconciliation.recovery.runs.planned import planned, runners
from reconciliation.recovery.runs.standing import hold_runs, require_open, standing_of

LEAST, LONGEST = 20, 2000


def replan_run(
    *, number: int, freeze_until: datetime, owner: int, reason: str, actor: Actor, at: datetime
) -> RecoveryPlan | None:
    """`owner` is a person's id. None where it is planned so already. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput naming the field (an end that is past, an owner who may run none, no reason),
    RequestNotOpen, ForbiddenByPolicy."""
    require(actor, Permission.RUN_RECOVERY)
    person_of(actor, "plans a recovery anew")
    reason = require_words(reason, "reason", LONGEST, LEAST)
    hold_runs()
    standing = standing_of(number)
    run = standing.run
    require_open(standing)
    was, names = planned([run])[run.id], dict(runners())
    if freeze_until.replace(second=0, microsecond=0) == was.freeze_until.replace(second=0, microsecond=0):
        freeze_until = was.freeze_until  # a form says minutes
    if (freeze_until, owner) == (was.freeze_until, was.owner_id):
        return None
    if owner not in names:
        raise BadInput("a recovery is owned by a controller or an operator who works here", "owner")
    if freeze_until != was.freeze_until and freeze_until <= at:
        raise BadInput("the planned end of the freeze lies ahead", "freeze_until")
    facts = {"run": str(run), "freeze_until": freeze_until.isoformat(), "owner": names[owner]} | by(actor)
    decided = record_decision(Move("recovery.plan", facts), at=at, subjects=[str(run)])
    made = RecoveryPlan.objects.create(
        run=run, freeze_until=freeze_until, owner_person_id=owner, owner=names[owner], reason=reason, changed_at=at,
        changed_by=actor.name or actor.id, decision_id=decided.id,
    )  # fmt: skip
    audit.record(
        actor, at, "recovery.planned", str(run), why=reason[:500], policy_version=decided.decision.policy_version,
        freeze_until=freeze_until.isoformat(), freeze_was=was.freeze_until.isoformat(), owner=names[owner], owner_was=was.owner,
    )  # fmt: skip
    return made
