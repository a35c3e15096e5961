"""What is due by the clock, asked for as outbox items. Their unique keys make a second beat harmless, and a day that
was missed while everything stood still is found by its absence."""

from datetime import date, datetime, timedelta

from django.db import connection

from ledger.tenancy import current_tenant
from reconciliation.bank.extend_periods import extend_periods
from reconciliation.bank.models import BankAccount
from reconciliation.outbox import enqueue
from reconciliation.periods.extend_months import extend_months
from reconciliation.provider.polling.models import Polling
from reconciliation.request_verification import KIND

POLL, ANCHOR = "poll_provider", "anchor_chain"
POLLED_BACK, ON_ITS_WAY = timedelta(days=1), timedelta(minutes=15)
# A day's run covers the grace days before it, and the one whose grace ends at this cut-over is among them: what was
# expected there becomes overdue in this run, and what straddled is settled.
DUE_DAYS = """
SELECT p.bank_account_id, p.day, p.until_on, coalesce(g.day, p.day)
  FROM bank_period p
  LEFT JOIN bank_period g ON g.tenant_id = p.tenant_id AND g.bank_account_id = p.bank_account_id
       AND g.ordinal = greatest(p.ordinal - p.grace_days, 0)
 WHERE p.ends_at <= %s
   AND NOT EXISTS (SELECT FROM outbox_item o WHERE o.tenant_id = p.tenant_id AND o.kind = 'reconcile'
                   AND o.unique_key = p.bank_account_id || ' ' || p.day || ' daily')
 ORDER BY p.day, p.bank_account_id
"""


def enqueue_due_days(*, at: datetime) -> int:
    """Ask for the daily run of every settlement day that has ended and was never asked for; returns how many. Needs a
    tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(DUE_DAYS, [at])
        rows: list[tuple[int, date, date, date]] = cursor.fetchall()
    for account, day, until, first in rows:
        key = f"{account} {day} daily"
        payload = {"account": account, "from": str(first), "until": str(until), "key": f"{day} daily"}
        enqueue("reconcile", key, payload, at=at)
    return len(rows)


def enqueue_verification(*, at: datetime, because: str = "") -> None:
    """Ask for the verification of the ledger once a day (UTC), and `because` of something once more. Needs a tenant scope."""
    enqueue(KIND, f"{at.date()} {because}".strip(), {"tenant": current_tenant()}, at=at)


def enqueue_anchor(*, at: datetime) -> None:
    """Ask once an hour that the head of the chain be anchored outside the database. Needs a tenant scope."""
    enqueue(ANCHOR, f"{at:%Y-%m-%dT%H}", {"tenant": current_tenant()}, at=at)


def enqueue_polls(*, at: datetime) -> None:
    """Ask once an hour that each provider be asked what it sent in the last day. What was sent in the last minutes may still
    be on its way and is left for the next hour. Needs a tenant scope."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    for endpoint in Polling.objects.filter(ended_at=None, endpoint__ended_at=None).values_list(
        "endpoint_id", flat=True
    ):
        payload = {"tenant": current_tenant(), "endpoint": endpoint, "hour": hour.isoformat()}
        enqueue(POLL, f"{endpoint} {hour:%Y-%m-%dT%H}", payload, at=at)


def extend_all_periods(*, at: datetime) -> None:
    """Keep the settlement days of every account, and the accounting periods, stored ahead. Needs a scope."""
    extend_months(at=at)
    for account in BankAccount.objects.order_by("id"):
        extend_periods(account, at=at)
