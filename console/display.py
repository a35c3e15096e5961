"""How figures, dates and ages are written on every screen. Pure: no clock, no database, no Django, no float.

Amounts are integers of minor units (int, or the integral Decimal that a NUMERIC column returns) with the
exponent of
their asset; they may exceed 64 bits. Instants are aware datetimes and are shown in UTC.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

MINUS = "\u2212"
UNKNOWN = "unknown"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

MINOR_NAMES = {"ETB": "santim", "BTC": "sat", "ETH": "wei", "USD": "cents", "EUR": "cents", "GBP": "pence"}

Minor = int | Decimal | str | None


class Amount(NamedTuple):
    """One figure as templates take it: minor units (None = unknown), asset code, exponent of the asset."""

    minor: int | Decimal | None
    asset: str
    exponent: int


def whole(minor: Minor) -> int | None:
    """The amount as int, None when unknown. TypeError for a float or bool, ValueError for a fraction of a
    unit."""
    if minor is None:
        return None
    if isinstance(minor, bool) or not isinstance(minor, int | Decimal | str):
        raise TypeError(f"{minor!r} is not an amount in minor units")
    value = int(minor)
    if isinstance(minor, Decimal) and minor != value:
        raise ValueError(f"{minor} is not a whole number of minor units")
    return value


def grouped(digits: str) -> str:
    """Digits with a comma every three from the right: "1208" → "1,208"."""
    head = len(digits) % 3
    parts = ([digits[:head]] if head else []) + [digits[i : i + 3] for i in range(head, len(digits), 3)]
    return ",".join(parts)


def count(number: int | None) -> str:
    """A number of things: 1208 → "1,208"; None → "unknown"."""
    if number is None:
        return UNKNOWN
    return (MINUS if number < 0 else "") + grouped(str(abs(number)))


def _magnitude(value: int, exponent: int) -> str:
    digits = str(abs(value)).rjust(exponent + 1, "0")
    cut = len(digits) - exponent
    return grouped(digits[:cut]) + (f".{digits[cut:]}" if exponent else "")


def money(minor: Minor, exponent: int) -> str:
    """Major units with the asset's decimals: -48200, 2 → "−482.00"; None → "unknown"; a plus is never
    written."""
    value = whole(minor)
    if value is None:
        return UNKNOWN
    return (MINUS if value < 0 else "") + _magnitude(value, exponent)


def signed(minor: Minor, exponent: int) -> str:
    """A difference: "+1,240.55", "−482.00"; zero has no sign; None → "unknown"."""
    value = whole(minor)
    return ("+" if value is not None and value > 0 else "") + money(value, exponent)


def santim(minor: Minor) -> str:
    """A difference in bare minor units, as it stands beside a case's contribution: "−247,500"."""
    return signed(minor, 0)


def minor_name(asset: str) -> str:
    """What an asset's minor unit is called: "santim"; "minor units" where it has no name of its own."""
    return MINOR_NAMES.get(asset, "minor units")


def minor_one(asset: str) -> str:
    """One of them: "cent"; most of these names have no plural."""
    one = {"cents": "cent", "pence": "penny", "minor units": "minor unit"}
    return one.get(minor_name(asset), minor_name(asset))


def tone(minor: Minor) -> str:
    """Colour role of a difference: drift when it is not zero, unknown when it is not known, plain at zero."""
    value = whole(minor)
    return UNKNOWN if value is None else "drift" if value else ""


def day(on: date | None) -> str:
    """A date in full: "Thu 19 Nov 2026"; None → "unknown"."""
    return UNKNOWN if on is None else f"{near_day(on)} {on.year}"


def near_day(on: date) -> str:
    """A date near today, with its weekday: "Sat 21 Nov"."""
    return f"{DAYS[on.weekday()]} {short_day(on)}"


def short_day(on: date) -> str:
    """A date inside a sentence whose year is plain: "19 Nov"."""
    return f"{on.day} {MONTHS[on.month - 1]}"


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no zone")
    return at.astimezone(UTC)


def moment(at: datetime | None) -> str:
    """An instant in UTC to the minute: "20 Nov 15:14"; None → "never"."""
    return "never" if at is None else f"{short_day(_utc(at).date())} {_utc(at):%H:%M}"


def dated(at: datetime, now: datetime) -> str:
    """As `moment`, with its year where that is not this year's: "1 Jan 2000 00:00"."""
    year = "" if _utc(at).year == _utc(now).year else f" {_utc(at).year}"
    return f"{short_day(_utc(at).date())}{year} {_utc(at):%H:%M}"


def full_moment(at: datetime | None) -> str:
    """An instant in UTC to the second, for evidence: "Fri 20 Nov 2026 15:14:08 UTC"; None → "never"."""
    return "never" if at is None else f"{day(_utc(at).date())} {_utc(at):%H:%M:%S} UTC"


def span(length: timedelta) -> str:
    """A length of time in one or two units: "under 1 min", "12 min", "3 h 12 min", "14 h", "8 d". Never
    negative."""
    minutes = max(0, int(length.total_seconds() // 60))
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days} d"
    if hours >= 10:
        return f"{hours} h"
    if hours:
        return f"{hours} h {minutes % 60:02d} min"
    return f"{minutes} min" if minutes else "under 1 min"


def age(since: datetime, now: datetime) -> str:
    """How long something has been open, coarse enough for a column: "9 h", "8 d"."""
    text = span(_utc(now) - _utc(since))
    return text.split(" h ")[0] + " h" if " h " in text else text


def ago(at: datetime, now: datetime) -> str:
    """When something happened, told from now: "3 min ago"."""
    return f"{age(at, now)} ago"


def is_overdue(at: datetime | None, now: datetime) -> bool:
    """Whether the moment has passed. None is never overdue."""
    return at is not None and _utc(at) < _utc(now)


def due(at: datetime | None, now: datetime) -> str:
    """Time left within a day ("3 h 12 min"), else the date ("Sat 21 Nov"); past: "overdue 2 d"; None →
    "none"."""
    if at is None:
        return "none"
    left = _utc(at) - _utc(now)
    if left < timedelta(0):
        return f"overdue {span(-left)}"
    return span(left) if left < timedelta(days=1) else near_day(_utc(at).date())


def size(number: int) -> str:
    """A file's size: "412 kB", "3.1 MB" (1 kB = 1,000 bytes, cut, not rounded up)."""
    if number < 1000:
        return f"{number} bytes"
    if number < 1_000_000:
        return f"{number // 1000} kB"
    return f"{number // 1_000_000}.{number // 100_000 % 10} MB"


def digest(text: str) -> str:
    """A hash for the eye: first and last four characters, "9f3a…c4e1"."""
    return text if len(text) <= 9 else f"{text[:4]}…{text[-4:]}"


def initials(name: str) -> str:
    """Two letters for a person: first and last word. "Selamawit Gebreyohannes" → "SG"."""
    words = [word for word in name.split() if word[0].isalpha()] or ["?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def plain(word: str) -> str:
    """A code as plain words: "missing_counterpart" → "missing counterpart"."""
    return word.replace("_", " ").lower()
