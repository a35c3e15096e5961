"""Store an account's settlement days ahead of the clock, each by the calendar version in force on it."""

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
    lock_periods(account)
    calendars = list(BankCalendar.objects.filter(bank_account=account).order_by("effective_from"))
    return store_periods(account, calendars, until=until)


def lock_periods(account: BankAccount) -> None:
    """Hold the account's days until commit: two at once would number the same ones."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7004, %s)", [account.id % 2147483647])
