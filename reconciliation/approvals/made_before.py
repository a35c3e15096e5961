"""The same form sent twice is one request; the same key for something else is refused."""

from dataclasses import dataclass
from datetime import datetime

from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.errors import BadInput


@dataclass(frozen=True, slots=True)
class Made:
    """A request as its maker sees it: `quorum` others in `roles` must agree before `expires_at`; nobody where policy let it
    run at once, then `state` is executed. `created` is False when the idempotency key was known."""

    id: int
    number: int
    state: str
    created: bool
    quorum: int
    roles: tuple[str, ...]
    policy_version: str
    expires_at: datetime
    payload_sha256: str


def made_before(
    key: str, *, kind: str, subject: str, reason_code: str, note: str, maker: int | None
) -> Made | None:  # fmt: skip
    """The request that stands under an idempotency key, or None; `maker` is a person's id. Raises
    KeyReusedForAnotherPayload, BadInput (no key)."""
    if not 1 <= len(key) <= 200:
        raise BadInput("an idempotency key has 1 to 200 characters", "idempotency_key")
    found = ApprovalRequest.objects.filter(idempotency_key=key).first()
    if found is None:
        return None
    asked = (kind, subject, reason_code, note, maker)
    if (found.kind, found.subject, found.reason_code, found.note, found.made_by_id) != asked:
        raise KeyReusedForAnotherPayload(f"the key stands for {found}, which asks for something else")
    return as_made(found, created=False)


def as_made(request: ApprovalRequest, *, created: bool) -> Made:
    """The stored request as a result."""
    policy = request.precondition["policy"]
    return Made(
        request.id, request.number, request.state, created, request.quorum, tuple(policy["roles"]), policy["version"],
        request.expires_at, bytes(request.payload_sha256).hex(),
    )  # fmt: skip
