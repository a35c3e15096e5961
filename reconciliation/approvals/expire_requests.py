"""End the requests whose time is over. Run by the clock; nobody decides anything here."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.ending import end_requests
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.errors import NotPermitted


def expire_requests(*, actor: Actor, at: datetime) -> int:
    """Expire every overdue open request of the tenant in scope; returns how many. Raises NotPermitted for persons and
    tokens.

    A request that somebody is deciding at this moment is skipped: the decision or the next beat ends it.
    """
    if actor.kind not in ("job", "operator"):
        raise NotPermitted(f"requests expire by the clock; {actor.kind} {actor.id} withdraws or rejects them")
    overdue = list(
        ApprovalRequest.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(state=ApprovalRequest.State.OPEN, expires_at__lte=at)
        .order_by("expires_at", "id")
    )
    if overdue:
        end_requests(overdue, "expired", by=actor, at=at)
    return len(overdue)
