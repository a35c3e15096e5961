"""Reports of a day that is not over: MT942, camt.052, BAI2 of the same day. What they list is expected money: the bank books
it, or not, with the statement of the day."""

from dataclasses import replace

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.statement import Finding, ParsedLine, ParsedStatement

INTRADAY = "intraday"
SAYS = "an intraday report: its lines are expected, count nowhere and cover no day"


def as_intraday(report: ParsedStatement, place: str) -> ParsedStatement:
    """The report with every booked line pending, each with a date: one that the bank gave none carries the report's own.
    Refuses `no_date` when neither has one."""
    lines = [_expected(line, report) for line in report.lines]
    findings = [*report.findings, Finding(place, SAYS, "note", INTRADAY)]
    return replace(report, lines=lines, findings=findings, intraday=True)


def _expected(line: ParsedLine, report: ParsedStatement) -> ParsedLine:
    status = "PDNG" if line.status == "BOOK" else line.status
    if line.value_on is not None or line.booked_on is not None:
        return replace(line, status=status)
    if report.closing_on is None:
        raise StatementRefused("no_date", "neither the line nor the report carries a date", line.where)
    return replace(line, status=status, value_on=report.closing_on)
