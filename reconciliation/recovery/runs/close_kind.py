"""The kind "close_recovery": two people end a run. Its last step is stated and its freeze ends in one transaction, and a worker
seals the whole of it."""

from collections.abc import Sequence
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.refusals import refused_by_key
from reconciliation.checkpoints.freeze_windows import end_window, hold_freezes
from reconciliation.outbox import enqueue
from reconciliation.permissions import Permission
from reconciliation.recovery.runs.asking import SEAL_SO_FAR
from reconciliation.recovery.runs.closing import drafts_of, last_comparison
from reconciliation.recovery.runs.gates import closing_conditions
from reconciliation.recovery.runs.models import RecoveryEnd
from reconciliation.recovery.runs.record_step import Under, store_step
from reconciliation.recovery.runs.standing import FREEZE, TIGHTEN, standing_of

KIND, MOVE = "close_recovery", "recovery.close"
STATED = ("summary", "untightened", "explanation", "comparison_sha256", "drafts", "asked_by")


def facts_of(payload: Payload) -> Facts:
    """What must still hold: the run stands where it stood, over the same comparison and the same drafts, and its gate as it was."""
    standing = standing_of(payload["run"])
    compared = last_comparison(standing.run)
    return {
        "recovery_stands": standing.end is None, "step_before": standing.head.hex(),
        "comparison_of_planes": bytes(compared.sha256).hex() if compared else "",
        "checkpoint_in_force": [str(d.version) for d in drafts_of(standing.run) if d.holds],
        "recovery_gate": [c.text for c in closing_conditions(standing) if not c.met],
    }  # fmt: skip


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Close it; writes no transaction."""
    with refused_by_key():
        hold_freezes()
        standing = standing_of(payload["run"])
        run, under = standing.run, Under(decision_id, policy_version)
        said = {name: payload[name] for name in STATED} | {"approved_by": actor.name or actor.id}
        step = store_step(standing, TIGHTEN, said, decided=under, done_by=payload["asked_by"], who=actor, at=at)
        RecoveryEnd.objects.create(
            run=run,
            how="closed",
            ended_at=at,
            ended_by=actor.name or actor.id,
            reason=payload["summary"],
            decision_id=decision_id,
        )
        end_window(
            standing.steps[FREEZE].freeze_id or 0, why=f"{run} is closed", decision_id=decision_id, policy_version=policy_version,
            actor=actor, at=at,
        )  # fmt: skip
    audit.record(
        actor, at, "recovery.closed", str(run), why=payload["summary"][:500], policy_version=policy_version,
        sha256=bytes(step.sha256).hex(), asked_by=payload["asked_by"],
    )  # fmt: skip
    enqueue(
        SEAL_SO_FAR, f"{run} closed", {"run": run.number, "by": actor.name or actor.id, "as_of": at.isoformat()}, at=at
    )
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """While it is not closed it stays frozen."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all."""
    return None


CLOSE_RECOVERY = Kind(KIND, MOVE, preview, facts_of, effect, ended, Permission.RUN_RECOVERY)
