"""Settlement days over calendar versions: every instant and every date lies in exactly one of them, whatever zones meet."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.bank.asked_calendar import asked_calendar
from reconciliation.bank.calendars import Calendar, Cut, cut_days, cutover_at
from reconciliation.errors import BadInput

ZONES = ("Africa/Addis_Ababa", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
FIRST = date(2026, 1, 1)
calendars = st.builds(
    Calendar, st.just(FIRST), st.sampled_from(ZONES), st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.frozensets(st.integers(1, 7), max_size=3), st.frozensets(st.dates(FIRST, date(2026, 12, 31)), max_size=6),
    st.integers(0, 5), st.integers(0, 48),
)  # fmt: skip


def of_the_year(versions: list[Calendar]) -> list[Cut]:
    return list(cut_days(versions, FIRST, FIRST + timedelta(days=366)))


def holding(cuts: list[Cut], at: datetime) -> list[date]:
    return [c.day for c in cuts if c.starts_at <= at < c.ends_at]


@settings(max_examples=60, deadline=None)
@given(calendars, calendars, st.integers(0, 360))
def test_where_two_versions_meet_no_instant_is_lost_and_none_counts_twice(
    old: Calendar, new: Calendar, after: int
) -> None:
    on = FIRST + timedelta(days=after)
    new = Calendar(
        on, new.zone, new.cutover, new.closed_weekdays, new.holidays, new.grace_days, new.due_hours
    )  # fmt: skip
    cuts = of_the_year([old, new])
    for one, then in pairwise(cuts):
        assert (one.ends_at, one.until_on) == (then.starts_at, then.day)
        assert one.starts_at < one.ends_at
        assert one.day < one.until_on
    assert {c.version for c in cuts if c.day >= on} <= {new}
    assert {c.version for c in cuts if c.day < on} <= {old}
    for c in cuts[1:]:
        for seconds in (-2, 0, 2):
            assert len(holding(cuts, c.starts_at + timedelta(seconds=seconds))) == 1
    assert all(c.due_at - c.ends_at == timedelta(hours=c.version.due_hours) for c in cuts)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("cutover", [time(0), time(2, 30), time(6), time(23, 59)])
def test_two_seconds_around_every_cut_over_of_a_year(zone: str, cutover: time) -> None:
    calendar = Calendar(FIRST, zone, cutover, frozenset(), frozenset(), 2, 8)
    cuts = of_the_year([calendar])
    assert len(cuts) == 366
    for c in cuts[1:]:
        edge = cutover_at(calendar, c.day)
        assert holding(cuts, edge - timedelta(seconds=2)) == [c.day - timedelta(days=1)]
        assert holding(cuts, edge) == [c.day]
        assert holding(cuts, edge + timedelta(seconds=2)) == [c.day]


def test_the_day_at_the_seam_is_stretched_to_the_first_day_of_the_new_version() -> None:
    old = Calendar(FIRST, "UTC", time(6), frozenset({6, 7}), frozenset(), 2, 8)
    new = Calendar(date(2026, 3, 21), "UTC", time(8), frozenset(), frozenset(), 3, 8)  # a Saturday, open from now on
    by_day = {c.day: c for c in of_the_year([old, new])}
    friday = by_day[date(2026, 3, 20)]
    assert (friday.until_on, friday.ends_at) == (date(2026, 3, 21), datetime(2026, 3, 21, 8, tzinfo=UTC))
    assert friday.version == old
    assert by_day[date(2026, 3, 21)].version == new


def test_a_date_whose_cut_over_lies_before_that_of_the_date_before_begins_no_day() -> None:
    old = Calendar(FIRST, "America/New_York", time(23), frozenset(), frozenset(), 2, 8)
    new = Calendar(date(2026, 6, 10), "Pacific/Auckland", time(0), frozenset(), frozenset(), 2, 8)
    by_day = {c.day: c for c in of_the_year([old, new])}
    assert date(2026, 6, 10) not in by_day
    ninth = by_day[date(2026, 6, 9)]
    assert (ninth.starts_at, ninth.ends_at) == (
        datetime(2026, 6, 10, 3, tzinfo=UTC), datetime(2026, 6, 10, 12, tzinfo=UTC)
    )  # fmt: skip
    assert ninth.until_on == date(2026, 6, 11)


GOOD = {
    "effective_from": "2026-06-01", "zone": "Africa/Addis_Ababa", "cutover": "06:00", "closed_weekdays": [7],
    "holidays": ["2026-09-11"], "grace_days": 2, "due_hours": 8,
}  # fmt: skip


def test_a_calendar_is_written_as_it_was_read() -> None:
    assert asked_calendar(GOOD).document == GOOD


@pytest.mark.parametrize(
    ("field", "value"),
    [("effective_from", "1 June"), ("zone", "Mars/Base"), ("cutover", "25:00"), ("cutover", "06:00:30"),
     ("closed_weekdays", [1, 2, 3, 4, 5, 6, 7]), ("closed_weekdays", [0]), ("closed_weekdays", "7"),
     ("holidays", ["soon"]), ("grace_days", 31), ("grace_days", True), ("due_hours", -1)],
)  # fmt: skip
def test_a_field_that_cannot_be_is_named(field: str, value: object) -> None:
    with pytest.raises(BadInput) as refused:
        asked_calendar(GOOD | {field: value})
    assert refused.value.where == field
