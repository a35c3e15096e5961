"""Step 1: freeze the informal tools. Who overrides, re-posts or moves by hand while a recovery stands is refused,
whoever they are and by whatever door; the refusal names the run. It stands until the run has ended."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.checkpoints.freeze_windows import Scope, hold_freezes, open_window
from reconciliation.checkpoints.freezing import BY_HAND
from reconciliation.permissions import Permission, require
from reconciliation.recovery.runs.gates import require_gate
from reconciliation.recovery.runs.models import RecoveryStep
from reconciliation.recovery.runs.record_step import decide_step, store_step
from reconciliation.recovery.runs.standing import FREEZE, require_open, standing_of

TOOLS = frozenset(BY_HAND)  # corrections by request are no informal tool, and stay


def freeze_tools(*, number: int, actor: Actor, at: datetime) -> RecoveryStep:
    """Done once: asked again it answers the step that stands. Needs a tenant scope. Raises NotPermitted, NotFound,
    RequestNotOpen, ForbiddenByPolicy."""
    require(actor, Permission.RUN_RECOVERY)
    person_of(actor, "freezes for a recovery")
    hold_freezes()  # before the run is looked at: of two who freeze at once the second finds it done
    standing = standing_of(number)
    if known := standing.steps.get(FREEZE):
        return known
    require_open(standing)
    require_gate(FREEZE, standing, at)
    decided = decide_step(standing, FREEZE, actor, at)
    run = standing.run
    window = open_window(
        Scope(TOOLS), kind="recovery", subject=str(run), reason=run.title, decision_id=decided.id,
        policy_version=decided.policy_version, actor=actor, at=at,
    )  # fmt: skip
    said = {
        "freeze": str(window),
        "moves": sorted(TOOLS),
        "planned_until": run.freeze_until,
        "run_sha256": standing.head,
    }
    return store_step(
        standing, FREEZE, said, decided=decided, done_by=actor.name or actor.id, who=actor, at=at, freeze_id=window.id
    )  # fmt: skip
