"""Money as integers of minor units. No float, no Decimal context: amounts of 18-decimal assets exceed 64 bits."""

import re

from ledger.assets import EXPONENTS
from ledger.errors import BadPosting

_MINOR = re.compile(r"-?(0|[1-9][0-9]{0,58})")
_MAJOR = re.compile(r"(0|[1-9][0-9]*)(?:\.([0-9]+))?")
_MOST_DIGITS = 59


def minor_from_text(text: str) -> int:
    """Parse a string of integer minor units as the API and commands carry it. ASCII digits only; raises BadPosting."""
    if not isinstance(text, str):
        raise BadPosting(f'{text!r:.40} is no text: minor units are sent as text, such as "100"')
    if not _MINOR.fullmatch(text) or text == "-0":
        raise BadPosting(f"{text!r:.40} is not an integer of minor units in ASCII digits")
    return int(text)


def minor_from_major(text: str, exponent: int) -> int:
    """Minor units of an unsigned decimal in major units: "1500.5" with exponent 2 → 150050. One point at most, no signs, no
    grouping, ASCII digits only; more decimals than the asset has are refused, not rounded. Raises BadPosting."""
    found = _MAJOR.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise BadPosting(f"{text!a:.40} is not an amount written as 1234.50")
    whole, decimals = found[1], found[2] or ""
    if len(decimals) > exponent:
        raise BadPosting(f"{text!a:.40} has more than {exponent} decimals")
    if len(whole) + exponent > _MOST_DIGITS:
        raise BadPosting(f"{text!a:.40} has too many digits")
    return int(whole + decimals.ljust(exponent, "0"))


def major_text(amount_minor: int, exponent: int) -> str:
    """Exact decimal text in major units: 150000 with exponent 2 → '1500.00'. Sign in front, never a float."""
    sign, digits = ("-" if amount_minor < 0 else ""), str(abs(amount_minor)).rjust(exponent + 1, "0")
    return sign + (f"{digits[:-exponent]}.{digits[-exponent:]}" if exponent else digits)


def spoken(amount_minor: int, asset: str) -> str:
    """An amount inside a sentence of ours: -123456, "ETB" → "-1,234.56 ETB"."""
    units, dot, rest = major_text(abs(amount_minor), EXPONENTS[asset]).partition(".")
    return f"{'-' if amount_minor < 0 else ''}{int(units):,}{dot}{rest} {asset}"
