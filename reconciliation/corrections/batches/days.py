"""The days that a batch changes, checked again once it has ended."""

from datetime import date, datetime

from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.imports import enqueue_checks
from reconciliation.bank.models import BankAccount
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.batches.members import rows
from reconciliation.corrections.batches.models import BatchDone


def ask_for_checks_of(request: ApprovalRequest, at: datetime) -> None:
    """One item of the outbox per reconciled account and unbroken run of days: those on which a member counted, the days of their
    dates, and the case's own."""
    days: dict[str, set[date]] = {}
    ids = BatchDone.objects.filter(request=request).values_list("transaction_id", flat=True)
    for code, _, _, day, *_ in rows("days", directions=request.payload["directions"], ids=list(ids)):
        if day is not None:
            days.setdefault(code, set()).add(day)
    for code, on in rows("dates", request=request.id):
        days.setdefault(code, set()).add(on)
    case = ExceptionCase.objects.select_related("bank_account").get(id=request.payload["case_id"])
    days.setdefault(case.account.code, set()).add(case.day)
    for account in BankAccount.objects.filter(code__in=days).order_by("code"):
        enqueue_checks(account, sorted(days[account.code]), f"{request} {account.code}", at=at)
