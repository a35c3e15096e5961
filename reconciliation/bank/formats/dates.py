"""Dates as banks write them. Digits are ASCII only: strptime would also read `１２` (abuse case 34's cousin)."""

import re
from datetime import date
from functools import lru_cache

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.amounts import quoted

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T[0-9:.]{5,21})?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_SHORT = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})")
_TOKENS = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "YY": r"(?P<short>[0-9]{2})",
    "MM": r"(?P<month>[0-9]{2})",
    "DD": r"(?P<day>[0-9]{2})",
}
_TOKEN = re.compile("YYYY|YY|MM|DD")


@lru_cache(maxsize=4096)
def iso_date(text: str) -> date:
    """ISO 20022 Dt or DtTm; the day is the one the bank wrote, in its own zone. Refuses `bad_date`."""
    found = _ISO.fullmatch(text)
    if found is None:
        raise _refusal(text, "YYYY-MM-DD")
    return _made(text, int(found[1]), int(found[2]), int(found[3]))


@lru_cache(maxsize=4096)
def short_date(text: str) -> date:
    """YYMMDD as MT940 and BAI2 write it: 00-79 is this century, 80-99 the last."""
    found = _SHORT.fullmatch(text)
    if found is None:
        raise _refusal(text, "YYMMDD")
    return _made(text, _century(int(found[1])), int(found[2]), int(found[3]))


@lru_cache(maxsize=4096)
def entry_date(text: str, value_on: date) -> date:
    """MMDD beside a value date: the year that brings both closest, so 0102 beside 31 December is next year."""
    years = (value_on.year, value_on.year - 1, value_on.year + 1)
    near: list[date] = []
    for year in years:
        try:
            near.append(short_date(f"{year % 100:02d}{text}"))
        except StatementRefused:  # 29 February exists in one of the three years only
            continue
    if not near:
        raise _refusal(text, "MMDD")
    return min(near, key=lambda day: abs((day - value_on).days))


@lru_cache(maxsize=4096)
def pattern_date(text: str, pattern: str) -> date:
    """A date in a CSV profile's pattern, such as DD.MM.YYYY. Refuses `bad_date`."""
    found = date_pattern(pattern).fullmatch(text)
    if found is None:
        raise _refusal(text, pattern)
    parts = found.groupdict()
    year = int(parts["year"]) if parts.get("year") else _century(int(parts["short"]))
    return _made(text, year, int(parts["month"]), int(parts["day"]))


@lru_cache(maxsize=64)
def date_pattern(pattern: str) -> re.Pattern[str]:
    """The pattern compiled; it must name a year, a month and a day once each. Refuses `bad_profile`."""
    tokens = _TOKEN.findall(pattern)
    if sorted(tokens) not in (["DD", "MM", "YY"], ["DD", "MM", "YYYY"]):
        raise StatementRefused(
            "bad_profile", f"{quoted(pattern)} must hold DD, MM and YYYY or YY once", "profile date_format"
        )
    rest = iter(_TOKEN.split(pattern))
    return re.compile(
        re.escape(next(rest)) + "".join(_TOKENS[t] + re.escape(s) for t, s in zip(tokens, rest, strict=True))
    )


def _century(year: int) -> int:
    return 2000 + year if year < 80 else 1900 + year


def _made(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise StatementRefused("bad_date", f"{quoted(text)} is not a day of the calendar") from None


def _refusal(text: str, form: str) -> StatementRefused:
    return StatementRefused("bad_date", f"{quoted(text)} is not a date written as {form}")
