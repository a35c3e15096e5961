"""Two seconds around every cut-over of the 366 days of 2028, in five zones: each instant lies in one settlement day, by the pure
rules, by the stored days, and by `settlement_day`. The zones change their clocks (one of them by half an hour), the calendars
close at weekends and on holidays."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.bank.calendars import Calendar, Cut, cut_days
from reconciliation.bank.models import BankAccount, BankPeriod
from reconciliation.bank.open_bank_account import CalendarInput, open_bank_account
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.postings.open_account import open_account
from tests.people import SET_UP

FIRST, UNTIL = date(2028, 1, 1), date(2029, 1, 1)
DAYS = 366
OFFSETS = [
    timedelta(seconds=-2),
    timedelta(microseconds=-1),
    timedelta(0),
    timedelta(microseconds=1),
    timedelta(seconds=2),
]
# Each with the days on which its clocks change in 2028, and holidays beside weekends, month ends and those days.
ZONES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Africa/Addis_Ababa": ((), ("01-07", "03-02", "09-11")),
    "Europe/Berlin": (("03-26", "10-29"), ("04-14", "04-17", "12-25")),
    "America/New_York": (("03-12", "11-05"), ("07-04", "11-06", "12-25")),
    "Australia/Lord_Howe": (("04-02", "10-01"), ("01-26", "02-29", "04-03")),
    "Asia/Kolkata": ((), ("01-26", "08-15", "10-02")),
}
# 01:45 and 02:15 are skipped or repeated where the clocks change, by one zone or the other.
CUTOVERS = [time(0), time(1, 45), time(2, 15), time(6), time(23, 59)]
WEEKEND = frozenset({6, 7})


def of_2028(days: tuple[str, ...]) -> frozenset[date]:
    return frozenset(date.fromisoformat(f"2028-{day}") for day in days)


def calendar(zone: str, cutover: time, closed: frozenset[int], holidays: bool) -> Calendar:
    return Calendar(FIRST, zone, cutover, closed, of_2028(ZONES[zone][1] if holidays else ()), 2, 8)


def instants(cuts: list[Cut]) -> Iterator[tuple[int, timedelta, datetime]]:
    for n, cut in enumerate(cuts):
        for offset in OFFSETS:
            yield n, offset, cut.starts_at + offset


@pytest.mark.quick
@pytest.mark.parametrize("zone", ZONES)
def test_the_clocks_change_when_they_are_said_to(zone: str) -> None:
    noons = [datetime.combine(FIRST + timedelta(days=n), time(12), ZoneInfo(zone)).utcoffset() for n in range(DAYS)]
    changed = [FIRST + timedelta(days=n) for n in range(1, DAYS) if noons[n] != noons[n - 1]]
    assert changed == sorted(of_2028(ZONES[zone][0]))
    assert (UNTIL - FIRST).days == DAYS


@pytest.mark.quick
@pytest.mark.parametrize("closed", [frozenset(), WEEKEND], ids=["every-day", "week-days"])
@pytest.mark.parametrize("cutover", CUTOVERS, ids=str)
@pytest.mark.parametrize("zone", ZONES)
def test_each_instant_around_each_cut_over_lies_in_one_day(zone: str, cutover: time, closed: frozenset[int]) -> None:
    version = calendar(zone, cutover, closed, holidays=bool(closed))
    cuts = list(cut_days([version], FIRST, UNTIL))
    dates = [FIRST + timedelta(days=n) for n in range(DAYS)]
    assert [c.day for c in cuts] == [d for d in dates if d.isoweekday() not in closed and d not in version.holidays]
    assert all((a.ends_at, a.until_on) == (b.starts_at, b.day) for a, b in pairwise(cuts))
    starts, ends = [c.starts_at for c in cuts], [c.ends_at for c in cuts]
    assert starts == sorted(set(starts)) and ends == sorted(set(ends))
    for n, offset, at in instants(cuts):
        # of sorted starts and sorted ends: begun and not ended are counted apart, so an overlap or a gap shows
        holding = range(bisect_right(ends, at), bisect_right(starts, at))
        expected = n if offset >= timedelta(0) else n - 1
        assert list(holding) == ([expected] if expected >= 0 else []), (cuts[n].day, offset)
    shown = {c.day: c.starts_at.astimezone(ZoneInfo(zone)) for c in cuts}
    changes = {day + timedelta(days=k) for day in of_2028(ZONES[zone][0]) for k in (-1, 0, 1)}
    assert all((at.date(), at.time()) == (day, cutover) for day, at in shown.items() if day not in changes)


@pytest.mark.quick
@pytest.mark.parametrize(
    ("zone", "day", "cutover", "instant"),
    [
        ("Europe/Berlin", "03-26", time(2, 15), "2028-03-26T01:15Z"),  # skipped: by the offset before the change
        ("Europe/Berlin", "10-29", time(2, 15), "2028-10-29T00:15Z"),  # repeated: the first of the two
        ("America/New_York", "03-12", time(2, 15), "2028-03-12T07:15Z"),
        ("America/New_York", "11-05", time(1, 45), "2028-11-05T05:45Z"),
        ("Australia/Lord_Howe", "04-02", time(1, 45), "2028-04-01T14:45Z"),  # by half an hour
        ("Australia/Lord_Howe", "10-01", time(2, 15), "2028-09-30T15:45Z"),
        ("Africa/Addis_Ababa", "02-29", time(6), "2028-02-29T03:00Z"),
        ("Asia/Kolkata", "02-29", time(0), "2028-02-28T18:30Z"),
    ],
)
def test_a_cut_over_that_the_clocks_skip_or_repeat_is_one_instant(
    zone: str, day: str, cutover: time, instant: str
) -> None:
    (on,) = of_2028((day,))
    cuts = {c.day: c for c in cut_days([calendar(zone, cutover, frozenset(), holidays=False)], FIRST, UNTIL)}
    at = datetime.fromisoformat(instant)
    assert cuts[on].starts_at == cuts[on - timedelta(days=1)].ends_at == at


@pytest.fixture
def accounts(acme: Tenant) -> list[BankAccount]:
    made = []
    with tenant(acme.id):
        for n, zone in enumerate(ZONES):
            ledger = open_account(
                code=f"z{n}", name=zone, kind="ASSET", asset="ETB", actor=SET_UP, at=datetime(2027, 12, 1, tzinfo=UTC)
            )
            made.append(
                open_bank_account(
                    code=f"z{n}",
                    name=zone,
                    partner="Example Bank",
                    number=f"ET55DEMO100{n}",
                    ledger_account=ledger,
                    opened_on=date(2027, 12, 27),
                    actor=SET_UP,
                    at=datetime(2028, 12, 1, tzinfo=UTC),
                    calendar=CalendarInput(
                        zone, CUTOVERS[n], WEEKEND if n != 3 else frozenset(), of_2028(ZONES[zone][1])
                    ),
                )
            )
    return made


# Every instant around every cut-over of the year beside the days that hold it; what is not exactly one is a fault.
HOLDING = """
SELECT p.bank_account_id, p.day, o.us, at, count(h.day), min(h.day), p.ordinal - min(h.ordinal)
  FROM bank_period p
 CROSS JOIN unnest(%(offsets)s::bigint[]) AS o (us)
 CROSS JOIN LATERAL (SELECT p.starts_at + o.us * interval '1 microsecond') AS i (at)
  LEFT JOIN bank_period h ON h.tenant_id = p.tenant_id AND h.bank_account_id = p.bank_account_id
        AND h.starts_at <= at AND h.ends_at > at
 WHERE p.day >= %(first)s AND p.day < %(until)s
 GROUP BY 1, 2, 3, 4, p.ordinal ORDER BY 1, 2, 3
