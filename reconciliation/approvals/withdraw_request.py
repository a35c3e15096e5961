"""Take back one's own request while nobody has decided it to the end."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.ending import end_requests, lock_request, require_open
from reconciliation.errors import NotPermitted


def withdraw_request(*, request_id: int, actor: Actor, at: datetime) -> int:
    """End the request as withdrawn; answers its number. Raises NotFound, RequestNotOpen, NotPermitted (not its
    maker)."""
    request = lock_request(request_id)
    if actor.kind != "person" or request.made_by_id != actor.person_id:
        raise NotPermitted(f"{request} is withdrawn by {request.made_by_label}, who asked for it")
    require_open(request, at)
    end_requests([request], "withdrawn", by=actor, at=at)
    return int(request.number)
