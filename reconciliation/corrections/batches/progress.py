"""How far a batch is, for the pages that show it. Reads only."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from ledger.models import LedgerTransaction
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.batches.models import BatchDone, CorrectionBatch
from reconciliation.corrections.batches.wrong_sign import WRONG_SIGN
from reconciliation.drift.models import DriftCheck


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `of` members are reversed and posted anew; `member` is the changed one that stopped the rest, if it was one."""

    request: ApprovalRequest
    state: str
    done: int
    of: int
    because: str
    member: LedgerTransaction | None


def progress_of(request: ApprovalRequest) -> Progress | None:
    """Of the batch of a request, None while it has none. One query."""
    return _told(CorrectionBatch.objects.filter(request=request))


def running_for(case: ExceptionCase) -> Progress | None:
    """The running batch that a case of a wrong sign is a member's of. Two queries, none of another case."""
    if case.cause != WRONG_SIGN or case.bank_account_id is None:
        return None
    return _told(
        CorrectionBatch.objects.filter(state="running", request__members__transaction_id__in=_own(case)).distinct()
    )


def checks_awaited(case: ExceptionCase) -> ApprovalRequest | None:
    """The newest ended batch that wrote about a case of a wrong sign and since which no check has looked at its day."""
    if case.cause != WRONG_SIGN or case.bank_account_id is None:
        return None
    since = DriftCheck.objects.filter(
        bank_account_id=case.bank_account_id, day=case.day, checked_at__gte=OuterRef("request__batch__ended_at")
    )
    done = BatchDone.objects.filter(~Exists(since), transaction_id__in=_own(case)).exclude(
        request__batch__state="running"
    )
    found = done.select_related("request").order_by("-request_id").first()
    return found.request if found else None


def _own(case: ExceptionCase) -> list[int]:
    return [row for side, row, _ in case.evidence["rows"] if side == 0]


def _told(rows: QuerySet[CorrectionBatch]) -> Progress | None:
    found = rows.select_related("request", "stopped_transaction").first()
    if found is None:
        return None
    return Progress(
        found.request,
        found.state,
        found.done_count,
        found.member_count,
        found.stopped_because,
        found.stopped_transaction,
    )
