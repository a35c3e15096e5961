"""Have days compared with the bank again that a rule has posted on since their check: until then the day states a drift that is
none, and its cases propose to post what stands posted."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from reconciliation.drift.request_checks import KIND
from reconciliation.named_sql import read_steps
from reconciliation.outbox import enqueue

SQL = read_steps(__file__, "checked_before.sql")


def check_anew(transaction_ids: Sequence[int], *, at: datetime) -> int:
    """Ask for a run of each reconciled account's day that was judged before these postings; returns how many. Needs a tenant
    scope."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["days"], {"transactions": list(transaction_ids)})
        days = cursor.fetchall()
    last = max(transaction_ids, default=0)
    for account, code, day, until in days:
        key = f"posted by rule up to {last} {code} {day}"
        enqueue(KIND, key, {"account": account, "from": str(day), "until": str(until), "key": key}, at=at)
    return len(days)
