"""Store an account's settlement days up to a date. Days are stored once and never cut again."""

from datetime import date

from reconciliation.bank.calendars import Calendar, cut_days
from reconciliation.bank.models import BankAccount, BankCalendar, BankPeriod


def store_periods(account: BankAccount, row: BankCalendar, *, until: date) -> int:
    """Append the days that are not stored yet, up to `until` (excluded); returns how many. Needs a tenant scope."""
    calendar = Calendar(
        row.effective_from, row.zone, row.cutover, frozenset(row.closed_weekdays), frozenset(row.holidays),
        row.grace_days, row.due_hours,
    )  # fmt: skip
    last = BankPeriod.objects.filter(bank_account=account).order_by("-ordinal").first()
    first = last.until_on if last else row.effective_from
    ordinal = last.ordinal + 1 if last else 0
    rows = [
        BankPeriod(
            bank_account=account,
            day=cut.day,
            until_on=cut.until_on,
            starts_at=cut.starts_at,
            ends_at=cut.ends_at,
            due_at=cut.due_at,
            ordinal=n,
            grace_days=row.grace_days,
            calendar=row,
        )
        for n, cut in enumerate(cut_days(calendar, first, until), ordinal)
    ]
    BankPeriod.objects.bulk_create(rows)
    return len(rows)
