"""The :61: statement line and the amounts and dates around it. Read from the raw text: the layout is positional and the
customer reference must survive whatever :86: says."""

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import exponent_of, parse_amount, quoted
from reconciliation.bank.formats.dates import entry_date, short_date
from reconciliation.bank.formats.kinds import mt940_kind
from reconciliation.bank.formats.mt940_details import Details
from reconciliation.bank.formats.references import best, given
from reconciliation.bank.formats.statement import ParsedLine

_LINE = re.compile(
    r"([0-9]{6})([0-9]{4}| {4})?"  # value date, entry date
    r"(RC|RD|C|D)([A-Z])?[ ]?"  # side; a letter of the currency: DR in EUR files is D + R, and RD alone a reversal
    r"([0-9][0-9,]*)[ ]?"  # amount
    r"([A-Z][A-Z0-9 ]{3})(.*)",  # transaction type, references
    re.DOTALL,
)
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9][0-9,]*)")
_CHARGE = re.compile(r"/CHGS/([A-Z]{3})([0-9]+,[0-9]*)/")
_SIGNS = {"C": 1, "D": -1, "RC": -1, "RD": 1}  # the reversal of a credit takes money away
_SEE_DETAILS = frozenset({"EREF", "EREF+", "KREF", "KREF+", "MREF+", "PREF"})  # "the reference is in :86:"


class Balance(NamedTuple):
    """A :60: or :62: balance in signed minor units."""

    amount: int
    day: date
    currency: str


def read_balance(text: str, exponents: Mapping[str, int]) -> Balance:
    """`C110522EUR3236,28`. Refuses `bad_balance` and what amounts and dates refuse."""
    found = _BALANCE.fullmatch(text.strip())
    if found is None:
        raise StatementRefused("bad_balance", f"{quoted(text)} is not a balance")
    amount = parse_amount(found[4], exponent_of(found[3], exponents), mark=",", bare_mark=True)
    return Balance(_SIGNS[found[1]] * amount, short_date(found[2]), found[3])


def read_line(lines: list[str], details: Details, number: int, at: int, currency: str, exponent: int) -> ParsedLine:
    """One :61: with its :86:. `at` is the line in the file. Refuses `bad_line` and what amounts and dates refuse."""
    found = _LINE.fullmatch(lines[0])
    if found is None:
        raise StatementRefused("bad_line", f"{quoted(lines[0])} is not a statement line")
    value, booked, side, _, figure, kind, rest = found.groups()
    value_on = short_date(value)
    customer, bank, supplement = _references(rest)
    supplement = " ".join(part for part in (supplement, *(line.strip() for line in lines[1:])) if part)
    references = {"customer_reference": customer, "bank_reference": bank, "supplementary": supplement}
    references = {name: text for name, text in references.items() if text} | details.references
    own = "" if customer in _SEE_DETAILS else given(customer)
    return ParsedLine(
        f"line {at}",
        number,
        best(details.references, ("EREF",)) or own or best(details.references, ("KREF", "PREF")),
        given(bank),
        _SIGNS[side] * parse_amount(figure, exponent, mark=",", bare_mark=True),
        currency,
        value_on,
        entry_date(booked, value_on) if booked and booked != "    " else None,
        kind.rstrip(),
        details.narrative or supplement,
        references,
        charge=_charge(supplement, currency, exponent) if "/CHGS/" in supplement else None,
        reversal=side[0] == "R",
        counterparty=details.counterparty,
        counterparty_account=details.account,
        kind=mt940_kind(kind, details.business_code),
    )


def _references(rest: str) -> tuple[str, str, str]:
    """Customer reference, bank reference, and a text behind them. The customer's has 16 places; some banks write longer
    ones up to the `//`, others pad to 16 and go on with a name."""
    customer, mark, bank = rest.partition("//")
    if not mark and len(customer) > 16 and (customer[15] == " " or "  " in customer[:17]):
        return customer[:16].strip(), "", customer[16:].strip()
    return customer.strip(), bank.strip(), ""


def _charge(text: str, currency: str, exponent: int) -> int | None:
    found = _CHARGE.search(text)
    if found is None or found[1] != currency:
        return None
    return parse_amount(found[2], exponent, mark=",", bare_mark=True) or None
