"""Keep an intraday report: its lines are expected money. No check is asked for, no day is covered, nothing stored changes."""

from datetime import date, datetime, timedelta

from reconciliation.bank.formats.statement import ParsedStatement
from reconciliation.bank.models import BankImport, BankStatement
from reconciliation.bank.stage_lines import hold_lines, staged
from reconciliation.bank.store_statement import StoredStatement, refuse_other_account

ONE = timedelta(days=1)


def store_intraday(report: ParsedStatement, bank_import: BankImport, *, at: datetime) -> StoredStatement:
    """Insert the report and those of its lines that no report before it has shown. Needs a tenant scope. Raises
    StatementRefused for a wrong account or currency."""
    account = bank_import.bank_account
    refuse_other_account(report, account.number, account.currency)
    first, last = _days(report)
    hold_lines(account.id)
    with staged(account.id, report.lines, [], []) as lines:
        fresh = lines.not_yet_seen()
        if report.lines and not fresh:
            return StoredStatement(None, len(report.lines), 0, False, frozenset(), report.findings, first, last + ONE)
        statement = BankStatement.objects.create(
            bank_account=account, bank_import=bank_import, statement_ref=report.statement_id or "",
            sequence=report.sequence or "", from_on=first, until_on=last + ONE, opening_minor=None, closing_minor=None,
            line_count=len(report.lines), in_force=False, intraday=True,
            findings=[{"where": f.where, "what": f.what, "level": f.level, "code": f.code} for f in report.findings],
            imported_at=at,
        )  # fmt: skip
        new = lines.insert(statement.id, in_force=False, at=at)
    return StoredStatement(
        statement.id, len(report.lines), new, False, frozenset(), report.findings, first, last + ONE, intraday=True
    )


def _days(report: ParsedStatement) -> tuple[date, date]:
    """The first and the last date it speaks of. The reader has given it one at least."""
    said = [d for x in report.lines if (d := x.value_on or x.booked_on) is not None]
    dates = [*said, *([report.closing_on] if report.closing_on is not None else [])]
    return min(dates), max(dates)
