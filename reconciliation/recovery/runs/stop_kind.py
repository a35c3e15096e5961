"""The kind "stop_recovery": two people end a run before its last step. Its freeze ends in the same transaction; what was done
stays on record, and its scope is free for another run."""

from collections.abc import Sequence
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.refusals import refused_by_key
from reconciliation.checkpoints.freeze_windows import end_window, hold_freezes
from reconciliation.permissions import Permission
from reconciliation.recovery.runs.models import RecoveryEnd
from reconciliation.recovery.runs.standing import FREEZE, standing_of

KIND, MOVE = "stop_recovery", "recovery.stop"


def facts_of(payload: Payload) -> Facts:
    """What must still hold: the run stands open, in the step that it stood in."""
    standing = standing_of(payload["run"])
    return {"recovery_stands": standing.end is None, "step_before": standing.head.hex()}


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Stop it and lift its freeze; writes no transaction."""
    with refused_by_key():
        hold_freezes()
        standing = standing_of(payload["run"])
        run = standing.run
        RecoveryEnd.objects.create(
            run=run, how="stopped", ended_at=at, ended_by=actor.name or actor.id, reason=payload["reason"],
            decision_id=decision_id,
        )  # fmt: skip
        end_window(
            standing.steps[FREEZE].freeze_id or 0, why=f"{run} is stopped", decision_id=decision_id,
            policy_version=policy_version, actor=actor, at=at,
        )  # fmt: skip
    audit.record(
        actor, at, "recovery.stopped", str(run), why=payload["reason"][:500], policy_version=policy_version,
        before_step=standing.next_step, asked_by=payload["asked_by"],
    )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """While it is not stopped it stays frozen."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all."""
    return None


STOP_RECOVERY = Kind(KIND, MOVE, preview, facts_of, effect, ended, Permission.RUN_RECOVERY)
