"""Step 6: ask a worker to compare the planes of the scope as they stand now."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.permissions import Permission, require
from reconciliation.recovery.runs.asking import COMPARE_PLANES, ask_worker
from reconciliation.recovery.runs.gates import require_turn
from reconciliation.recovery.runs.standing import TIGHTEN, standing_of


def ask_comparison(*, number: int, actor: Actor, at: datetime) -> bool:
    """Whether it was asked for now; False where a worker has it already. Needs a tenant scope. Raises NotPermitted, NotFound,
    RequestNotOpen, GateClosed."""
    require(actor, Permission.RUN_RECOVERY)
    person_of(actor, "asks for a comparison of the planes")
    standing = standing_of(number)
    require_turn(TIGHTEN, standing)
    return ask_worker(COMPARE_PLANES, standing.run, actor=actor, at=at)
