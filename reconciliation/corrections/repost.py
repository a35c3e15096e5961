"""The kind "repost": a transaction is posted anew, linked by `corrects`; one that stands at another amount is reversed with it, one
that is PENDING at another amount fails with it."""

from datetime import datetime

from ledger.actors import Actor
from ledger.models import LedgerTransaction
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.waiting_cases import release
from reconciliation.corrections import frozen
from reconciliation.corrections.check_awaited import check_awaited
from reconciliation.corrections.effects import spoken_why
from reconciliation.corrections.held import with_checks
from reconciliation.corrections.preview import Preview, preview_of
from reconciliation.postings.correct_transaction import repost_transaction
from reconciliation.postings.dated_on import day_of

MOVE = "correction.repost"


def _effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Raises AlreadyReposted, AlreadyReversed, NotPending, OriginalStillStands, AgainstRule, PeriodClosed, ChangedSinceAsked."""
    day = day_of(payload)
    return repost_transaction(
        payload["transaction_id"],
        [(e["account_id"], e["currency"], e["direction"], int(e["amount_minor"])) for e in payload["entries"]],
        key=payload["key"], reversal_key=f"reversal of {payload['transaction']}" if payload["undone"] else "",
        fails=payload["fails"], effective_on=day.effective_on, adjusts_on=day.adjusts_on, why=spoken_why(payload),
        decision_id=decision_id, policy_version=policy_version, actor=actor, at=at,
    )  # fmt: skip


EFFECT = with_checks(_effect)


def facts_of(payload: Payload) -> Facts:
    """What must still hold: the original stands, or counts for nothing, as it did, and is not posted anew; the case shows what it
    showed, and no other correction of it waits for its check."""
    facts = frozen.facts_of(payload)
    if not payload["undone"]:
        facts["undone_by"] = facts.pop("reversed_by")
    taken = LedgerTransaction.objects.filter(idempotency_key=payload["key"]).exists()
    case = ExceptionCase.objects.get(id=payload["case_id"])
    return facts | {"key_is_free": not taken, "corrected_meanwhile": f"{check_awaited(case) or ''}"}


def preview(payload: Payload, at: datetime) -> Preview:
    """The reversal's entries first, if there is one; the days before and after, as of `at`. Changes no row."""
    return preview_of(payload, [*payload["undone"], *payload["entries"]], EFFECT, MOVE, at)


REPOST = Kind("repost", MOVE, preview, facts_of, EFFECT, release, together=True)
