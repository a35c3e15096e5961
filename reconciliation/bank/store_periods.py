"""Store an account's settlement days up to a date, each by the calendar version of its date. Days that have begun are stored
once and never cut again."""

from collections.abc import Sequence
from datetime import date

from reconciliation.bank.calendars import Calendar, cut_days
from reconciliation.bank.models import BankAccount, BankCalendar, BankPeriod


def store_periods(account: BankAccount, calendars: Sequence[BankCalendar], *, until: date) -> int:
    """Append the days that are not stored yet, up to `until` (excluded); returns how many. `calendars` are all versions in
    the order of their dates. Needs a tenant scope."""
    rows = {row.effective_from: row for row in calendars}
    last = BankPeriod.objects.filter(bank_account=account).order_by("-ordinal").first()
    first = last.until_on if last else calendars[0].effective_from
    ordinal = last.ordinal + 1 if last else 0
    cuts = cut_days([as_calendar(row) for row in calendars], first, until, after=last.starts_at if last else None)
    made = [
        BankPeriod(
            bank_account=account,
            day=cut.day,
            until_on=cut.until_on,
            starts_at=cut.starts_at,
            ends_at=cut.ends_at,
            due_at=cut.due_at,
            ordinal=n,
            grace_days=cut.version.grace_days,
            calendar=rows[cut.version.effective_from],
        )
        for n, cut in enumerate(cuts, ordinal)
    ]
    BankPeriod.objects.bulk_create(made)
    return len(made)


def as_calendar(row: BankCalendar) -> Calendar:
    """A stored version as the pure rules take it."""
    return Calendar(
        row.effective_from, row.zone, row.cutover, frozenset(row.closed_weekdays), frozenset(row.holidays),
        row.grace_days, row.due_hours,
    )  # fmt: skip
