"""The strip's context: accounts by settlement day."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from console.display import moment, short_day
from console.pages.links import link
from console.pages.words import drift_words, in_major, plural
from console.pages.written import amount
from reconciliation.drift.heartbeat import SHOWN_DAYS, StripAccount, StripDay


def strip_context(
    accounts: Sequence[StripAccount], *, at: datetime, until: date, running: dict[str, int] | None, run: str
) -> dict[str, Any]:
    """What the partial `strip` of templates/home/home.html names."""
    days = [until - timedelta(days=back) for back in range(SHOWN_DAYS - 1, -1, -1)]
    last_day = usual_day(accounts, at) or until
    shown = {} if until == at.date() else {"until": until.isoformat()}
    first = any(account.days and account.days[0].day <= days[0] for account in accounts)
    later = min(until + timedelta(days=SHOWN_DAYS), at.date())
    return {
        "days": days,
        "last_day": last_day,
        "rows": [_row(account, days, at, last_day) for account in accounts],
        "earlier_href": link("home", until=(until - timedelta(days=SHOWN_DAYS)).isoformat()) if first else "",
        "later_href": link("home", **({"until": later.isoformat()} if later < at.date() else {})) if shown else "",
        "href": link("home-strip", **shown, run=run if running else ""),
        "running": running,
    }


def usual_day(accounts: Sequence[StripAccount], at: datetime) -> date | None:
    """The day that the figures of most accounts are about, the later of two; the others name theirs. None without
    any."""
    stated = Counter(day.day for day in (account.last_stated(at) for account in accounts) if day is not None)
    return max(stated, key=lambda day: (stated[day], day), default=None)


def _row(account: StripAccount, days: Sequence[date], at: datetime, last_day: date) -> dict[str, Any]:
    by_day = {day.day: day for day in account.days}
    stated = account.last_stated(at)
    own_day = f"{short_day(stated.day)}, " if stated and stated.day != last_day else ""
    return {
        "name": account.name, "note": f"{account.partner} {_tail(account.number)}",
        "href": link("ledger-account", account.code) or link("ledger") or "#strip",
        "days": [_cell(account, on, by_day.get(on), at) for on in days],
        "drift": amount(stated.drift if stated else None, account.currency),
        "verdict": _verdict(stated), "verdict_word": "",
        "note_below": (own_day + _below(stated)).rstrip(", ") if stated else "no day yet",
    }  # fmt: skip


def _tail(number: str) -> str:
    return number if len(number) <= 8 else f"··{number[-4:]}"


def _verdict(day: StripDay | None) -> str:
    if day is None or day.verdict is None:
        return "UNKNOWN"
    return "TIMING" if day.timing_only else day.verdict


def _below(day: StripDay) -> str:
    if day.check_id is None:
        return "no statement yet"
    if day.verdict == "UNKNOWN":
        return "day not covered"
    if day.drift == 0 and day.open_count:
        return f"{day.open_count} cancel out"
    return plural(day.open_count, "difference") if day.open_count else ""


def _cell(account: StripAccount, on: date, day: StripDay | None, at: datetime) -> dict[str, Any]:
    if day is None:
        return {"on": on, "state": "holiday"}
    href = link("drift-check", account.code, on.isoformat()) if day.check_id is not None else ""
    return {"on": on, "state": _state(day, at), "says": _says(account, day, at), "href": href}


def _state(day: StripDay, at: datetime) -> str:
    if day.check_id is None:
        return "unknown" if day.due_at <= at else "open"
    if day.verdict == "CLEAN":
        return "corrected" if day.was_drifted else "clean"
    if day.verdict == "UNKNOWN":
        return "unknown"
    if day.timing_only:
        return "timing"
    return "cancels" if not day.drift else "plus" if day.drift > 0 else "minus"


def _says(account: StripAccount, day: StripDay, at: datetime) -> str:
    if day.check_id is None and day.ends_at > at:
        return "period still open"
    if day.check_id is None:
        due = "was due" if day.due_at <= at else "is due"
        return f"not checked yet, its statement {due} {moment(day.due_at)} UTC"
    if day.verdict == "UNKNOWN":
        return in_major(f"unknown, {'; '.join(day.because or [])}", account.currency)
    if day.verdict == "CLEAN":
        return "clean after correction" if day.was_drifted else ""
    drift = drift_words(amount(day.drift, account.currency))
    what = "timing only" if day.timing_only else plural(day.open_count or 0, "difference")
    return f"{drift}, {what}"
