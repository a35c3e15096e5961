"""The strip's context: accounts by settlement day."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from console.display import moment, short_day
from console.pages.coverage import short
from console.pages.links import Link, link
from console.pages.words import drift_words, in_major, plural
from console.pages.written import amount
from reconciliation.drift.heartbeat import SHOWN_DAYS, StripAccount
from reconciliation.drift.standing import Standing, awaits_statement
from reconciliation.drift.strip_days import StripDay


def strip_context(
    accounts: Sequence[StripAccount], standing: Sequence[Standing], *, at: datetime, until: date,
    running: dict[str, int] | None, run: str, to: Link,
) -> dict[str, Any]:  # fmt: skip
    """What the partial `strip` of templates/home/home.html names. Cells are of the 28 days up to `until`; the two figures
    beside them are of all that is open today. to: the links that the reader may follow."""
    days = [until - timedelta(days=back) for back in range(SHOWN_DAYS - 1, -1, -1)]
    shown = {} if until == at.date() else {"until": until.isoformat()}
    first = any(account.days and account.days[0].day <= days[0] for account in accounts)
    later = min(until + timedelta(days=SHOWN_DAYS), at.date())
    usual, by_code = usual_day(standing), {s.code: s for s in standing}
    return {
        "days": days,
        "rows": [_row(account, by_code.get(account.code), days, at, usual, to) for account in accounts],
        "earlier_href": link("home", until=(until - timedelta(days=SHOWN_DAYS)).isoformat()) if first else "",
        "later_href": link("home", **({"until": later.isoformat()} if later < at.date() else {})) if shown else "",
        "href": link("home-strip", **shown, run=run if running else ""),
        "running": running,
    }


def usual_day(standing: Sequence[Standing]) -> date | None:
    """The last closed day of most accounts, the later of two; the others name theirs. None without any."""
    closed = Counter(s.last.day for s in standing if s.last is not None)
    return max(closed, key=lambda day: (closed[day], day), default=None)


def _row(
    account: StripAccount, standing: Standing | None, days: Sequence[date], at: datetime, usual: date | None, to: Link
) -> dict[str, Any]:
    by_day = {day.day: day for day in account.days}
    last = standing.last.day if standing and standing.last else None
    return {
        "name": account.name, "note": f"{account.partner} {short(account.number)}",
        "href": to("bank-lines", account=account.code),
        "days": [_cell(account, on, by_day.get(on), at) | {"last": on == last} for on in days],
        "drift": amount(standing.drift if standing else None, account.currency),
        "verdict": standing.verdict if standing else "UNKNOWN", "verdict_word": "",
        "note_below": _below(standing, usual) if standing else "no day yet",
    }  # fmt: skip


def _below(standing: Standing, usual: date | None) -> str:
    """How many days are open, or which one and how; a clean account behind the others names its last day."""
    if standing.last is None and not standing.open_days:
        return "no day yet"
    if not standing.open_days:
        on = standing.last.day if standing.last else None
        return f"up to {short_day(on)}" if on and on != usual else ""
    if len(standing.open_days) > 1:
        return f"{len(standing.open_days)} days open"
    return f"{short_day(standing.open_days[0].day)}, {_how(standing.open_days[0])}"


def _how(day: StripDay) -> str:
    if day.check_id is None:
        return "no statement"
    if day.verdict == "UNKNOWN":
        return "not covered"
    count = day.open_count or 0
    return f"{count} differences that cancel out" if day.drift == 0 and count > 1 else plural(count, "difference")


def _cell(account: StripAccount, on: date, day: StripDay | None, at: datetime) -> dict[str, Any]:
    if day is None:
        return {"on": on, "state": "holiday"}
    href = link("drift-check", account.code, on.isoformat()) if day.check_id is not None else ""
    return {"on": on, "state": _state(day, at), "says": _says(account, day, at), "href": href}


def _state(day: StripDay, at: datetime) -> str:
    """A day that still runs has no verdict: whatever its check found so far, it is counted nowhere."""
    if day.ends_at > at and day.verdict == "DRIFTED":
        return "running"
    if day.ends_at > at or awaits_statement(day, at):
        return "open"
    if day.check_id is None:
        return "unknown"
    if day.verdict == "CLEAN":
        return "corrected" if day.was_drifted else "clean"
    if day.verdict == "UNKNOWN":
        return "unknown"
    if day.timing_only:
        return "timing"
    return "cancels" if not day.drift else "plus" if day.drift > 0 else "minus"


def _says(account: StripAccount, day: StripDay, at: datetime) -> str:
    if day.ends_at > at:
        return "period still open" + _so_far(account, day)
    if day.check_id is None:
        due = "was due" if day.due_at <= at else "is due"
        return f"not checked yet, its statement {due} {moment(day.due_at)} UTC"
    if awaits_statement(day, at):
        return f"no statement yet, it is due {moment(day.due_at)} UTC"
    if day.verdict == "UNKNOWN":
        return in_major(f"unknown, {'; '.join(day.because or [])}", account.currency)
    if day.verdict == "CLEAN":
        return "clean after correction" if day.was_drifted else ""
    return _differs(account, day)


def _so_far(account: StripAccount, day: StripDay) -> str:
    if day.verdict == "DRIFTED":
        return f", so far {_differs(account, day)}"
    return ", no difference so far" if day.verdict == "CLEAN" else ""


def _differs(account: StripAccount, day: StripDay) -> str:
    what = "timing only" if day.timing_only else plural(day.open_count or 0, "difference")
    return f"{drift_words(amount(day.drift, account.currency))}, {what}"
