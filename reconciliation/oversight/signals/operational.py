"""The six operational signals, as they stood at the span's end."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from reconciliation.oversight.signals.asked import asked, counted, on_day
from reconciliation.oversight.signals.measured import Counted, Measured, Span

SHOWN = 20  # of the slowest


def webhook_recency(span: Span) -> Measured:
    """Seconds since the last verified webhook at the endpoint that was silent longest."""
    found = asked("recency", span)
    if not found:
        return Measured(None, said="no endpoint")
    rows = tuple(
        Counted("endpoint", name, at, "never delivered since it was opened" if never else f"last heard {on_day(at)}")
        for name, at, _, never in found
    )
    return Measured(found[0][2], rows=rows, counted=len(rows), said=found[0][0])


def checkpoint_lag(span: Span) -> Measured:
    """The 95th percentile of seconds that requests waited for a decision."""
    found = asked("waits", span)
    if not found:
        return Measured(None, said="no request waited")
    rows = tuple(Counted("request", name, at, f"{state} after {_length(n)}") for name, at, n, state in found[:SHOWN])
    return Measured(p95([n for *_, n, _ in found]), len(found), rows=rows, counted=len(found))


def queue_depth(span: Span) -> Measured:
    """Cases that stood open."""
    found = asked("queue", span)
    parts: Counter[str] = Counter()
    for _, age, n, _ in found:
        parts[age] += n
    rows = tuple(
        Counted("queue", name, oldest, f"{n} {age}, the oldest since {on_day(oldest)}")
        for name, age, n, oldest in found
    )
    total = sum(parts.values())
    return Measured(total, parts=dict(parts), rows=rows, counted=total)


def drift_left(span: Span) -> Measured:
    """Minor units of drift that the matchers left, without signs, by currency."""
    left = {currency: 0 for (currency,) in asked("checked", span)}
    if not left:
        return Measured(None, said="no day was checked")
    found = asked("drift", span)
    unknown = [row for row in found if row[4] == "UNKNOWN"]
    for _, _, currency, _, verdict, _, gross, _ in found:
        if verdict == "DRIFTED":
            left[currency] += int(gross)
    rows = tuple(
        Counted("account", f"{code} {day}", at, f"{name}, {day}: "
                + ("unknown" if verdict == "UNKNOWN" else f"drift {drift}, gross {gross} {currency} minor units"))
        for code, name, currency, day, verdict, drift, gross, at in found
    )  # fmt: skip
    if unknown and not any(left.values()):
        return Measured(None, rows=rows, counted=len(rows), said=f"{len(unknown)} account-days are unknown")
    said = f"{len(unknown)} account-days are unknown beside it" if unknown else ""
    return Measured(None, parts=left, rows=rows, counted=len(rows), said=said)


def provider_latency(span: Span) -> Measured:
    """The 95th percentile of seconds from detected to confirmed, at the slowest endpoint."""
    found = asked("latencies", span)
    if not found:
        return Measured(None, said="no payment was confirmed")
    by_name: dict[str, list[int]] = {}
    for name, _, _, seconds in found:
        by_name.setdefault(name, []).append(seconds)
    worst = max(by_name, key=lambda name: (p95(by_name[name]), name))
    rows = tuple(Counted("payment", ref, at, f"{name}: {_length(n)}") for name, ref, at, n in found[:SHOWN])
    return Measured(p95(by_name[worst]), len(found), rows=rows, counted=len(found), said=worst)


def payout_backlog(span: Span) -> Measured:
    """PENDING postings and undecided requests."""
    count, rows = counted("backlog", span)
    return Measured(count, rows=rows, counted=count)


def p95(values: Sequence[Any]) -> int:
    """The least value that 95 of 100 do not exceed; of at least one."""
    ordered = sorted(values)
    return int(ordered[(len(ordered) * 95 + 99) // 100 - 1])


def _length(seconds: int) -> str:
    """In words of evidence: "3:25:07" is hours, minutes, seconds."""
    return f"{timedelta(seconds=int(seconds))}"
