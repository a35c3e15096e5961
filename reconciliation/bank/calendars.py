"""Cuts settlement days from a calendar. Pure. A day runs from its cut-over to the next banking day's cut-over, half-open, in
instants and in dates; it is computed once and stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Calendar:
    """One version. `closed_weekdays` are ISO numbers (6 Saturday, 7 Sunday); the cut-over is local time in `zone`."""

    effective_from: date
    zone: str
    cutover: time
    closed_weekdays: frozenset[int]
    holidays: frozenset[date]
    grace_days: int
    due_hours: int


@dataclass(frozen=True, slots=True)
class Cut:
    """One settlement day: dates [day, until_on), instants [starts_at, ends_at), and when its statement is due."""

    day: date
    until_on: date
    starts_at: datetime
    ends_at: datetime
    due_at: datetime


def is_banking_day(calendar: Calendar, day: date) -> bool:
    return day.isoweekday() not in calendar.closed_weekdays and day not in calendar.holidays


def cutover_at(calendar: Calendar, day: date) -> datetime:
    """The instant of a day's cut-over in UTC. A local time that the clocks skip or repeat resolves to its first instant."""
    return datetime.combine(day, calendar.cutover, ZoneInfo(calendar.zone)).astimezone(UTC)


def cut_days(calendar: Calendar, first: date, until: date) -> Iterator[Cut]:
    """The settlement days whose day lies in [first, until), in order; each ends where the next begins."""
    day = _next_banking_day(calendar, first)
    while day < until:
        following = _next_banking_day(calendar, day + timedelta(days=1))
        ends_at = cutover_at(calendar, following)
        yield Cut(day, following, cutover_at(calendar, day), ends_at, ends_at + timedelta(hours=calendar.due_hours))
        day = following


def _next_banking_day(calendar: Calendar, day: date) -> date:
    while not is_banking_day(calendar, day):
        day += timedelta(days=1)
    return day
