"""Cuts settlement days from the versions of a calendar. Pure. A day runs from its cut-over to the next banking day's cut-over,
half-open, in instants and in dates; it is computed once and stored.

Where one version takes over from another the last old day ends where the first new one begins, so it is longer or shorter
than its neighbours: no instant lies between two days, none in both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


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
    """One settlement day: dates [day, until_on), instants [starts_at, ends_at), when its statement is due, and the version
    that is in force on it."""

    day: date
    until_on: date
    starts_at: datetime
    ends_at: datetime
    due_at: datetime
    version: Calendar


@cache
def zones() -> frozenset[str]:
    """Every zone by its name; reading them from disk takes longer than all else that an account's opening does."""
    return frozenset(available_timezones())


def is_banking_day(calendar: Calendar, day: date) -> bool:
    return day.isoweekday() not in calendar.closed_weekdays and day not in calendar.holidays


def cutover_at(calendar: Calendar, day: date) -> datetime:
    """The instant of a day's cut-over in UTC. A local time that the clocks skip or repeat resolves to its first instant."""
    return datetime.combine(day, calendar.cutover, ZoneInfo(calendar.zone)).astimezone(UTC)


def version_on(versions: Sequence[Calendar], day: date) -> Calendar:
    """The version in force on a date, the first one before all. `versions` are in the order of their dates, at least one."""
    return next((v for v in reversed(versions) if v.effective_from <= day), versions[0])


def cut_days(versions: Sequence[Calendar], first: date, until: date, *, after: datetime | None = None) -> Iterator[Cut]:
    """The settlement days whose day lies in [first, until), in order; each ends where the next begins. `after` is where the
    day before `first` begins: none may begin before it does."""
    starts = _starts(versions, first, after)
    day, starts_at, version = next(starts)
    while day < until:
        following, ends_at, then = next(starts)
        yield Cut(day, following, starts_at, ends_at, ends_at + timedelta(hours=version.due_hours), version)
        day, starts_at, version = following, ends_at, then


def _starts(
    versions: Sequence[Calendar], day: date, after: datetime | None
) -> Iterator[tuple[date, datetime, Calendar]]:
    """Where days begin, without end. A zone further east may put a date's cut-over before that of the date before it: such
    a date begins no day of its own, and counts to the one that runs."""
    while True:
        version = version_on(versions, day)
        starts_at = cutover_at(version, day)
        if is_banking_day(version, day) and (after is None or starts_at > after):
            yield day, starts_at, version
            after = starts_at
        day += timedelta(days=1)
