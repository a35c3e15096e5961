"""The worst day of a span, by its readings alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reconciliation.oversight.signals.worst import worst_of


@dataclass(frozen=True)
class Reading:
    day: date
    state: str
    value: int | None = None
    of: int | None = None
    parts: Mapping[str, str] = field(default_factory=dict)


def on(day: int, state: str, value: int | None = None, of: int | None = None, **parts: str) -> Reading:
    return Reading(date(2026, 11, day), state, value, of, parts)


def test_one_day_out_of_range_is_what_the_week_says() -> None:
    found = worst_of([on(15, "in", 0), on(16, "out", 3), on(17, "out", 1), on(18, "in", 0), on(19, "unknown")], "count")
    assert found.reading is not None
    assert (found.reading.day.day, found.state, found.out, found.known, found.ends_out) == (16, "out", 2, 4, False)


def test_a_day_out_of_range_is_worse_than_a_greater_value_in_it() -> None:
    found = worst_of([on(15, "in", 90, 100), on(16, "out", 40, 100)], "share")
    assert found.reading == on(16, "out", 40, 100)


def test_of_equals_the_newest_is_shown() -> None:
    assert worst_of([on(15, "in", 2), on(16, "in", 2), on(17, "in", 1)], "count").reading == on(16, "in", 2)


def test_a_share_is_weighed_by_what_it_is_of_and_a_wait_is_not() -> None:
    shares = [on(15, "in", 1, 4), on(16, "in", 2, 100)]
    assert worst_of(shares, "share").reading == shares[0]
    waits = [on(15, "in", 60, 1), on(16, "in", 3_600, 400)]
    assert worst_of(waits, "seconds").reading == waits[1]


def test_currencies_are_weighed_apart() -> None:
    bitcoin = on(15, "out", BTC="66000", ETB="100")
    birr = on(16, "out", BTC="66000", ETB="6462900")
    after = on(17, "out", BTC="65000", ETB="0")
    assert worst_of([bitcoin, birr, after], "money").reading == birr
    assert worst_of([bitcoin, after], "money").reading == bitcoin


def test_of_days_that_say_nothing_none_is_in_range() -> None:
    silent = on(16, "unknown")
    assert (worst_of([on(15, "unknown"), silent], "count").reading, worst_of([silent], "count").state) == (
        silent,
        "unknown",
    )
    assert worst_of([], "count").state == "unread"
