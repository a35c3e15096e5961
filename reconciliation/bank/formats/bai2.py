"""BAI2 balance reports. Own reader rather than the `bai2` library: it refuses several records on one line and texts
without an end mark, both of which banks send, answers a wrong control total with an exception, and keeps no line
numbers."""

from collections.abc import Mapping
from datetime import date
from typing import BinaryIO

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import exponent_of, quoted
from reconciliation.bank.formats.bai2_account import Account, open_account
from reconciliation.bank.formats.bai2_line import amount_of, read_detail
from reconciliation.bank.formats.bai2_records import Record, bai2_records
from reconciliation.bank.formats.bai2_totals import Totals, check_totals
from reconciliation.bank.formats.dates import short_date
from reconciliation.bank.formats.intraday import as_intraday
from reconciliation.bank.formats.limits import LIMITS, Limits, check_count
from reconciliation.bank.formats.statement import PAGES_AFTER, Finding, ParsedStatement
from reconciliation.bank.formats.verify import verify_file, verify_statement

_AFTER = {  # which record may follow which: the nesting of file, group, account, transaction
    "": ("01",), "01": ("02", "99"), "02": ("03", "98"), "03": ("16", "49"), "16": ("16", "49"),
    "49": ("03", "98"), "98": ("02", "99"), "99": (),
}  # fmt: skip
_GROUP_REFUSED = {"2": "a deletion", "4": "a test"}


def read_bai2(stream: BinaryIO, exponents: Mapping[str, int], limits: Limits = LIMITS) -> list[ParsedStatement]:
    """One statement for each account record of a seekable binary file. Refuses the whole file, naming the line."""
    reader = _Reader(exponents, limits)
    last = 1
    for record in bai2_records(stream, limits):
        last = record.number
        try:
            reader.take(record)
        except StatementRefused as refusal:
            raise refusal.within(f"line {record.number} record {record.code}") from None
    if reader.before != "99":
        raise StatementRefused("truncated", "the file ends without its trailer (99)", f"line {last}")
    verify_file(reader.statements)
    return reader.statements


class _Reader:
    """Takes the records in order."""

    def __init__(self, exponents: Mapping[str, int], limits: Limits) -> None:
        self.statements: list[ParsedStatement] = []
        self.before = ""
        self._exponents = exponents
        self._limits = limits
        self._count = 0
        self._file, self._group = Totals(), Totals()
        self._group_findings: list[Finding] = []
        self._day: date | None = None
        self._currency = ""
        self._account: Account | None = None
        self._same_day = False

    def take(self, record: Record) -> None:
        """One record. Refuses one out of order."""
        if record.code not in _AFTER[self.before]:
            follows = f"follows {self.before}" if self.before else "opens the file"
            raise StatementRefused("bad_record", f"{record.code} {follows}")
        self.before = record.code
        {"01": self._open_file, "02": self._open_group, "03": self._open_account, "16": self._detail,
         "49": self._close_account, "98": self._close_group, "99": self._close_file}[record.code](record)  # fmt: skip

    def _open_file(self, record: Record) -> None:
        version = record.fields()[7:8]
        if version not in (["2"], [""], []):
            raise StatementRefused("bad_record", f"{quoted(version[0])} is not version 2", "version")
        self._file = Totals(records=record.physical)

    def _open_group(self, record: Record) -> None:
        fields = [*record.fields(), "", "", "", "", "", "", ""]
        if fields[2] in _GROUP_REFUSED:
            raise StatementRefused("not_a_statement", f"the group is {_GROUP_REFUSED[fields[2]]}", "group status")
        self._day = short_date(fields[3])
        self._currency = fields[5]
        self._group = Totals(records=record.physical)
        self._group_findings = []
        self._same_day = fields[6] == "3"
        if fields[6] == "1":
            what = "the bank marks this group as interim: more of the day may follow"
            self._group_findings.append(Finding(f"line {record.number}", what, "check", PAGES_AFTER))

    def _open_account(self, record: Record) -> None:
        self._account = account = open_account(record, self._currency, self._day)
        exponent_of(account.currency, self._exponents)
        account.findings.extend(self._group_findings)

    def _detail(self, record: Record) -> None:
        account = self._open()
        self._count += 1
        check_count(self._count, self._limits)
        line = read_detail(record, len(account.lines) + 1, account.currency, self._day)
        account.totals.records += record.physical
        fields = record.segments[0].split(",")
        account.totals.amount += (
            amount_of(fields[1].strip(), signed=True) if len(fields) > 1 and fields[1].strip() else 0
        )
        if record.wrapped:
            what = "its text goes on without a continuation record (88)"
            account.findings.append(Finding(f"line {record.number}", what, "note", "wrapped_text"))
        if line is not None:
            account.lines.append(line)

    def _close_account(self, record: Record) -> None:
        account = self._open()
        account.totals.records += record.physical
        account.findings.extend(check_totals(record, account.totals))
        self._group.add(account.totals)
        parsed, place = account.finished(), f"account at line {account.number}"
        if self._same_day or account.is_current:
            self.statements.append(as_intraday(parsed, place))
        else:
            self.statements.append(verify_statement(parsed, exponent_of(parsed.currency, self._exponents), place))
        self._account = None

    def _close_group(self, record: Record) -> None:
        self._group.records += record.physical
        self._note(check_totals(record, self._group))
        self._file.add(self._group)

    def _close_file(self, record: Record) -> None:
        self._file.records += record.physical
        self._note(check_totals(record, self._file))

    def _note(self, findings: list[Finding]) -> None:
        """A group or file finding stands with the last statement read; without one there is nothing to distrust."""
        if self.statements:
            self.statements[-1].findings.extend(findings)

    def _open(self) -> Account:
        if self._account is None:  # _AFTER makes this impossible; a reader must still not fall over
            raise StatementRefused("bad_record", "stands outside an account")
        return self._account
