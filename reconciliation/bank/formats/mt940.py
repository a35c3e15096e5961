"""MT940 customer statements. Own reader rather than the `mt-940` library: wrapped, it loses the :61: customer
reference when a structured :86: follows, keeps no line numbers to name in a refusal, holds the file several times
over, and was measured at about 22,000 lines a second. MT942, the report of the day so far, has the same lines between
other fields: a floor instead of the opening balance, sums instead of the closing one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import exponent_of
from reconciliation.bank.formats.limits import LIMITS, Limits, check_count
from reconciliation.bank.formats.mt940_details import NO_DETAILS, read_details
from reconciliation.bank.formats.mt940_fields import ENVELOPE, Field, mt940_fields
from reconciliation.bank.formats.mt940_line import Balance, read_balance, read_line
from reconciliation.bank.formats.mt940_pages import Page, finish_pages
from reconciliation.bank.formats.mt942 import Report, finish_report
from reconciliation.bank.formats.statement import ParsedLine, ParsedStatement
from reconciliation.bank.formats.verify import verify_file

_REPORT = frozenset({"34F", "13", "13D", "90C", "90D"})
_IGNORED = frozenset({"21", "64", "65", "65F", "NS"})


def read_mt940(stream: BinaryIO, exponents: Mapping[str, int], limits: Limits = LIMITS) -> list[ParsedStatement]:
    """All statements of a seekable binary file, pages joined. Refuses the whole file with a `StatementRefused`."""
    reader = _Reader(exponents, limits)
    place = "line 1"
    for item in mt940_fields(stream, limits):
        place = f"line {item.number}"
        try:
            reader.take(item)
        except StatementRefused as refusal:
            raise refusal.within(f"{place} :{item.tag}:" if item.tag else place) from None
    reader.end_page(place)
    if not reader.pages and not reader.reports:
        raise StatementRefused("no_statement", "the file holds no :20: field", "line 1")
    statements = [*finish_pages(reader.pages, exponents), *reader.reports]
    verify_file(statements)
    return statements


@dataclass(slots=True)
class _Open:
    """The page being read."""

    reference: str
    number: int
    account: str = ""
    sequence: str = ""
    opening: Balance | None = None
    opening_final: bool = True
    closing: Balance | None = None
    closing_final: bool = True
    lines: list[ParsedLine] = field(default_factory=list)
    report: Report | None = None

    @property
    def currency(self) -> str:
        """Of the amounts in the lines; "" before a field has named it."""
        if self.report is not None:
            return self.report.currency
        return self.opening.currency if self.opening is not None else ""


class _Reader:
    """Takes the fields in order; a :61: waits for its :86: until the next field that is not one."""

    def __init__(self, exponents: Mapping[str, int], limits: Limits) -> None:
        self.pages: list[Page] = []
        self.reports: list[ParsedStatement] = []
        self._exponents = exponents
        self._limits = limits
        self._count = 0
        self._page: _Open | None = None
        self._line: Field | None = None
        self._details: list[str] = []
        self._size = 0
        self._exponent = 0
        self._told_report = False

    def take(self, item: Field) -> None:
        """One field."""
        tag = item.tag
        if tag == "86":
            self._add_details(item.lines)
            return
        self._finish_line()
        if tag == "61":
            self._begin_line(item)
        elif tag == ENVELOPE:
            self._envelope(item)
        elif tag == "20":
            self.end_page(f"line {item.number}")
            self._page = _Open(item.lines[0].strip(), item.number)
        else:
            self._head(tag, item.lines[0].strip())

    def _add_details(self, lines: list[str]) -> None:
        """A :86: belongs to the :61: before it; behind a balance it is the bank's own note and says nothing of a
        line."""
        if self._line is None:
            return
        self._size += sum(map(len, lines))
        if self._size > self._limits.max_field:
            raise StatementRefused("field_too_long", f"longer than {self._limits.max_field} characters")
        self._details.extend(lines)

    def end_page(self, place: str) -> None:
        """Close the page being read, if any. A page without both balances has lost its head or its tail."""
        self._finish_line()
        page, self._page = self._page, None
        if page is None:
            return
        told, self._told_report = self._told_report, False
        if told and page.report is None:
            what = "the envelope says MT942, an intraday report, and the message is none"
            raise StatementRefused("intraday", what, f"statement at line {page.number}")
        if page.report is not None:
            self.reports.append(finish_report(page.report, page.account, page.reference, page.sequence, page.lines))
            return
        if page.opening is None:
            raise StatementRefused("truncated", "no opening balance :60F: or :60M:", f"statement at line {page.number}")
        if page.closing is None:
            what = f"no closing balance :62F: or :62M: before {place}"
            raise StatementRefused("truncated", what, f"statement at line {page.number}")
        if not page.account:
            raise StatementRefused("no_account", "no :25: field", f"statement at line {page.number}")
        parsed = ParsedStatement(
            account=page.account,
            currency=page.opening.currency,
            statement_id=page.reference or None,
            sequence=page.sequence or None,
            opening=page.opening.amount,
            opening_on=page.opening.day,
            closing=page.closing.amount,
            closing_on=page.closing.day,
            lines=page.lines,
        )
        self.pages.append(Page(parsed, page.opening_final, page.closing_final, page.number))

    def _envelope(self, item: Field) -> None:
        text = item.lines[0]
        if text.strip() == "942" or "{2:I942" in text or "{2:O942" in text:
            self._told_report = True
        if text.startswith("-"):
            self.end_page(f"line {item.number}")

    def _head(self, tag: str, text: str) -> None:
        page = self._page
        if tag in _REPORT and page is not None and page.opening is None:
            page.report = page.report or Report(page.number)
            self._exponent = page.report.take(tag, text, self._exponents)
            return
        if tag[:2] not in ("25", "28", "60", "62") or tag in _IGNORED:
            return
        if page is None:
            raise StatementRefused("misplaced", "stands before any :20:")
        if tag in ("25", "25P"):
            page.account = text
        elif tag in ("28", "28C"):
            page.sequence = text
        elif tag in ("60F", "60M"):
            self._open_balance(page, tag, text)
        elif tag in ("62F", "62M"):
            self._close_balance(page, tag, text)

    def _open_balance(self, page: _Open, tag: str, text: str) -> None:
        if page.report is not None:
            raise StatementRefused("misplaced", "an opening balance in an intraday report")
        if page.opening is not None:
            raise StatementRefused("misplaced", "a second opening balance in one statement")
        page.opening, page.opening_final = read_balance(text, self._exponents), tag == "60F"
        self._exponent = exponent_of(page.opening.currency, self._exponents)

    def _close_balance(self, page: _Open, tag: str, text: str) -> None:
        if page.opening is None or page.closing is not None:
            raise StatementRefused("misplaced", "a closing balance without an open statement")
        page.closing, page.closing_final = read_balance(text, self._exponents), tag == "62F"
        if page.closing.currency != page.opening.currency:
            what = f"{page.closing.currency}, the opening balance {page.opening.currency}"
            raise StatementRefused("currency_differs", what)

    def _begin_line(self, item: Field) -> None:
        page = self._page
        if page is None or not page.currency or page.closing is not None:
            raise StatementRefused("misplaced", "a statement line outside :60: to :62:, or before :34F:")
        self._count += 1
        check_count(self._count, self._limits)
        self._line = item

    def _finish_line(self) -> None:
        item, self._line = self._line, None
        page = self._page
        if item is None or page is None:
            return
        details = read_details(self._details) if self._details else NO_DETAILS
        self._details, self._size = [], 0
        number = len(page.lines) + 1
        try:
            line = read_line(item.lines, details, number, item.number, page.currency, self._exponent)
        except StatementRefused as refusal:
            raise StatementRefused(refusal.code, refusal.message, f"(:61: at line {item.number})") from None
        page.lines.append(line)
