"""Signals as rows of a table: value, range, state, and a small line of the days before. Pure; whole numbers only."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from console.display import UNKNOWN, count, money, near_day, span
from console.pages.links import Link
from console.pages.words import plural
from ledger.assets import EXPONENTS
from reconciliation.oversight.review.period import Period
from reconciliation.oversight.signals.catalogue import Signal
from reconciliation.oversight.signals.measured import Counted
from reconciliation.oversight.signals.models import SignalReading
from reconciliation.oversight.signals.signal_pages import Trend
from reconciliation.oversight.signals.worst import Worst

WIDE, HIGH, EDGE = 72, 22, 3
WORDS = {"in": "in range", "out": "out", "unknown": "nothing to say", "unread": "not read"}
NUMBERS = re.compile(r"(\d) (%|[a-zA-Z]{1,6}\b)")


def signal_row(trend: Trend, reading: SignalReading | None, *, days: int, to: Link, **came: str) -> dict[str, Any]:
    """{key, name, href, value, more: lines, goal, state, word, out, unknown, says, line: {points, x, y}|None}: one reading as what
    is said of the signal, None where it was never read; its line is of the last `days`."""
    signal = trend.signal
    value, *more = value_lines(signal, reading) if reading else [UNKNOWN]
    state = reading.state if reading else "unread"
    lately = [r for r in trend.readings if trend.readings[-1].day - r.day < timedelta(days=days)]
    return {
        "key": signal.key, "name": signal.name, "goal": kept_whole(signal.goal), "value": value, "state": state,
        "word": WORDS[state], "out": state == "out", "unknown": state in ("unknown", "unread"), "more": more,
        "href": to("review-signal", signal.key, day=reading.day.isoformat() if reading else None, **came),
        "says": f"{signal.name}, {days} days, {WORDS[state]}, {value}" + (f" on {near_day(reading.day)}" if reading else ""),
        "line": spark([height(signal, r) for r in lately]),
    }  # fmt: skip


def period_row(trend: Trend, period: Period, *, days: int, to: Link) -> dict[str, Any]:
    """As `signal_row`, of the worst reading of a period, with what the days said: {.., said, on}."""
    worst = trend.worst(period.first, period.last)
    row = signal_row(trend, worst.reading, days=days, to=to, until=period.last.isoformat(), span=period.kind)
    on = near_day(worst.reading.day) if worst.reading else ""
    return row | {"said": _said(worst, on), "on": on, "heard": worst.known > 0}


def _said(worst: Worst[SignalReading], on: str) -> str:
    if worst.reading is None or not worst.known:
        return worst.reading.said if worst.reading else "not read in these days"
    if not worst.out:
        return on
    at_end = "" if worst.ends_out else ", in range at the end"
    return f"{on}, out on {worst.out} of {plural(worst.known, 'day')}{at_end}"


def kept_whole(words: str) -> str:
    """With every number held to its unit: "below 3 %" breaks before the 3 alone."""
    return NUMBERS.sub("\\1\u00a0\\2", words)


def home_rows(found: Sequence[Trend], to: Link) -> list[dict[str, Any]]:
    """For the drift heartbeat: those that are out of range, and others up to five."""
    rows = [signal_row(trend, trend.last, days=8, to=to) for trend in found if trend.last]
    ordered = [row for row in rows if row["out"]] + [row for row in rows if not row["out"] and not row["unknown"]]
    return ordered[: max(5, sum(row["out"] for row in rows))]


def value_words(signal: Signal, reading: SignalReading) -> str:
    """ "3", "2.1 %", "5 h 02 min", "23,182.00 ETB, 0.01 USD"; unknown is the word."""
    return ", ".join(value_lines(signal, reading))


def value_lines(signal: Signal, reading: SignalReading) -> list[str]:
    """The same with one currency to a line: those that are not zero, or one that is."""
    if reading.state == "unknown":
        return [UNKNOWN]
    if signal.unit == "money":
        sums = [(int(minor), asset) for asset, minor in sorted(reading.parts.items())]
        return [f"{money(n, EXPONENTS[asset])} {asset}" for n, asset in [s for s in sums if s[0]] or sums[:1]]
    if signal.unit == "share":
        return [share_words(reading.value or 0, reading.of or 0)]
    return [length(reading.value or 0) if signal.unit == "seconds" else count(reading.value)]


def share_words(part: int, whole: int) -> str:
    """A share with one decimal, cut and not rounded up: "2.1 %"; unknown of nothing."""
    if not whole:
        return UNKNOWN
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10} %"


def length(seconds: int) -> str:
    """Seconds below a minute as they are: "41 s"; else "3 min", "5 h 02 min", "1 d 12 h"."""
    days, hours = divmod(seconds // 3600, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    return f"{seconds} s" if seconds < 60 else span(timedelta(seconds=seconds)).removesuffix(" 00 min")


def height(signal: Signal, reading: SignalReading) -> int | None:
    """What the line shows of a reading; None where there is nothing to say. Of money, the sum of the first currency."""
    if reading.state == "unknown":
        return None
    if signal.unit == "money":
        first = min(reading.parts, default=None)
        return int(reading.parts[first]) if first is not None else None
    if signal.unit == "share":
        return (reading.value or 0) * 1000 // (reading.of or 1)
    return reading.value


def spark(heights: Sequence[int | None]) -> dict[str, Any] | None:
    """The points of a small line, left to right, a gap where nothing is known; None for fewer than two days."""
    known = [n for n in heights if n is not None]
    if len(known) < 2:
        return None
    most, least = max(known), min(0, *known)
    reach = max(most - least, 1)

    def y(n: int) -> int:
        return HIGH - EDGE - (n - least) * (HIGH - 2 * EDGE) // reach

    def x(n: int) -> int:
        return 2 + n * (WIDE - 4) // (len(heights) - 1)

    points, pen = [], "M"
    for n, value in enumerate(heights):
        if value is not None:
            points.append(f"{pen}{x(n)} {y(value)}")
        pen = "L" if value is not None else "M"
    last = max(n for n, value in enumerate(heights) if value is not None)
    return {"points": " ".join(points), "x": x(last), "y": y(known[-1])}


def evidence_row(row: Counted, to: Link) -> dict[str, Any]:
    """{at, what, name, href, words, payment, payment_href}. Only a class is put in words; an id of a payment stays as it is looked
    up."""
    words = row.words.replace("_", " ") if row.what == "queue" else row.words
    name = f"LT-{row.name[:8].upper()}" if row.what == "transaction" else row.name
    return {
        "at": row.at, "what": row.what, "name": name, "words": words, "href": _href(row, to),
        "payment": row.payment, "payment_href": to("payment", row.payment) if row.payment else "",
    }  # fmt: skip


def history_row(signal: Signal, reading: SignalReading, to: Link) -> dict[str, Any]:
    """One day of a signal: {day, href, value, state, word, counted, said}."""
    return {
        "day": near_day(reading.day), "href": to("review-signal", signal.key, day=reading.day.isoformat()),
        "value": value_words(signal, reading), "state": reading.state, "word": WORDS[reading.state],
        "counted": reading.counted, "said": reading.said, "goal": reading.goal,
    }  # fmt: skip


def _href(row: Counted, to: Link) -> str:
    places: dict[str, Callable[[], str]] = {
        "order": lambda: to("order", row.name),
        "payment": lambda: to("payment", row.name),
        "case": lambda: to("exception-case", int(row.name.removeprefix("C-"))),
        "request": lambda: to("approval", int(row.name.removeprefix("CR-"))),
        "transaction": lambda: to("ledger-transaction", row.name),
        "account": lambda: to("drift-check", *row.name.rsplit(" ", 1)),
        "queue": lambda: to("exceptions", **{"class": row.name}),
        "endpoint": lambda: to("settings-endpoints"),
        "macro": lambda: to("settings-macros"),
    }
    return places[row.what]()
