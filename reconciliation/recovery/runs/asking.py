"""What a worker does for a run, as items of the outbox: asked for once, and once more only when it came to nothing."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.outbox import enqueue
from reconciliation.outbox_models import OutboxItem
from reconciliation.recovery.runs.models import RecoveryRun

EXPORT_LOG, RERUN_MATCHER, SEAL_SO_FAR = "recovery_export", "recovery_rerun", "recovery_evidence"
MEASURE_DRAFT, COMPARE_PLANES = "recovery_measure", "recovery_comparison"


def ask_worker(kind: str, run: RecoveryRun, *, actor: Actor, at: datetime) -> bool:
    """Ask for the work in the caller's transaction; False where it waits or is under way already. One that has given
    up is asked for anew, under a key of its own."""
    before = list(OutboxItem.objects.filter(kind=kind, payload__run=run.number).values_list("state", flat=True))
    if any(state == OutboxItem.State.WAITING for state in before):
        return False
    payload = {"run": run.number, "by": actor.name or actor.id, "as_of": at.isoformat()}
    if not enqueue(kind, f"{run} {len(before) + 1}", payload, at=at):
        return False
    audit.record(actor, at, "recovery.step_asked", str(run), why=kind)
    return True


def last_asked(kind: str, run: RecoveryRun) -> OutboxItem | None:
    """The item that was asked for last. One query."""
    return OutboxItem.objects.filter(kind=kind, payload__run=run.number).order_by("-id").first()
