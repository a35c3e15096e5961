"""How a request leaves the open state: once, told to its kind, on the audit trail, all in the caller's transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.models import LedgerTransaction
from reconciliation.approvals.kinds import kind_named
from reconciliation.approvals.models import ApprovalExecution, ApprovalRequest
from reconciliation.errors import NotFound, ReasonMissing, RequestNotOpen

OPEN = ApprovalRequest.State.OPEN


def lock_request(request_id: int) -> ApprovalRequest:
    """The request, its row held until commit: two checkers at once would both see it open. Raises NotFound."""
    found = ApprovalRequest.objects.select_for_update(no_key=True).filter(id=request_id).first()
    if found is None:
        raise NotFound(f"no request has the id {request_id}")
    return found


def require_open(request: ApprovalRequest, at: datetime) -> None:
    """Raise RequestNotOpen, saying how it ended and what it wrote; an overdue request is over, whoever looks first."""
    if request.state == OPEN and request.expires_at > at:
        return
    if request.state == OPEN:
        raise RequestNotOpen(f"{request} expired on {request.expires_at:%Y-%m-%d %H:%M} UTC; ask again")
    written = ""
    if done := ApprovalExecution.objects.filter(request=request).first():
        names = [str(t) for t in LedgerTransaction.objects.filter(id__in=done.transaction_ids).order_by("id")]
        written = f" and wrote {', '.join(names)}" if names else ""
    raise RequestNotOpen(f"{request} was {request.state} on {request.ended_at:%Y-%m-%d %H:%M} UTC{written}")


def require_reason(verdict: str, reason: str) -> None:
    """Raise ReasonMissing for a rejection without one."""
    if verdict == "reject" and not reason.strip():
        raise ReasonMissing("a rejection says why")


def end_requests(requests: Sequence[ApprovalRequest], state: str, *, by: Actor, at: datetime, why: str = "") -> None:
    """Move open requests to `state`, all or none. Raises RequestNotOpen when one of them has left already."""
    ids = [r.id for r in requests]
    if ApprovalRequest.objects.filter(id__in=ids, state=OPEN).update(state=state, ended_at=at) != len(ids):
        raise RequestNotOpen("the request left the open state in the meantime")
    by_kind: dict[str, list[ApprovalRequest]] = defaultdict(list)
    for request in requests:
        by_kind[request.kind].append(request)
        policy = request.precondition["policy"]["version"]
        audit.record(
            by,
            at,
            f"request.{state}",
            str(request),
            why=why,
            policy_version=policy,
            kind=request.kind,
            title=request.title,
        )
    for name, ended in by_kind.items():
        kind_named(name).ended(ended, state=state, actor=by, at=at)
