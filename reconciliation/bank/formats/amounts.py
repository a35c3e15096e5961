"""Exact money from text. An ASCII grammar stands before any conversion, because int() and Decimal also take `1_000`,
`１２３` and `1e3`; what the asset cannot hold is refused and never rounded (SAFETY.md, Money; abuse case 34)."""

import re
from collections.abc import Mapping
from functools import lru_cache

from reconciliation.bank.errors import StatementRefused

MAX_DIGITS = 38  # an 18-decimal asset with 20 digits before the mark; beyond it a number is an attack


def exponent_of(currency: str, exponents: Mapping[str, int]) -> int:
    """Decimals of a currency, from our own table and never from the file. Refuses `unknown_currency`."""
    exponent = exponents.get(currency)
    if exponent is None:
        raise StatementRefused("unknown_currency", f"{quoted(currency)} is not a currency we keep")
    return exponent


def parse_amount(text: str, exponent: int, mark: str = ".", thousands: str = "", bare_mark: bool = False) -> int:
    """Unsigned minor units. `bare_mark` allows "1000," as MT940 writes it. Refuses `bad_amount`,
    `too_many_decimals`."""
    found = _grammar(mark, thousands, bare_mark).fullmatch(text)
    if found is None:
        raise StatementRefused("bad_amount", f"{quoted(text)} is not an amount written as {_example(mark, thousands)}")
    whole, decimals = found[1], found[2] or ""
    if len(decimals) > exponent:
        raise StatementRefused("too_many_decimals", f"{quoted(text)} has more than {exponent} decimals")
    if thousands:
        whole = whole.replace(thousands, "")
    if len(whole) + exponent > MAX_DIGITS:
        raise StatementRefused("bad_amount", f"{quoted(text)} has too many digits")
    return int(whole + decimals.ljust(exponent, "0"))


def parse_signed(text: str, exponent: int, mark: str = ".", thousands: str = "") -> int:
    """Signed minor units: one ASCII `-` or `+` in front, or none. `-0` is refused: a zero has no side."""
    sign = -1 if text.startswith("-") else 1
    amount = parse_amount(text[1:] if text[:1] in ("-", "+") else text, exponent, mark, thousands)
    if amount == 0 and sign < 0:
        raise StatementRefused("bad_amount", f"{quoted(text)} is a zero with a minus sign")
    return sign * amount


def written(amount: int, exponent: int, currency: str) -> str:
    """Minor units for a sentence: -906, 2, "EUR" → "-9.06 EUR"."""
    digits = str(abs(amount)).rjust(exponent + 1, "0")
    number = f"{digits[:-exponent]}.{digits[-exponent:]}" if exponent else digits
    return f"{'-' if amount < 0 else ''}{number} {currency}"


def quoted(text: str) -> str:
    """Foreign text for a message: short, and with anything unprintable shown as an escape."""
    return ascii(text if len(text) <= 40 else text[:40] + "...")


@lru_cache(maxsize=64)
def _grammar(mark: str, thousands: str, bare_mark: bool) -> re.Pattern[str]:
    whole = f"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|[0-9]+" if thousands else "[0-9]+"
    decimals = "[0-9]*" if bare_mark else "[0-9]+"
    return re.compile(f"({whole})(?:{re.escape(mark)}({decimals}))?")


def _example(mark: str, thousands: str) -> str:
    return f"1{thousands}234{mark}50"
