"""Step 5: look again at every gap whose correction was carried out. A gap is corrected once it is seen gone."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.permissions import Permission, require
from reconciliation.recovery.runs.closing_models import RecoveryRecheck
from reconciliation.recovery.runs.correcting import ask
from reconciliation.recovery.runs.gates import require_turn
from reconciliation.recovery.runs.models import RecoveryGap
from reconciliation.recovery.runs.standing import CORRECT, hold_runs, standing_of
from reconciliation.recovery.runs.still_there import still_there


def recheck_gaps(*, number: int, actor: Actor, at: datetime) -> tuple[int, int]:
    """How many gaps were looked at, and how many of them are gone. Needs a tenant scope.

    Raises NotPermitted, NotFound, RequestNotOpen, GateClosed."""
    require(actor, Permission.CLASSIFY_GAPS)
    hold_runs()
    standing = standing_of(number)
    require_turn(CORRECT, standing)
    wanted = [row[0] for row in ask("executed", {"run": standing.run.id})]
    gaps = list(RecoveryGap.objects.filter(id__in=wanted).defer("evidence").order_by("number"))
    if not gaps:
        return 0, 0
    left = still_there(standing, gaps, at)
    RecoveryRecheck.objects.bulk_create(
        [RecoveryRecheck(run=standing.run, gap=g, at=at, gone=not left[g.id], says=left[g.id]) for g in gaps]
    )
    gone = sum(not says for says in left.values())
    audit.record(actor, at, "recovery.rechecked", str(standing.run), looked_at=len(gaps), gone=gone)
    return len(gaps), gone
