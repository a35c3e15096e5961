"""The test behind the auto-resolve signal: near the exact chance and never below it, and quiet by chance."""

from datetime import date, timedelta
from fractions import Fraction
from math import comb
from random import Random

import pytest

from reconciliation.oversight.signals.change_point import FALSE_ALARM, Day, rise_in, tail

FIRST = date(2026, 3, 1)


def days(*counts: tuple[int, int]) -> list[Day]:
    return [Day(FIRST + timedelta(days=n), hits, of) for n, (hits, of) in enumerate(counts)]


def exact(hits: int, all_hits: int, drawn: int, whole: int) -> Fraction:
    most = min(all_hits, drawn)
    ways = sum(comb(all_hits, k) * comb(whole - all_hits, drawn - k) for k in range(hits, most + 1))
    return Fraction(ways, comb(whole, drawn))


@pytest.mark.parametrize(("whole", "all_hits", "drawn"), [(12, 5, 6), (40, 31, 17), (60, 54, 30), (9, 9, 4), (9, 0, 4)])
def test_the_tail_is_never_below_the_exact_one_and_near_it_where_it_matters(
    whole: int, all_hits: int, drawn: int
) -> None:
    for hits in range(max(0, drawn - (whole - all_hits)), min(all_hits, drawn) + 1):
        bound, is_exactly = tail(hits, all_hits, drawn, whole), exact(hits, all_hits, drawn, whole)
        assert is_exactly <= bound <= 1
        if is_exactly < Fraction(1, 50):
            assert bound <= is_exactly * Fraction(3, 2)


def test_a_step_is_found_where_it_is() -> None:
    rise = rise_in(days(*[(82, 100)] * 10, *[(93, 100)] * 6))
    assert rise is not None
    assert (rise.last, rise.first) == (FIRST + timedelta(days=9), FIRST + timedelta(days=10))
    assert (rise.before, rise.after) == (Fraction(82, 100), Fraction(93, 100))
    assert rise.chance < FALSE_ALARM


@pytest.mark.parametrize("counts", [
    [(82, 100)] * 16,
    [(93, 100)] * 10 + [(82, 100)] * 6,  # a fall is no rise
    [(900, 1000)] * 10 + [(915, 1000)] * 6,  # less than 2 points
    [(4, 5)] * 10 + [(5, 5)] * 2,  # too few to tell from chance
    [(0, 100)] * 3 + [(100, 100)] * 2,  # too few days
    [(1, 1), (0, 0), (0, 0), (1, 1)],
])  # fmt: skip
def test_what_is_no_rise_is_quiet(counts: list[tuple[int, int]]) -> None:
    assert rise_in(days(*counts)) is None


def test_days_without_differences_say_nothing_and_hide_nothing() -> None:
    counts = [(82, 100), (0, 0)] * 6 + [(0, 0), (98, 100)] * 6
    assert rise_in(days(*counts)) == rise_in([d for d in days(*counts) if d.of])


def test_by_chance_alone_it_calls_a_rise_less_than_once_in_a_thousand() -> None:
    chance, called, windows = Random(7), 0, 1500  # a fixed spread of windows, no secret
    for _ in range(windows):
        rate = chance.choice((30, 60, 90))
        window = [(sum(chance.randrange(100) < rate for _ in range(12)), 12) for _ in range(14)]
        called += rise_in(days(*window)) is not None
    assert called <= windows // 1000


def test_a_version_near_the_rise_documents_it_and_one_four_days_off_does_not() -> None:
    rise = rise_in(days(*[(82, 100)] * 10, *[(98, 100)] * 6))
    assert rise is not None
    assert rise.documented_by([rise.first + timedelta(days=3)])
    assert rise.documented_by([rise.last - timedelta(days=3)])
    assert not rise.documented_by([rise.first + timedelta(days=4), rise.last - timedelta(days=4)])


def test_large_counts_are_judged_in_whole_numbers() -> None:
    rise = rise_in(days(*[(41_000, 50_000)] * 20, *[(43_000, 50_000)] * 8))
    assert rise is not None
    assert rise.chance < FALSE_ALARM
