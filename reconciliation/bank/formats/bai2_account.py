"""BAI2 record 03: an account with its balances and summaries."""

from dataclasses import dataclass, field
from datetime import date

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.bai2_line import amount_of, skip_funds
from reconciliation.bank.formats.bai2_records import Record
from reconciliation.bank.formats.bai2_totals import Totals
from reconciliation.bank.formats.statement import Finding, ParsedLine, ParsedStatement

OPENING_LEDGER, CLOSING_LEDGER = "010", "015"
CURRENT = frozenset({"030", "060"})  # the balance as it stands while the day goes on: ledger, available
DEFAULT_CURRENCY = "USD"  # BAI2: an account without a currency is its group's, a group without one is US dollars


@dataclass(slots=True)
class Account:
    """The account being read."""

    account: str
    currency: str
    number: int
    day: date | None
    opening: int | None
    closing: int | None
    totals: Totals
    lines: list[ParsedLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    current: bool = False

    @property
    def is_current(self) -> bool:
        """Whether it states how the account stands during the day, and no balance of the book at either end of one."""
        return self.current and self.opening is None and self.closing is None

    def finished(self) -> ParsedStatement:
        """The statement of the group's as-of day."""
        return ParsedStatement(
            account=self.account,
            currency=self.currency,
            statement_id=None,
            sequence=None,
            opening=self.opening,
            opening_on=self.day if self.opening is not None else None,
            closing=self.closing,
            closing_on=self.day,
            lines=self.lines,
            findings=self.findings,
        )


def open_account(record: Record, group_currency: str, day: date | None) -> Account:
    """The account and what its record says of balances. Refuses a missing account and unreadable amounts."""
    fields = record.fields()
    if not fields[0]:
        raise StatementRefused("no_account", "the account record names no account", "account")
    amounts, total = _summaries(fields)
    currency = (fields[1] if len(fields) > 1 else "") or group_currency
    opened = Account(
        account=fields[0],
        currency=currency or DEFAULT_CURRENCY,
        number=record.number,
        day=day,
        opening=amounts.get(OPENING_LEDGER),
        closing=amounts.get(CLOSING_LEDGER),
        totals=Totals(amount=total, records=record.physical),
        current=bool(CURRENT & amounts.keys()),
    )
    if not currency:
        what = f"neither account nor group names a currency: {DEFAULT_CURRENCY} by the format's rule"
        opened.findings.append(Finding(f"line {record.number}", what, "note", "currency_by_rule"))
    return opened


def _summaries(fields: list[str]) -> tuple[dict[str, int], int]:
    """Type code → amount, and the sum of all amounts for the control total. Groups of type, amount, count, funds
    type."""
    amounts: dict[str, int] = {}
    total = 0
    at = 2
    while at < len(fields):
        code, text = fields[at], fields[at + 1] if at + 1 < len(fields) else ""
        if text:
            amount = amount_of(text, signed=True)
            total += amount
            if code in amounts and code in (OPENING_LEDGER, CLOSING_LEDGER) and amounts[code] != amount:
                raise StatementRefused(
                    "balances_differ", f"two balances of type {code} contradict each other", "balance"
                )
            amounts[code] = amount
        at = skip_funds(fields, at + 3)
    return amounts, total
