"""A draft of a calendar, tried: the days to come that it would cut otherwise, and a past period as it would have cut it, with the
entries and lines that would have counted on other days and the drift that each day would have shown. Reads only."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from reconciliation.backtest.dry_bank import step, taken_back
from reconciliation.bank.asked_calendar import AskedCalendar
from reconciliation.bank.calendars import Cut, cut_days
from reconciliation.bank.models import BankAccount, BankCalendar, BankPeriod
from reconciliation.bank.read_coverage import coverage_of
from reconciliation.bank.store_periods import as_calendar
from reconciliation.named_sql import read_steps

SQL = read_steps(__file__, "calendar.sql")
AHEAD = timedelta(days=40)
Day = tuple[date, date, datetime, datetime]


def try_calendar(
    account: BankAccount, asked: AskedCalendar, from_on: date, until_on: date, *, as_of: datetime
) -> dict[str, Any]:
    """`ahead`: days cut otherwise from its date on. `days`: past days that would have shown otherwise. Needs a tenant scope."""
    was = [day for day in _stored(account) if from_on <= day[0] < until_on and day[2] <= as_of]
    past = _compared(account, asked, was, as_of) if was else {"days": [], "moved": [0, 0, "0", "0"], "beyond_grace": 0}
    return {"ahead": _ahead(account, asked), "asset": account.currency} | past


def _stored(account: BankAccount) -> list[Day]:
    rows = BankPeriod.objects.filter(bank_account=account).order_by("day")
    return list(rows.values_list("day", "until_on", "starts_at", "ends_at"))


def _day(cut: Cut) -> Day:
    return cut.day, cut.until_on, cut.starts_at, cut.ends_at


def _ahead(account: BankAccount, asked: AskedCalendar) -> list[dict[str, Any]]:
    """The days from the one at the seam on, as stored (or as they would come to be) and as drafted."""
    versions = [as_calendar(c) for c in BankCalendar.objects.filter(bank_account=account).order_by("effective_from")]
    kept = [day for day in _stored(account) if day[1] < asked.effective_from]
    first, after = (kept[-1][1], kept[-1][2]) if kept else (asked.effective_from, None)
    until = asked.effective_from + AHEAD
    before = {c.day: _day(c) for c in cut_days(versions, first, until, after=after)}
    then = {c.day: _day(c) for c in cut_days([*versions, asked.calendar], first, until, after=after)}
    return [
        {"day": str(day), "before": _told(before.get(day)), "after": _told(then.get(day))}
        for day in sorted(before.keys() | then.keys())
        if before.get(day) != then.get(day)
    ]


def _told(day: Day | None) -> list[str] | None:
    return None if day is None else [day[2].isoformat(), day[3].isoformat()]


def _compared(account: BankAccount, asked: AskedCalendar, was: Sequence[Day], as_of: datetime) -> dict[str, Any]:
    first, until = was[0][0], was[-1][1]
    cuts = [_day(c) for c in cut_days([replace(asked.calendar, effective_from=first)], first, until)]
    # The edges are those of the days as they were: what comes before and after stays out of both.
    then = [
        (d if n else first, min(u, until), s if n else was[0][2], e if n < len(cuts) - 1 else was[-1][3])
        for n, (d, u, s, e) in enumerate(cuts)
    ]
    days = [["a", n, *map(str, day)] for n, day in enumerate(was)] + [
        ["b", n, *map(str, day)] for n, day in enumerate(then)
    ]
    sign = 1 if account.ledger_account.normal_side == "DEBIT" else -1
    values = {
        "days": json.dumps(days), "first": first, "until": until, "account": account.id, "as_of": as_of, "sign": sign,
        "ledger_account": account.ledger_account_id, "normal_side": account.ledger_account.normal_side,
        "grace": asked.grace_days,
    }  # fmt: skip
    with taken_back():
        for name in ("days", "dates", "rows"):
            step(name, values, SQL)
        totals = {(side, day): said for side, day, *said in step("totals", values, SQL)}
        ((entries, lines, moved, booked),) = step("moved", values, SQL)
        ((beyond,),) = step("beyond", values, SQL)
    known = (
        coverage_of(account, [d[0] for d in was], as_of=as_of),
        coverage_of(account, [d[0] for d in then], as_of=as_of),
    )
    told = []
    for day in sorted({d[0] for d in was} | {d[0] for d in then}):
        before, after = (
            _figures(totals.get((side, day)), known[n][day].state == "complete") if day in known[n] else None
            for n, side in enumerate("ab")
        )
        if before != after:
            told.append({"day": str(day), "before": before, "after": after})
    return {"days": told, "moved": [entries, lines, str(int(moved)), str(int(booked))], "beyond_grace": beyond}


def _figures(said: Sequence[Any] | None, covered: bool) -> dict[str, Any]:
    entries, lines, drift = said or (0, 0, 0)
    return {"entries": entries, "lines": lines, "drift": str(int(drift)) if covered else None}
