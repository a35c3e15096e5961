"""How many of the moves that the gaps came by a draft would have blocked: counted in the transaction of its backtest, over the
run's period."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.backtest.models import Backtest
from reconciliation.recovery.runs.closing_models import RecoveryMeasure
from reconciliation.recovery.runs.gates import require_turn
from reconciliation.recovery.runs.paths import rows_of, values_of_run
from reconciliation.recovery.runs.standing import TIGHTEN, standing_of


def measure_draft(*, number: int, version: int, backtest: Backtest, actor: Actor, at: datetime) -> RecoveryMeasure:
    """Store the count. `backtest` was made in this very transaction, of the document that version id `version` has. Needs a tenant
    scope. Raises NotFound, RequestNotOpen, GateClosed."""
    standing = standing_of(number)
    require_turn(TIGHTEN, standing)
    ((moves, blocked),) = rows_of("blocked", values_of_run(standing))
    made = RecoveryMeasure.objects.create(
        run=standing.run, version_id=version, backtest=backtest, document_sha256=bytes(backtest.document_sha256),
        blocked=blocked, moves=moves, measured_at=at,
    )  # fmt: skip
    audit.record(
        actor, at, "recovery.draft_measured", str(standing.run), document=bytes(backtest.document_sha256).hex(),
        backtest=str(backtest.public_id), blocked=int(blocked), moves=int(moves),
    )  # fmt: skip
    return made
