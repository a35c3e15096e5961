"""What was refused and must be remembered: written in a scope of its own, after the refused one has rolled back."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.checkpoints.decide import record_refused
from reconciliation.errors import (
    AlreadyDecided,
    ApprovalLapsed,
    BatchRefused,
    ChangedSinceAsked,
    CheckerIsMaker,
    ForbiddenByPolicy,
    NotPermitted,
    RequestNotOpen,
)

AUDITED = (
    NotPermitted, CheckerIsMaker, ForbiddenByPolicy, AlreadyDecided, ApprovalLapsed, BatchRefused, ChangedSinceAsked,
    RequestNotOpen,
)  # fmt: skip


def record_attempt(refusal: Exception, attempt: str, *, actor: Actor, at: datetime, **detail: str) -> None:
    """The attempt on the audit trail and, where policy forbade it, policy's decision. Needs a tenant scope of its own."""
    version = "-"
    forbade = (
        refusal.__cause__ if isinstance(refusal, BatchRefused) else refusal
    )  # a batch names its row, which says why
    if isinstance(forbade, ForbiddenByPolicy) and forbade.decision is not None:
        version = forbade.decision.policy_version
        if number := record_refused(forbade.decision, at=at):
            detail["decision"] = str(number)
    audit.record(
        actor, at, "attempt.refused", attempt[:200], why=str(refusal)[:500], policy_version=version,
        code=getattr(refusal, "code", "refused"), **detail,
    )  # fmt: skip
