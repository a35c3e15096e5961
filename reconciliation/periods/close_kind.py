"""The kind "close_period": a period is closed on the checklist that was looked at, or not at all."""

from collections.abc import Sequence
from datetime import datetime

from ledger.actors import Actor
from ledger.models import Period
from ledger.periods import hold_books, move_period
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.rules import CLOSE_PERIOD
from reconciliation.errors import ChangedSinceAsked
from reconciliation.periods.checklist import Checklist
from reconciliation.periods.figures import checklist_of
from reconciliation.permissions import Permission

KIND = "close_period"


def freeze(
    period: Period, checklist: Checklist, *, reason_code: str, note: str, asked_by: str, at: datetime
) -> Payload:
    """The whole checklist, so that the digest a checker signs is that of what was looked at."""
    return {
        "kind": KIND, "period_id": period.id, "period": str(period), "first_on": period.first_on.isoformat(),
        "until_on": period.until_on.isoformat(), "checklist": checklist.frozen(),
        "checklist_sha256": checklist.digest.hex(), "reason_code": reason_code, "note": note, "asked_by": asked_by,
        "asked_at": at.isoformat(), "case": None, "case_id": None,
    }  # fmt: skip


def facts_of(payload: Payload) -> Facts:
    """What must still hold: the period stands open, and its checklist says what it said."""
    period = Period.objects.get(id=payload["period_id"])
    return {"period_state": period.state, "checklist": _now(payload, period).digest.hex()}


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Close the period; writes no transaction. Nobody posts from the look at the checklist to the commit, so what is closed is
    what was looked at. Raises ChangedSinceAsked, PeriodMoved, PeriodsMoveInOrder, PeriodNotEnded."""
    hold_books()
    checklist = _now(payload, Period.objects.get(id=payload["period_id"]))
    if checklist.digest.hex() != payload["checklist_sha256"]:
        raise ChangedSinceAsked(f"the checklist of {payload['period']} is not what it was; look again")
    move_period(
        payload["period_id"], "closed", checklist=payload["checklist"], digest=checklist.digest, decision_id=decision_id,
        policy_version=policy_version, asked_by=payload["asked_by"], reason_code=payload["reason_code"],
        reason=payload["note"], actor=actor, at=at,
    )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all: every item of the checklist, and the balances."""
    return None


def _now(payload: Payload, period: Period) -> Checklist:
    return checklist_of(period, at=datetime.fromisoformat(payload["asked_at"]))


CLOSE = Kind(KIND, CLOSE_PERIOD, preview, facts_of, effect, ended, Permission.CLOSE_BOOKS)
