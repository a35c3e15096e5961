"""The kind "accept_gap": two people say that a gap has nothing to correct, and why. It moves no money and
counts as no value recovered."""

from collections.abc import Sequence
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.permissions import Permission
from reconciliation.recovery.runs.closing_models import RecoveryAcceptance
from reconciliation.recovery.runs.standing import standing_of

KIND, MOVE = "accept_gap", "recovery.accept"


def facts_of(payload: Payload) -> Facts:
    """What must still hold: nobody accepted it, and the run still corrects."""
    standing = standing_of(payload["run"])
    return {
        "gap_accepted": RecoveryAcceptance.objects.filter(gap_id=payload["gap_id"]).exists(),
        "recovery_step": "ended" if standing.end else standing.next_step,
    }


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Accept it; writes no transaction."""
    RecoveryAcceptance.objects.create(
        gap_id=payload["gap_id"], run_id=payload["run_id"], reason=payload["reason"], accepted_at=at,
        asked_by=payload["asked_by"], accepted_by=actor.name or actor.id, decision_id=decision_id,
    )  # fmt: skip
    audit.record(
        actor, at, "recovery.accepted", f"RR-{payload['run']}", why=payload["reason"][:500], policy_version=policy_version,
        gap=f"G-{payload['gap']}", asked_by=payload["asked_by"],
    )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """A gap that was not accepted is open again by itself."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all."""
    return None


ACCEPT_GAP = Kind(KIND, MOVE, preview, facts_of, effect, ended, Permission.CLASSIFY_GAPS, together=True)
