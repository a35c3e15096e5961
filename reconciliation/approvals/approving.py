"""The steps of a decision that one request and a batch share: what is asked of the payload and of earlier approvals, the
decision's row, and the execution. All in the caller's transaction, on a locked request."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.digest import digest
from reconciliation.approvals.ending import end_requests
from reconciliation.approvals.kinds import kind_named
from reconciliation.approvals.models import ApprovalDecision, ApprovalExecution, ApprovalRequest
from reconciliation.approvals.read_standing import asked_of
from reconciliation.approvals.standing import Asked, Standing, Way, why_it_counts_no_more
from reconciliation.errors import ApprovalLapsed, ChangedSinceAsked


def require_same_payload(request: ApprovalRequest) -> None:
    """The payload is hashed anew: the digest beside it, and every approval given, must be about these very bytes. Raises
    ChangedSinceAsked."""
    stored = bytes(request.payload_sha256)
    approved = {bytes(d) for d in request.decisions.values_list("payload_sha256", flat=True)}
    if digest(request.payload) != stored or approved - {stored}:
        raise ChangedSinceAsked(f"{request} is not what was asked for any more: its payload has another digest")


def lapsed(given: Iterable[ApprovalDecision], asked: Asked, standing: Standing) -> list[str]:
    """Of the decisions given, the approvals that count no more: whose, and why."""
    found = []
    for d in given:
        why = why_it_counts_no_more(d.decided_by_id, Way(d.role, d.on_behalf_of_id), asked, standing)
        if why and d.verdict == ApprovalDecision.Verdict.APPROVE:
            found.append(f"{d.decided_by.name} {why}")
    return found


def require_all_count(request: ApprovalRequest, standing: Standing) -> None:
    """Raise ApprovalLapsed, naming whose approval counts no more and why: what one person alone still stands for is not
    executed as if two did."""
    given = request.decisions.select_related("decided_by").order_by("id")
    if gone := lapsed(given, asked_of(request), standing):
        raise ApprovalLapsed(f"{request} is not executed, an earlier approval counts no more: {'; '.join(gone)}")


def store_decision(
    request: ApprovalRequest, verdict: str, reason: str, way: Way, checker: Actor, at: datetime, **detail: Any
) -> None:
    """The decision and its audit row; `detail` goes onto the trail as well."""
    ApprovalDecision.objects.create(
        request=request, made_by=request.made_by_id, payload_sha256=bytes(request.payload_sha256),
        decided_by_id=person_of(checker), on_behalf_of_id=way.on_behalf_of, role=way.role, verdict=verdict, reason=reason,
        decided_at=at,
    )  # fmt: skip
    lent = {} if way.on_behalf_of is None else {"on_behalf_of": way.on_behalf_of}
    audit.record(
        checker, at, "request.decided", str(request), why=reason,
        policy_version=request.precondition["policy"]["version"],
        verdict=verdict, decided_as=way.role, payload_sha256=bytes(request.payload_sha256).hex(), **lent, **detail,
    )  # fmt: skip


def execute(request: ApprovalRequest, checker: Actor, at: datetime) -> list[int]:
    """Run the effect and state it; answers the transactions written. Where policy asked for nobody, `checker` is whoever
    asked, and nobody stands as having approved.

    The execution row states what was written and is never edited, so it follows the effect. Its key is still what makes
    this happen once: a rival's effect would roll back with it.
    """
    written = kind_named(request.kind).effect(
        request.payload, decision_id=request.decision_id, policy_version=request.precondition["policy"]["version"],
        actor=checker, at=at,
    )  # fmt: skip
    ApprovalExecution.objects.create(
        request=request, payload_sha256=bytes(request.payload_sha256), made_by=request.made_by_id,
        approved_by=person_of(checker) if request.quorum else None, decision_id=request.decision_id, executed_at=at,
        transaction_ids=written,
    )  # fmt: skip
    end_requests([request], "executed", by=checker, at=at)
    return written
