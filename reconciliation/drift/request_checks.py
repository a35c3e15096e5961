"""Ask for checks of every account's latest days; a worker makes them. The same key asks once."""

from datetime import date, datetime

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.bank.models import BankAccount
from reconciliation.outbox import enqueue
from reconciliation.outbox_models import OutboxItem
from reconciliation.permissions import Permission, require

KIND = "reconcile"
# The last settlement day that has begun, and the grace days before it: what was expected in them may have come.
LATEST_DAYS = """
SELECT b.id, coalesce(g.day, p.day), p.until_on
  FROM bank_account b
 CROSS JOIN LATERAL (SELECT * FROM bank_period p WHERE p.tenant_id = b.tenant_id AND p.bank_account_id = b.id
                        AND (p.ends_at <= %(at)s OR EXISTS (SELECT FROM drift_check c WHERE c.tenant_id = p.tenant_id
                             AND c.bank_account_id = p.bank_account_id AND c.day = p.day)) ORDER BY p.day DESC LIMIT 1)
                                 p
  LEFT JOIN bank_period g ON g.tenant_id = p.tenant_id AND g.bank_account_id = p.bank_account_id
       AND g.ordinal = greatest(p.ordinal - p.grace_days - 1, 0)
 ORDER BY b.code
"""


def request_checks(*, key: str, actor: Actor, at: datetime) -> int:
    """Enqueue one run for each account over its last closed day and the grace before it; returns how many accounts.
    Needs a tenant scope. Raises NotPermitted."""
    require(actor, Permission.RECONCILE)
    with connection.cursor() as cursor:
        cursor.execute(LATEST_DAYS, {"at": at})
        rows: list[tuple[int, date, date]] = cursor.fetchall()
    if not progress_of(key)[1]:  # the form sent twice asks once
        audit.record(actor, at, "drift.asked", f"{len(rows)} accounts", accounts=len(rows))
    for account, first, until in rows:
        enqueue_run(account, first, until, key=key, at=at)
    return len(rows)


def request_day(account: BankAccount, day: date, until: date, *, key: str, actor: Actor, at: datetime) -> None:
    """Enqueue the run of one day of an account, as its asker's. Needs a tenant scope. Raises NotPermitted."""
    require(actor, Permission.RECONCILE)
    if not progress_of(key)[1]:
        audit.record(actor, at, "drift.asked", account.code, days=[str(day), str(until)])
    enqueue_run(account.id, day, until, key=key, at=at)


def enqueue_run(account_id: int, first: date, until: date, *, key: str, at: datetime) -> None:
    """One run of [first, until) of an account, under the key that its asker follows it by."""
    payload = {"account": account_id, "from": str(first), "until": str(until), "key": f"asked {key}"}
    enqueue(KIND, f"asked {key} {account_id}", payload, at=at)


def progress_of(key: str) -> tuple[int, int]:
    """How many of the runs asked for under a key have ended, and how many there are."""
    states = OutboxItem.objects.filter(kind=KIND, unique_key__startswith=f"asked {key} ").values_list(
        "state", flat=True
    )
    found = list(states)
    return sum(state != OutboxItem.State.WAITING for state in found), len(found)
