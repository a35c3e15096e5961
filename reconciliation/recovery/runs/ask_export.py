"""Step 2, asked for: the event log of the period, sealed as of this instant by a worker."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.permissions import Permission, require
from reconciliation.recovery.runs.asking import EXPORT_LOG, ask_worker
from reconciliation.recovery.runs.gates import require_gate
from reconciliation.recovery.runs.standing import EXPORT, require_open, standing_of


def ask_export(*, number: int, actor: Actor, at: datetime) -> bool:
    """Whether it was asked for now; False where a worker has it already. Needs a tenant scope. Raises NotPermitted,
    NotFound, RequestNotOpen, GateClosed."""
    require(actor, Permission.RUN_RECOVERY)
    person_of(actor, "asks for an export")
    standing = standing_of(number)
    require_open(standing)
    require_gate(EXPORT, standing, at)
    return ask_worker(EXPORT_LOG, standing.run, actor=actor, at=at)
