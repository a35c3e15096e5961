"""Store an account's settlement days ahead of the clock, each stretch by the calendar version in force for it."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from reconciliation.bank.models import BankAccount, BankCalendar, BankPeriod
from reconciliation.bank.store_periods import store_periods

AHEAD = timedelta(days=40)


def extend_periods(account: BankAccount, *, at: datetime) -> int:
    """Append the days up to `at` + 40 days; returns how many were new. Needs a tenant scope."""
    until = at.astimezone(UTC).date() + AHEAD
    last = BankPeriod.objects.filter(bank_account=account).order_by("-ordinal").first()
    if last is not None and last.until_on >= until:
        return 0
    with connection.cursor() as cursor:  # two beats at once would number the same days
        cursor.execute("SELECT pg_advisory_xact_lock(7004, %s)", [account.id % 2147483647])
    calendars = list(BankCalendar.objects.filter(bank_account=account).order_by("effective_from"))
    ends = [c.effective_from for c in calendars[1:]] + [until]
    return sum(store_periods(account, c, until=min(end, until)) for c, end in zip(calendars, ends, strict=True))
