"""Interest for whole days, exact until it is rounded once. Pure, no float."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from reconciliation.errors import BadInput

DAYS_OF_YEAR: Mapping[str, int] = MappingProxyType({"act/365": 365, "act/360": 360})
RATE = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,8})?", re.ASCII)


def rate_from_text(text: str) -> Decimal:
    """Percent a year, "7" or "-0.125". Raises BadInput."""
    if not RATE.fullmatch(text):
        raise BadInput("the rate is percent a year, like 7 or 6.125", "rate")
    return Decimal(text)


def interest(minor_days: int, percent: Decimal, basis: str) -> int:
    """Minor units, half to even. `minor_days` is the principal in minor units summed over the days that it stood, negative where
    it is owed to the bank; `percent` is the rate a year; `basis` a key of DAYS_OF_YEAR."""
    exact = Fraction(minor_days) * Fraction(percent) / (100 * DAYS_OF_YEAR[basis])
    return round(exact)
