"""Ask a second person to stop a run whose freeze is in force: nobody lifts a freeze alone."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.checkpoints.acting import by
from reconciliation.permissions import Permission, require
from reconciliation.recovery.incident_named import require_words
from reconciliation.recovery.runs.errors import GateClosed
from reconciliation.recovery.runs.standing import (
    FREEZE,
    LEAST_WHY,
    LONGEST_WHY,
    STEPS,
    hold_runs,
    require_open,
    standing_of,
)
from reconciliation.recovery.runs.stop_kind import KIND

REASON_CODE = "RECOVERY_STOPPED"


def request_stop(*, number: int, reason: str, idempotency_key: str, actor: Actor, at: datetime) -> Made:
    """Freeze the stop of RR-`number`, as it stands, for a checker. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput (it needs a reason), RequestNotOpen (the run has ended), GateClosed (nothing is frozen:
    it is withdrawn), AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy."""
    require(actor, Permission.RUN_RECOVERY)
    person_of(actor, "asks to stop a recovery")
    reason = require_words(reason, "reason", LONGEST_WHY, LEAST_WHY)
    hold_runs()
    standing = standing_of(number)
    run = standing.run
    if made := made_before(
        idempotency_key, kind=KIND, subject=str(run), reason_code=REASON_CODE, note=reason, maker=actor.person_id
    ):
        return made
    require_open(standing)
    if FREEZE not in standing.steps:
        raise GateClosed(f"{run} froze nothing yet: whoever runs it withdraws it")
    due = standing.next_step
    payload = {
        "kind": KIND, "run": number, "run_id": run.id, "title": run.title, "reason": reason, "head": standing.head.hex(),
        "step": due, "step_title": STEPS[due], "asked_by": actor.name or actor.id, "case": None, "case_id": None,
    }  # fmt: skip
    return make_request(
        Draft(
            kind=KIND, title=f"Stop recovery {run} before its end", subject=str(run), payload=payload, amount_minor=0,
            currency="", reason_code=REASON_CODE, note=reason, idempotency_key=idempotency_key,
            facts={"run": str(run), "step": due} | by(actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip
