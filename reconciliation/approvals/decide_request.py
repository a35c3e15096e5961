"""Approve or reject a request; the approval that completes the quorum executes it, in the same database transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.checkers import as_checker, person_of, role_for
from reconciliation.approvals.checks import Check, checks_of
from reconciliation.approvals.digest import digest
from reconciliation.approvals.ending import end_requests, lock_request, require_open, require_reason
from reconciliation.approvals.kinds import kind_named
from reconciliation.approvals.models import ApprovalDecision, ApprovalExecution, ApprovalRequest
from reconciliation.approvals.refusals import refused_by_key
from reconciliation.approvals.step_up import StepUp, require_step_up
from reconciliation.errors import AlreadyDecided, ChangedSinceAsked, CheckerIsMaker

Verdict = Literal["approve", "reject"]


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it. `state` is open (more approvals needed), executed, rejected or stale.

    A stale request is a refusal that must be remembered: it is answered as a result, because raising would roll the
    new state back. `changed` then says which facts no longer hold; nothing was executed, and whoever shows it shows a
    refusal.
    """

    request_id: int
    number: int
    state: str
    approvals: int
    quorum: int
    transaction_ids: tuple[int, ...] = ()
    changed: tuple[Check, ...] = ()


def decide_request(
    *, request_id: int, verdict: Verdict, reason: str, step_up: StepUp | None, actor: Actor, at: datetime
) -> Decided:
    """Decide as the person behind `actor`. Needs a tenant scope.

    Raises NotPermitted (no person, role not held at this moment), NotFound, RequestNotOpen, CheckerIsMaker,
    AlreadyDecided, ReasonMissing, ReauthenticationNeeded, ChangedSinceAsked (the payload is not what was asked), and
    what the effect refuses; then nothing is stored. A precondition that no longer holds does not raise: see Decided.
    """
    checker = as_checker(actor)
    request = lock_request(request_id)
    require_open(request, at)
    if request.made_by_id == checker.person_id:
        raise CheckerIsMaker(f"{request} is your own, under whichever sign-in or role; somebody else decides")
    role = role_for(request, checker)
    if request.decisions.filter(decided_by_id=checker.person_id).exists():
        raise AlreadyDecided(f"you decided on {request} already")
    require_reason(verdict, reason)
    stored = bytes(request.payload_sha256)
    require_step_up(step_up, request_id=request.id, payload_sha256=stored.hex(), at=at)
    if verdict == "approve":
        _require_same_payload(request, stored)
        if changed := tuple(c for c in checks_of(request, at) if not c.holds):
            return _stale(request, changed, checker, at)
    with refused_by_key():
        _store_decision(request, verdict, reason.strip(), role, checker, at)
        if verdict == "reject":
            end_requests([request], "rejected", by=checker, at=at, why=reason.strip())
            return Decided(request.id, request.number, "rejected", 0, request.quorum)
        approvals = request.decisions.filter(verdict="approve").count()
        if approvals < request.quorum:
            return Decided(request.id, request.number, "open", approvals, request.quorum)
        return _execute(request, approvals, checker, at)


def _execute(request: ApprovalRequest, approvals: int, checker: Actor, at: datetime) -> Decided:
    # The execution row states what was written and is never edited, so it follows the effect. Its key is still what
    # makes this happen once: a rival's effect would roll back with it.
    written = kind_named(request.kind).effect(
        request.payload, decision_id=request.decision_id, policy_version=request.precondition["policy"]["version"],
        actor=checker, at=at,
    )  # fmt: skip
    ApprovalExecution.objects.create(
        request=request, payload_sha256=bytes(request.payload_sha256), made_by=request.made_by_id,
        approved_by=person_of(checker), decision_id=request.decision_id, executed_at=at, transaction_ids=written,
    )  # fmt: skip
    end_requests([request], "executed", by=checker, at=at)
    return Decided(request.id, request.number, "executed", approvals, request.quorum, tuple(written))


def _require_same_payload(request: ApprovalRequest, stored: bytes) -> None:
    """The payload is hashed anew: the digest beside it, and every approval given, must be about these very bytes."""
    approved = {bytes(d) for d in request.decisions.values_list("payload_sha256", flat=True)}
    if digest(request.payload) != stored or approved - {stored}:
        raise ChangedSinceAsked(f"{request} is not what was asked for any more: its payload has another digest")


def _stale(request: ApprovalRequest, changed: tuple[Check, ...], checker: Actor, at: datetime) -> Decided:
    why = "changed since asked: " + ", ".join(c.fact.replace("_", " ") for c in changed)
    end_requests([request], "stale", by=checker, at=at, why=why)
    approvals = request.decisions.filter(verdict="approve").count()
    return Decided(request.id, request.number, "stale", approvals, request.quorum, changed=changed)


def _store_decision(
    request: ApprovalRequest, verdict: Verdict, reason: str, role: str, checker: Actor, at: datetime
) -> None:
    ApprovalDecision.objects.create(
        request=request, made_by=request.made_by_id, payload_sha256=bytes(request.payload_sha256),
        decided_by_id=person_of(checker), role=role, verdict=verdict, reason=reason, decided_at=at,
    )  # fmt: skip
    audit.record(
        checker, at, "request.decided", str(request), why=reason,
        policy_version=request.precondition["policy"]["version"],
        verdict=verdict, decided_as=role, payload_sha256=bytes(request.payload_sha256).hex(),
    )  # fmt: skip
