"""The review as rows of a table: section, of what, figure, value, unit. Amounts are in major units, plain."""

from collections.abc import Iterator, Sequence

from console.pages.words import cause_words
from ledger.assets import EXPONENTS
from reconciliation.oversight.review.cause_pages import KnownCause, by_cause
from reconciliation.oversight.review.figures import AGES, GOALS, Figures
from reconciliation.oversight.signals.signal_pages import Trend

Row = tuple[str, str, str, str, str]
HEAD: Row = ("section", "of", "figure", "value", "unit")


def review_rows(now: Figures, found: Sequence[Trend], known: Sequence[KnownCause]) -> Iterator[Row]:
    """All that the page states of one period."""
    yield HEAD
    yield "period", "", "first day", now.period.first.isoformat(), "UTC"
    yield "period", "", "last day", now.period.last.isoformat(), "UTC"
    for a in now.accounts:
        for name, n in (("clean", a.clean), ("drifted", a.drifted), ("timing only", a.timing), ("unknown", a.unknown)):
            yield "drift by account", a.name, name, f"{n}", "days"
        for name, minor in (("net drift", a.drift), ("gross", a.gross), ("unexplained", a.unexplained)):
            yield "drift by account", a.name, name, major(minor, a.currency) if a.known else "unknown", a.currency
    for (pair, currency), (count, minor) in sorted(now.open.values.items()):
        yield "unmatched value", pair, "rows", f"{count}", "cases"
        if currency:  # a case may state no amount
            yield "unmatched value", pair, "value", major(minor, currency), currency
    for age, n in zip(AGES, now.open.ages, strict=True):
        yield "exceptions by age", age, "open", f"{n}", "cases"
    yield "overrides", "", "payments", f"{now.payments}", "payments"
    for role, n in now.overrides.items():
        yield "overrides", role, "overrides", f"{n}", "overrides"
    yield "cases", "", "ended", f"{now.ended}", "cases"
    yield "cases", "", "of these opened again", f"{now.reopened}", "cases"
    for s in now.stuck:
        yield "stuck between checkpoints", s.words, f"longer than {s.limit}", f"{s.count}", ""
    for name, (words, goal) in GOALS.items():
        took = now.times.get(name)
        yield "time between states", words, "median", f"{took.median}" if took else "unknown", "seconds"
        yield "time between states", words, "p95", f"{took.p95}" if took else "unknown", "seconds"
        yield "time between states", words, "goal of p95", f"{goal}", "seconds"
    yield from _causes(now, known)
    yield from _signals(found)


def _causes(now: Figures, known: Sequence[KnownCause]) -> Iterator[Row]:
    for found_cause in now.causes:
        words = cause_words(found_cause.cause, found_cause.exception_class)
        yield "causes", words, "differences", f"{found_cause.count}", ""
        yield "causes", words, "gross", major(found_cause.gross, found_cause.currency), found_cause.currency
    for (cause, exception_class), said in by_cause(known).items():
        words = cause_words(cause, exception_class)
        for k, stands in ((said.counts, "confirmed"), (said.waits, "waits for a second person")):
            yield from _said(words, k, stands) if k else ()


def _said(words: str, k: KnownCause, stands: str) -> Iterator[Row]:
    by = f"{k.written_by}, {k.confirmed_by}" if k.confirmed_by else k.written_by
    for figure, text in (("root", k.root), ("owner", k.owner), ("item", k.item), ("said by", by)):
        yield "causes", words, figure, text, stands
    if k.due_on:
        yield "causes", words, "due", k.due_on.isoformat(), stands


def _signals(found: Sequence[Trend]) -> Iterator[Row]:
    for trend in found:
        for r in trend.readings:
            section = f"{trend.signal.group} signal"
            day = r.day.isoformat()
            if r.state == "unknown":
                yield section, trend.signal.name, day, "unknown", ""
            elif trend.signal.unit == "money":
                for asset, minor in sorted(r.parts.items()):
                    yield section, trend.signal.name, day, major(int(minor), asset), asset
            elif trend.signal.unit == "share":
                yield section, trend.signal.name, day, f"{r.value}", f"of {r.of}"
            else:
                yield section, trend.signal.name, day, f"{r.value}", trend.signal.unit


def major(minor: int, asset: str) -> str:
    """Plain major units: "-482.00"."""
    exponent = EXPONENTS[asset]
    digits = f"{abs(minor)}".rjust(exponent + 1, "0")
    cut = len(digits) - exponent
    return ("-" if minor < 0 else "") + digits[:cut] + (f".{digits[cut:]}" if exponent else "")
