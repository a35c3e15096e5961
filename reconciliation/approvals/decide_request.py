"""Approve or reject a request; the approval that completes the quorum executes it, in the same database transaction."""

from datetime import datetime
from typing import Literal

from ledger.actors import Actor
from reconciliation.approvals.approving import execute, require_all_count, require_same_payload, store_decision
from reconciliation.approvals.checkers import as_checker, way_for
from reconciliation.approvals.checks import Check, checks_of, require_unfrozen
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.ending import end_requests, lock_request, require_open, require_reason
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.refusals import refused_by_key
from reconciliation.approvals.step_up import StepUp, require_step_up

Verdict = Literal["approve", "reject"]


def decide_request(
    *, request_id: int, verdict: Verdict, reason: str, step_up: StepUp | None, actor: Actor, at: datetime
) -> Decided:
    """Decide as the person behind `actor`. Needs a tenant scope.

    Raises NotPermitted (no person, role neither held nor lent at this moment, no right on what is restricted), NotFound,
    RequestNotOpen, CheckerIsMaker, AlreadyDecided, ReasonMissing, ReauthenticationNeeded, ChangedSinceAsked (the payload
    is not what was asked), ApprovalLapsed (an earlier approval counts no more), Frozen (a window holds it), and what the effect
    refuses; then nothing is stored. A precondition that no longer holds does not raise: see Decided.
    """
    checker = as_checker(actor, at)
    request = lock_request(request_id)
    require_open(request, at)
    way, standing = way_for(request, checker, at)
    require_reason(verdict, reason)
    require_step_up(step_up, request_id=request.id, payload_sha256=bytes(request.payload_sha256).hex(), at=at)
    if verdict == "approve":
        require_same_payload(request)
        require_all_count(request, standing)
        require_unfrozen(request, at)
        if changed := tuple(c for c in checks_of(request, at) if not c.holds):
            return _stale(request, changed, checker, at)
    with refused_by_key():
        store_decision(request, verdict, reason.strip(), way, checker, at)
        if verdict == "reject":
            end_requests([request], "rejected", by=checker, at=at, why=reason.strip())
            return Decided(request.id, request.number, "rejected", 0, request.quorum)
        approvals = request.decisions.filter(verdict="approve").count()
        if approvals < request.quorum:
            return Decided(request.id, request.number, "open", approvals, request.quorum)
        written = execute(request, checker, at)
    return Decided(request.id, request.number, "executed", approvals, request.quorum, tuple(written))


def _stale(request: ApprovalRequest, changed: tuple[Check, ...], checker: Actor, at: datetime) -> Decided:
    why = "changed since asked: " + ", ".join(c.fact.replace("_", " ") for c in changed)
    end_requests([request], "stale", by=checker, at=at, why=why)
    approvals = request.decisions.filter(verdict="approve").count()
    return Decided(request.id, request.number, "stale", approvals, request.quorum, changed=changed)
