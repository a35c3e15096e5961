"""One CSV row as a statement line, by the columns of a profile."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import exponent_of, parse_amount, parse_signed, quoted
from reconciliation.bank.formats.csv_profile import CsvProfile
from reconciliation.bank.formats.dates import pattern_date
from reconciliation.bank.formats.kinds import code_kind, word_kind
from reconciliation.bank.formats.references import given
from reconciliation.bank.formats.statement import Kind, ParsedLine


class Row(NamedTuple):
    """A line, the account it stands on, and the balance after it where the bank gives one."""

    line: ParsedLine
    account: str
    balance: int | None


class LineReader:
    """Knows the positions of a profile's columns; `read` turns fields into a Row."""

    def __init__(self, profile: CsvProfile, exponents: Mapping[str, int]) -> None:
        self._profile = profile
        self._exponents = exponents
        self._at = {name: profile.header.index(header) for name, header in profile.columns.items()}
        self._narrative = tuple(profile.header.index(header) for header in profile.narrative)
        self._number = 0

    def read(self, fields: list[str], number: int) -> Row:
        """The row's line. Refuses what amounts and dates refuse, with the column as `where`."""
        self._number += 1
        profile = self._profile
        currency = profile.currency or self._text(fields, "currency")
        exponent = exponent_of(currency, self._exponents)
        reference, bank_id = self._text(fields, "reference"), self._text(fields, "bank_id")
        code = self._text(fields, "code")
        narrative = " ".join(text for at in self._narrative if (text := fields[at].strip()))
        references = {"reference": reference, "bank_id": bank_id}
        value_on, booked_on = self._day(fields, "value_on"), self._day(fields, "booked_on")
        if value_on is None and booked_on is None:
            raise StatementRefused("bad_date", "neither a value date nor a booking date")
        line = ParsedLine(
            f"row {number}",
            self._number,
            given(reference),
            given(bank_id),
            self._amount(fields, exponent),
            currency,
            value_on,
            booked_on,
            code,
            narrative,
            {name: text for name, text in references.items() if text},
            charge=self._charge(fields, exponent),
            counterparty=self._text(fields, "counterparty"),
            counterparty_account=self._text(fields, "counterparty_account"),
            kind=self._kind(code, narrative),
        )
        balance = self._figure(fields, "balance", exponent, signed=True) if "balance" in self._at else None
        return Row(line, profile.account or self._text(fields, "account"), balance)

    def _text(self, fields: list[str], name: str) -> str:
        at = self._at.get(name)
        return fields[at].strip() if at is not None else ""

    def _day(self, fields: list[str], name: str) -> date | None:
        text = self._text(fields, name)
        try:
            return pattern_date(text, self._profile.date_format) if text else None
        except StatementRefused as refusal:
            raise refusal.within(self._profile.columns[name]) from None

    def _amount(self, fields: list[str], exponent: int) -> int:
        rule = self._profile.sign_rule
        if rule == "signed":
            return self._figure(fields, "amount", exponent, signed=True)
        if rule == "indicator":
            return self._side(fields) * self._figure(fields, "amount", exponent, signed=False)
        debit, credit = (
            self._figure(fields, name, exponent, signed=False) if self._text(fields, name) else None
            for name in ("debit", "credit")
        )
        if (debit is None and credit is None) or (debit and credit):
            raise StatementRefused("bad_amount", "needs either a debit or a credit", self._profile.columns["debit"])
        return (credit or 0) - (debit or 0)

    def _side(self, fields: list[str]) -> int:
        word = self._text(fields, "indicator")
        if word in self._profile.debit_words:
            return -1
        if word in self._profile.credit_words:
            return 1
        what = f"{quoted(word)} is neither a debit nor a credit word of the profile"
        raise StatementRefused("bad_direction", what, self._profile.columns["indicator"])

    def _figure(self, fields: list[str], name: str, exponent: int, signed: bool) -> int:
        read = parse_signed if signed else parse_amount
        try:
            return read(self._text(fields, name), exponent, self._profile.decimal_mark, self._profile.thousands_mark)
        except StatementRefused as refusal:
            raise refusal.within(self._profile.columns[name]) from None

    def _charge(self, fields: list[str], exponent: int) -> int | None:
        """Banks write a netted charge with or without a minus; it is a magnitude here."""
        if not self._text(fields, "charge"):
            return None
        return abs(self._figure(fields, "charge", exponent, signed=True)) or None

    def _kind(self, code: str, narrative: str) -> Kind:
        if code in self._profile.kinds:
            return self._profile.kinds[code]
        return code_kind(code) if code else word_kind(narrative)
