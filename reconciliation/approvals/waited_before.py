"""What a system sends again by the same key while it waits: the same request, told as it stands; asked anew once it ended without
anybody's no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.approvals.ending import end_requests, lock_request
from reconciliation.approvals.made_before import Made, as_made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.errors import RequestNotOpen

State = ApprovalRequest.State


@dataclass(frozen=True, slots=True)
class Before:
    """`made` is the request that stands for the subject, None where one may be made; it is then made under `next_key`."""

    made: Made | None
    next_key: str


def waited_before(kinds: Sequence[str], subject: str, fingerprint: str, *, by: Actor, at: datetime) -> Before:
    """The last request of these kinds about a subject, whose payload carries `fingerprint` while it stands. One whose time is
    over is ended first.

    Raises KeyReusedForAnotherPayload, RequestNotOpen (it was rejected: the key stands for that)."""
    asked = ApprovalRequest.objects.filter(kind__in=kinds, subject=subject).order_by("-id")
    key = f"{kinds[0]} {sha256(subject.encode()).hexdigest()} {len(asked) + 1}"
    if not asked:
        return Before(None, key)
    last = asked[0]
    waits = last.state == State.OPEN and last.expires_at > at
    if (waits or last.state in (State.EXECUTED, State.REJECTED)) and last.payload["fingerprint"] != fingerprint:
        raise KeyReusedForAnotherPayload(f"the key stands for {last}, which has another content")
    if waits or last.state == State.EXECUTED:
        return Before(as_made(last, created=False), key)
    if last.state == State.REJECTED:
        no = last.decisions.filter(verdict="reject").select_related("decided_by").first()
        said = f" by {no.decided_by.name}: {no.reason.strip().rstrip('.')}" if no else ""
        anew = ". Its key stands for that; under another key it is asked anew" if "key" in last.payload else ""
        raise RequestNotOpen(f"{last} was rejected{said}{anew}")
    if last.state == State.OPEN and lock_request(last.id).state == State.OPEN:
        end_requests([last], "expired", by=by, at=at)
    return Before(None, key)
