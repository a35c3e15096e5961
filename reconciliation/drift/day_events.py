"""What happened to a checked day beside its checks: to all cases it ever had, to the corrections asked for its
transactions, and to those transactions in the book. It outlives the differences: a clean day tells how it became so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from ledger.models import LedgerTransaction
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.models import BankAccount
from reconciliation.cases.models import CaseEvent, ExceptionCase

MOST_CASES, MOST_EVENTS, MOST_REQUESTS = 400, 60, 40
# A request is younger than what it is about; a posting is booked for a day at most a few days ahead.
AHEAD = timedelta(days=14)

REQUESTS = """
SELECT r.id FROM approval_request r
  JOIN ledger_transaction t ON t.tenant_id = r.tenant_id
   AND t.public_id = CASE WHEN r.subject ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN r.subject::uuid END
  LEFT JOIN ledger_transaction x ON x.tenant_id = t.tenant_id AND x.reverses_id = t.id
 WHERE r.made_at >= %(since)s
   AND (t.effective_on >= %(day)s AND t.effective_on < %(until)s OR x.effective_on >= %(day)s AND x.effective_on < %(until)s)
   AND EXISTS (SELECT FROM ledger_entry e WHERE e.tenant_id = t.tenant_id AND e.transaction_id = t.id
                  AND e.account_id = %(account)s)
 ORDER BY r.id DESC LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class DayEvents:
    """Newest first each; `corrections` reverse or post anew a transaction of the day, or stand on it themselves."""

    of_cases: list[CaseEvent]
    requests: list[ApprovalRequest]
    corrections: list[LedgerTransaction]


def day_events(account: BankAccount, day: date, until: date, case_ids: Iterable[int]) -> DayEvents:
    """Of the day [day, until) of an account; `case_ids` name cases beside those of the day. At most five queries."""
    requests = _requests(account, day, until)
    return DayEvents(_of_cases(account, day, set(case_ids), requests), requests, _corrections(account, day, until))


def _of_cases(account: BankAccount, day: date, more: set[int], requests: Iterable[ApprovalRequest]) -> list[CaseEvent]:
    own = ExceptionCase.objects.filter(bank_account=account, day=day).order_by("-id").values("id")[:MOST_CASES]
    told = Q(kind__in=("asked", "answered"), detail__request__in=[r.number for r in requests])
    events = CaseEvent.objects.filter(Q(case_id__in=own) | Q(case_id__in=more)).exclude(told)
    return list(events.select_related("case").order_by("-at", "-id")[:MOST_EVENTS])


def _requests(account: BankAccount, day: date, until: date) -> list[ApprovalRequest]:
    values: dict[str, Any] = {
        "account": account.ledger_account_id, "day": day, "until": until, "most": MOST_REQUESTS,
        "since": datetime.combine(day - AHEAD, datetime.min.time(), UTC),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(REQUESTS, values)
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return []
    found = ApprovalRequest.objects.filter(id__in=ids).prefetch_related("decisions__decided_by")
    return list(found.order_by("-id"))


def _corrections(account: BankAccount, day: date, until: date) -> list[LedgerTransaction]:
    own = Q(effective_on__gte=day, effective_on__lt=until)
    original = Q(reverses__effective_on__gte=day, reverses__effective_on__lt=until)
    original |= Q(corrects__effective_on__gte=day, corrects__effective_on__lt=until)
    rows = LedgerTransaction.objects.filter(Q(reverses__isnull=False) | Q(corrects__isnull=False))
    rows = rows.filter(own | original, entries__account_id=account.ledger_account_id)
    return list(rows.select_related("reverses", "corrects").distinct().order_by("-id")[:MOST_EVENTS])
