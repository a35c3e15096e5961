"""Step 3, asked for: the matcher re-run on the period by a worker. Asked for again when it is done, it is held
against what is stored."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.permissions import Permission, require
from reconciliation.recovery.runs.asking import RERUN_MATCHER, ask_worker
from reconciliation.recovery.runs.gates import require_gate
from reconciliation.recovery.runs.pins import require_unchanged
from reconciliation.recovery.runs.standing import RERUN, require_open, standing_of


def ask_rerun(*, number: int, actor: Actor, at: datetime) -> bool:
    """Whether it was asked for now; False where a worker has it already. Needs a tenant scope. Raises NotPermitted,
    NotFound, RequestNotOpen, TermsChanged naming what changed, GateClosed."""
    require(actor, Permission.RUN_RECOVERY)
    person_of(actor, "asks for a re-run")
    standing = standing_of(number)
    require_open(standing)
    require_unchanged(standing.run.pinned, *standing.scope.instants, at)
    if RERUN not in standing.steps:
        require_gate(RERUN, standing, at)
    return ask_worker(RERUN_MATCHER, standing.run, actor=actor, at=at)
