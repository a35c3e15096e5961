"""The correction of a case that is carried out while no check has looked at its day since. Until one has, the case reads as
if nothing had been done, and nothing new may be proposed from rows that have just moved."""

from django.db.models import Exists, OuterRef

from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.batches.progress import checks_awaited
from reconciliation.drift.models import DriftCheck


def check_awaited(case: ExceptionCase) -> ApprovalRequest | None:
    """The newest correction of an open case between ledger and bank whose check has still to run. One query, two of a
    wrong sign."""
    if case.bank_account_id is None:
        return None
    since = DriftCheck.objects.filter(
        bank_account_id=case.bank_account_id, day=case.day, checked_at__gte=OuterRef("ended_at")
    )
    done = ApprovalRequest.objects.filter(
        ~Exists(since),
        state=ApprovalRequest.State.EXECUTED,
        kind__in=("reverse", "confirm", "repost", "book", "join", "apart"),
        payload__case_id=case.id,
    )
    return done.order_by("-id").first() or checks_awaited(case)
