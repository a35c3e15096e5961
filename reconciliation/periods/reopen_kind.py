"""The kind "reopen_period": closed books are opened again by two people. Each time is counted."""

from collections.abc import Sequence
from datetime import datetime

from ledger.actors import Actor
from ledger.models import Period, PeriodMove
from ledger.periods import move_period
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.rules import REOPEN_PERIOD
from reconciliation.permissions import Permission

KIND = "reopen_period"


def freeze(period: Period, *, reason_code: str, note: str, asked_by: str) -> Payload:
    """Which period, why, and how often it was opened before."""
    return {
        "kind": KIND, "period_id": period.id, "period": str(period), "first_on": period.first_on.isoformat(),
        "until_on": period.until_on.isoformat(), "times_before": times_reopened(period), "reason_code": reason_code,
        "note": note, "asked_by": asked_by, "case": None, "case_id": None,
    }  # fmt: skip


def times_reopened(period: Period) -> int:
    return PeriodMove.objects.filter(period=period, to_state=Period.State.REOPENED).count()


def facts_of(payload: Payload) -> Facts:
    """What must still hold: it is closed, and nobody opened and closed it meanwhile."""
    period = Period.objects.get(id=payload["period_id"])
    return {"period_state": period.state, "times_reopened": times_reopened(period)}


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Open the period again; writes no transaction. Raises PeriodMoved, PeriodsMoveInOrder."""
    move_period(
        payload["period_id"], "reopened", checklist={}, digest=None, decision_id=decision_id, policy_version=policy_version,
        asked_by=payload["asked_by"], reason_code=payload["reason_code"], reason=payload["note"], actor=actor, at=at,
    )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all."""
    return None


REOPEN = Kind(KIND, REOPEN_PERIOD, preview, facts_of, effect, ended, Permission.CLOSE_BOOKS)
