"""Step 5, for one gap: say which correction it is that was asked for through its own door."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.inbox import request_numbered
from reconciliation.permissions import Permission, require
from reconciliation.recovery.runs.closing_models import RecoveryRemedy
from reconciliation.recovery.runs.correcting import gap_of
from reconciliation.recovery.runs.gates import require_turn
from reconciliation.recovery.runs.standing import CORRECT, hold_runs, standing_of
from reconciliation.recovery.runs.tying import tie


def tie_request(*, number: int, gap: int, request: int, actor: Actor, at: datetime) -> RecoveryRemedy:
    """Tie CR-`request` to gap G-`gap` of run RR-`number`; tied again it stays one tie. Needs a tenant scope.

    Raises NotPermitted, NotFound, RequestNotOpen, GateClosed (not in its fifth step), NoRemedy, ForbiddenByPolicy."""
    require(actor, Permission.CLASSIFY_GAPS)
    person_of(actor, "ties a correction to a gap")
    hold_runs()
    standing = standing_of(number)
    found = gap_of(standing.run, gap)
    require_turn(CORRECT, standing)
    return tie(standing, found, request_numbered(request), actor=actor, at=at)
