"""Keep what two people said of a bank line without reference: which transaction it settles, or which one it does not."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.matching.models import LineIdentification


def identify_line(
    *, line_id: int, transaction_id: int, bank_account_id: int, together: bool, subject: str, why: str, decision_id: int,
    policy_version: str, actor: Actor, at: datetime,
) -> None:  # fmt: skip
    """Called by the effect of an approved request only; `subject` is the transaction's public id. Needs a tenant scope. A pair that
    stands already, or a line that is joined with another, is refused by its key."""
    LineIdentification.objects.create(
        line_id=line_id, transaction_id=transaction_id, bank_account_id=bank_account_id, together=together,
        decision_id=decision_id, said_at=at,
    )  # fmt: skip
    audit.record(
        actor, at, "line.joined" if together else "line.kept_apart", subject, why=why, policy_version=policy_version,
        line=str(line_id),
    )  # fmt: skip
