"""A statement of dates that have not come yet proves nothing of them: it would call days clean before anything happened."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reconciliation.bank.calendars import version_on
from reconciliation.bank.formats.statement import Finding, ParsedStatement
from reconciliation.bank.models import BankAccount, BankCalendar
from reconciliation.bank.spans import covered_dates
from reconciliation.bank.store_periods import as_calendar


def note_dates_to_come(statements: Iterable[ParsedStatement], account: BankAccount, *, at: datetime) -> None:
    """Append a finding to each statement that reaches beyond the date of `at` where the account's days are cut. Needs a
    tenant scope."""
    rows = BankCalendar.objects.filter(bank_account=account).order_by("effective_from")
    zone = version_on([as_calendar(row) for row in rows], at.date()).zone
    today = at.astimezone(ZoneInfo(zone)).date()
    for statement in statements:
        if (last := _last(statement)) is not None and last > today:
            what = f"it reaches to {last}, which is still to come on {today}"
            statement.findings.append(Finding("statement", what, "refuse", "future_dated"))


def _last(statement: ParsedStatement) -> date | None:
    try:
        return covered_dates(statement)[1] - timedelta(days=1)
    except ValueError:
        return None  # it carries no date at all, and is refused for it where it is stored
