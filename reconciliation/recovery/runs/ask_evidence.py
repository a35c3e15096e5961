"""Ask a worker to seal a run's evidence so far; an ended run's too."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.permissions import Permission, require
from reconciliation.recovery.runs.asking import SEAL_SO_FAR, ask_worker
from reconciliation.recovery.runs.errors import GateClosed
from reconciliation.recovery.runs.standing import EXPORT, standing_of


def ask_evidence(*, number: int, actor: Actor, at: datetime) -> bool:
    """Whether it was asked for now; False where a worker has it already. Needs a tenant scope. Raises NotPermitted, NotFound,
    GateClosed (before the export there is nothing to seal)."""
    require(actor, Permission.DOWNLOAD_EVIDENCE)
    person_of(actor, "asks for evidence")
    standing = standing_of(number)
    if EXPORT not in standing.steps:
        raise GateClosed(f"the event log of {standing.run} is not exported yet; its evidence begins with it")
    return ask_worker(SEAL_SO_FAR, standing.run, actor=actor, at=at)
