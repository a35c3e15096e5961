"""CSV statements under a saved profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import exponent_of, written
from reconciliation.bank.formats.csv_line import LineReader, Row
from reconciliation.bank.formats.csv_profile import CsvProfile, checked
from reconciliation.bank.formats.csv_rows import csv_rows
from reconciliation.bank.formats.limits import LIMITS, Limits, check_count
from reconciliation.bank.formats.statement import Finding, ParsedLine, ParsedStatement
from reconciliation.bank.formats.verify import verify_file, verify_statement


def read_csv(
    stream: BinaryIO, exponents: Mapping[str, int], profile: CsvProfile, limits: Limits = LIMITS
) -> list[ParsedStatement]:
    """One statement for each account and currency of a seekable binary file, in order of appearance. A file with a
    header and no rows is one empty statement when the profile fixes its currency. Refuses the whole file, naming the
    row."""
    reader = LineReader(checked(profile), exponents)
    drafts: dict[tuple[str, str], _Draft] = {}
    if profile.currency and "currency" not in profile.columns and "account" not in profile.columns:
        drafts[(profile.account, profile.currency)] = _Draft()
    for count, (number, fields) in enumerate(csv_rows(stream, profile, limits), 1):
        check_count(count, limits)
        try:
            row = reader.read(fields, number)
        except StatementRefused as refusal:
            raise refusal.within(f"row {number}") from None
        draft = drafts.setdefault((row.account, row.line.currency), _Draft())
        draft.take(row, exponent_of(row.line.currency, exponents), profile.newest_first)
    if not drafts:
        raise StatementRefused("no_statement", "the file has a header and no rows", "row 1")
    statements = [draft.finished(*key, exponents, profile.newest_first) for key, draft in drafts.items()]
    verify_file(statements)
    return statements


@dataclass(slots=True)
class _Draft:
    """The statement of one account and currency while its rows are read."""

    lines: list[ParsedLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    first: Row | None = None
    last: Row | None = None

    def take(self, row: Row, exponent: int, newest_first: bool) -> None:
        """The next row; its running balance must continue the row before."""
        before = self.last
        if before is not None and before.balance is not None and row.balance is not None:
            reached = row.balance + before.line.amount if newest_first else before.balance + row.line.amount
            told = before.balance if newest_first else row.balance
            if reached != told:
                currency = row.line.currency
                sums = (written(figure, exponent, currency) for figure in (reached, told))
                what = "the balance before it and this line make {}, the bank says {}".format(*sums)
                self.findings.append(Finding(row.line.where, what, "refuse", "unbalanced"))
        self.first = self.first or row
        self.last = row
        self.lines.append(row.line)

    def finished(
        self, account: str, currency: str, exponents: Mapping[str, int], newest_first: bool
    ) -> ParsedStatement:
        """The statement, with the ends that a running balance gives."""
        oldest, newest = (self.last, self.first) if newest_first else (self.first, self.last)
        opening = closing = opening_on = closing_on = None
        if oldest is not None and newest is not None and oldest.balance is not None and newest.balance is not None:
            opening, closing = oldest.balance - oldest.line.amount, newest.balance
            opening_on = oldest.line.booked_on or oldest.line.value_on
            closing_on = newest.line.booked_on or newest.line.value_on
        statement = ParsedStatement(
            account, currency, None, None, opening, opening_on, closing, closing_on, self.lines, self.findings
        )
        where = self.lines[0].where if self.lines else "row 1"
        return verify_statement(statement, exponent_of(currency, exponents), where)
