"""What a re-run that was run again found, as its audit row says: it writes no other. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from ledger.models import AuditEntry
from reconciliation.recovery.runs.models import RecoveryRun

ACTION = "recovery.rerun_again"


@dataclass(frozen=True, slots=True)
class ComparedAgain:
    """`same`: it gave the digest that the third step stores; `new_gaps` are those that are not stored."""

    at: datetime
    asked_by: str
    same: bool
    new_gaps: int
    digest: str


def compared_again(run: RecoveryRun) -> ComparedAgain | None:
    """The newest, None before the first. One query."""
    row = AuditEntry.objects.filter(subject=str(run), action=ACTION).order_by("-id").first()
    if row is None:
        return None
    said = row.detail
    return ComparedAgain(
        row.at, said["asked_by"], said["digest"] == said["stored_digest"], said["new_gaps"], said["digest"]
    )