"""


def test_the_stored_days_hold_each_instant_once_and_settlement_day_says_the_same(
    acme: Tenant, accounts: list[BankAccount]
) -> None:
    microseconds = [offset // timedelta(microseconds=1) for offset in OFFSETS]
    with tenant(acme.id):
        with connection.cursor() as cursor:
            cursor.execute(HOLDING, {"offsets": microseconds, "first": FIRST, "until": UNTIL})
            rows = cursor.fetchall()
        for account in accounts:
            mine = [r for r in rows if r[0] == account.id]
            stored = BankPeriod.objects.filter(bank_account=account, day__gte=FIRST, day__lt=UNTIL).count()
            assert len(mine) == stored * len(OFFSETS)
            assert {(r[4], r[6]) for r in mine if r[2] >= 0} == {(1, 0)}
            assert {(r[4], r[6]) for r in mine if r[2] < 0} == {(1, 1)}
            assert all((r[5] == r[1]) is (r[2] >= 0) for r in mine)
            # One query each: around every cut-over the last instant before it and its own; all of them where the clocks
            # change or a holiday is near.
            told = [r for r in mine if r[2] in (-1, 0) or r[1] in _near_changes(account.name)]
            assert len(told) > 2 * stored
            for _, _, _, at, _, day, _ in told:
                assert settlement_day([account.ledger_account_id], at) == day


def test_the_stored_days_are_the_pure_ones(acme: Tenant, accounts: list[BankAccount]) -> None:
    with tenant(acme.id):
        for n, account in enumerate(accounts):
            version = calendar(account.name, CUTOVERS[n], WEEKEND if n != 3 else frozenset(), holidays=True)
            cuts = [(c.day, c.until_on, c.starts_at, c.ends_at) for c in cut_days([version], FIRST, UNTIL)]
            rows = BankPeriod.objects.filter(bank_account=account, day__gte=FIRST, day__lt=UNTIL).order_by("ordinal")
            assert list(rows.values_list("day", "until_on", "starts_at", "ends_at")) == cuts
            assert len(cuts) > 250


def _near_changes(zone: str) -> set[date]:
    return {day + timedelta(days=k) for days in ZONES[zone] for day in of_2028(days) for k in range(-3, 4)}
