"""An amount, its asset and its day as somebody types them, in any order. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.assets import EXPONENTS
from ledger.errors import BadPosting
from ledger.money import minor_from_major

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMED = r"(?P<d>\d{1,2})\.?\s+(?P<mon>[a-z]{3,9})\.?"
DAYS = tuple(
    re.compile(rf"(?i)(?<![^\s,])(?:{day})(?![^\s,])", re.ASCII)
    for day in (
        r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)", r"(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>\d{4})",
        rf"{NAMED},?\s+(?P<y>20\d\d)", NAMED,
    )
)  # fmt: skip
GROUPED = re.compile(r"\d{1,3}(?:(?P<by>[,. ])\d{3})(?:(?P=by)\d{3})*", re.ASCII)
DIGITS = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class TypedAmount:
    """`minor` is None without an asset; `lacks` names what is missing of "asset" and "day"."""

    minor: int | None
    asset: str
    day: date | None

    @property
    def lacks(self) -> tuple[str, ...]:
        return tuple(name for name, given in (("asset", self.asset), ("day", self.day)) if not given)


def typed_amount(text: str, today: date) -> TypedAmount | None:
    """None for what is no amount: "12,480.00 ETB 2026-11-20", "20 Nov 0,0005 BTC", "12480 ETB". A day without a year is the
    last one that has come."""
    for rest, day in _days(text, today):
        words = rest.replace(",\x20", " ").strip(" ,").split()
        assets = [w for w in words if w.upper() in EXPONENTS]
        if len(assets) > 1:
            continue
        number = plain_number(" ".join(w for w in words if w not in assets))
        if number is None:
            continue
        if not assets:
            return TypedAmount(None, "", day)
        asset = assets[0].upper()
        try:
            return TypedAmount(minor_from_major(number, EXPONENTS[asset]), asset, day)
        except BadPosting:
            continue
    return None


def plain_number(text: str) -> str | None:
    """ "12,480.00", "12.480,00", "12 480,00" and "12480,00" as "12480.00"; None for what is no number. A comma or a point that
    could be either is what pages print: commas group, a point begins the decimals."""
    last = max(text.rfind(","), text.rfind("."))
    whole, mark, decimals = (text[:last], text[last], text[last + 1 :]) if last >= 0 else (text, "", "")
    groups = mark == "," and len(decimals) == 3 and whole.lstrip("0") != ""
    if groups or (mark and text.count(mark) > 1):
        whole, mark, decimals = text, "", ""
    if mark and not DIGITS.fullmatch(decimals):
        return None
    if not DIGITS.fullmatch(whole):
        found = GROUPED.fullmatch(whole)
        if found is None or found["by"] == mark:
            return None
        whole = whole.replace(found["by"], "")
    return f"{whole.lstrip('0') or '0'}{'.' + decimals if decimals else ''}"


def _days(text: str, today: date) -> Iterator[tuple[str, date | None]]:
    """The text without a day that stands in it, and the day; the text as it is last."""
    for form in DAYS:
        for found in form.finditer(text):
            if (day := _day(found.groupdict(), today)) is not None:
                yield f"{text[: found.start()]} {text[found.end() :]}", day
    yield text, None


def _day(parts: dict[str, str], today: date) -> date | None:
    name = parts.get("mon", "").lower()[:3]
    if name and name not in MONTHS:
        return None
    month = MONTHS.index(name) + 1 if name else int(parts["m"])
    years = [int(parts["y"])] if "y" in parts else range(today.year, today.year - 5, -1)
    for year in years:
        try:
            day = date(year, month, int(parts["d"]))
        except ValueError:
            continue
        if "y" in parts or day <= today:
            return day
    return None
