"""Proofs of a payment that were handed out, from the trail: the files themselves are kept nowhere."""

from dataclasses import dataclass
from datetime import datetime

from ledger.models import AuditEntry

NEWEST = 20


@dataclass(frozen=True, slots=True)
class HandOut:
    """Who was given a proof and when, what instant it tells up to; the digests of its contents and of its file, as hex."""

    row: int
    at: datetime
    actor: str
    role: str
    as_of: datetime
    sha256: str
    file_sha256: str


def handed_out(thread: str) -> list[HandOut]:
    """The newest, newest first. `thread` is the payment as its facts name it. Needs a tenant scope."""
    rows = AuditEntry.objects.filter(subject=f"payment {thread}", action="payment.proven").order_by("-id")[:NEWEST]
    return [
        HandOut(
            r.id, r.at, r.actor, r.role, datetime.fromisoformat(r.detail["as_of"]), r.detail["sha256"],
            r.detail["file_sha256"],
        )
        for r in rows
    ]  # fmt: skip
