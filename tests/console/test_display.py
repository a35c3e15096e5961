"""How figures, dates and states are written: exact text, every corner a screen can meet."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from console import badges, display
from console.bars import bars
from console.comparing import differing_parts
from console.display import Amount

pytestmark = pytest.mark.quick
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "exponent", "text"),
    [
        (-48200, 2, "−482.00"),
        (0, 2, "0.00"),
        (5, 2, "0.05"),
        (478200, 2, "4,782.00"),
        (100000000, 2, "1,000,000.00"),
        (824000, 8, "0.00824000"),
        (1500, 0, "1,500"),
        (0, 0, "0"),
        (Decimal("-12345678901234567890"), 18, "−12.345678901234567890"),
        (2**70, 18, "1,180.591620717411303424"),
        ("240", 2, "2.40"),
        (None, 2, "unknown"),
    ],
)
def test_money_is_exact(minor, exponent, text):
    assert display.money(minor, exponent) == text


@pytest.mark.parametrize(
    ("minor", "text"),
    [(124055, "+1,240.55"), (-48200, "−482.00"), (0, "0.00"), (Decimal(0), "0.00"), (None, "unknown")],
)
def test_a_difference_carries_its_sign_and_zero_has_none(minor, text):
    assert display.signed(minor, 2) == text


@pytest.mark.parametrize("minor", [1.0, True, [1]])
def test_money_refuses_what_is_no_amount(minor):
    with pytest.raises(TypeError):
        display.money(minor, 2)


def test_money_refuses_a_part_of_a_minor_unit():
    with pytest.raises(ValueError, match="whole number"):
        display.money(Decimal("1.5"), 2)


def test_santim_stand_bare():
    assert display.santim(-247500) == "−247,500"
    assert display.minor_name("ETB") == "santim"
    assert display.minor_name("XYZ") == "minor units"


@pytest.mark.parametrize(("minor", "tone"), [(0, ""), (-1, "drift"), (1, "drift"), (None, "unknown")])
def test_colour_follows_the_figure(minor, tone):
    assert display.tone(minor) == tone


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (1208, "1,208"), (1204418, "1,204,418"), (None, "unknown")]
)
def test_counts_are_grouped(number, text):
    assert display.count(number) == text


def test_dates():
    assert display.day(date(2026, 11, 19)) == "Thu 19 Nov 2026"
    assert display.near_day(date(2026, 11, 21)) == "Sat 21 Nov"
    assert display.short_day(date(2026, 3, 1)) == "1 Mar"
    assert display.day(None) == "unknown"


def test_instants_are_shown_in_utc():
    in_addis = datetime(2026, 11, 20, 18, 14, 8, tzinfo=timezone(timedelta(hours=3)))
    assert display.moment(in_addis) == "20 Nov 15:14"
    assert display.full_moment(in_addis) == "Fri 20 Nov 2026 15:14:08 UTC"
    assert display.moment(None) == "never"


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no zone"):
        display.moment(datetime(2026, 11, 20, 12, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "12 h"), (5 * 60 + 40, "17 h"), (-9 * 60 + 12, "3 h 12 min"), (-12 * 60 + 12, "12 min"),
        (-12 * 60, "under 1 min"), (12 * 60 - 1, "23 h"), (12 * 60, "Sat 21 Nov"), (3 * 1440, "Tue 24 Nov"),
        (-12 * 60 - 134, "overdue 2 h 14 min"), (-12 * 60 - 2 * 1440, "overdue 2 d"),
    ],
)  # fmt: skip
def test_due_within_a_day_as_time_later_as_date(minutes, text):
    assert display.due(NOON + timedelta(hours=12, minutes=minutes), NOON) == text


def test_nothing_due_says_none():
    assert display.due(None, NOON) == "none"
    assert not display.is_overdue(None, NOON)
    assert display.is_overdue(NOON - timedelta(seconds=1), NOON)


@pytest.mark.parametrize(("hours", "text"), [(9.2, "9 h"), (0.05, "3 min"), (24 * 8, "8 d"), (30, "1 d"), (12, "12 h")])
def test_age_is_coarse(hours, text):
    assert display.age(NOON - timedelta(hours=hours), NOON) == text
    assert display.ago(NOON - timedelta(hours=hours), NOON) == f"{text} ago"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 bytes"), (999, "999 bytes"), (412_900, "412 kB"), (3_190_000, "3.1 MB")]
)
def test_sizes(number, text):
    assert display.size(number) == text


def test_short_forms():
    assert display.digest("9f3a" + "0" * 56 + "c4e1") == "9f3a…c4e1"
    assert display.digest("short") == "short"
    assert display.initials("Selamawit Gebreyohannes") == "SG"
    assert display.initials("  ") == "?"
    assert display.plain("rail_or_asset_mismatch") == "rail or asset mismatch"


@pytest.mark.parametrize(("kind", "state"), [(k, s) for k, states in badges.KINDS.items() for s in states])
def test_every_badge_says_its_state_in_a_word(kind, state):
    assert badges.badge_of(kind, state).word


def test_a_state_without_a_drawing_shows_its_own_word():
    assert badges.badge_of("case", "parked_somewhere") == badges.Badge("open", "", "Parked somewhere")


def test_day_glyphs_are_told_apart_without_colour():
    for table in (badges.CELLS, badges.COVERAGE):
        assert len({glyph for _, glyph, _ in table.values()}) == len(table)


def test_characters_that_differ_are_found_and_case_is_not_a_difference():
    left, right = differing_parts("Almaz Hailemariam", "ALMAZ H/MARIAM")
    assert left == [("Almaz H", False), ("aile", True), ("mariam", False)]
    assert right == [("ALMAZ H", False), ("/", True), ("MARIAM", False)]
    assert differing_parts("", "x") == ([], [("x", True)])
    assert "".join(text for text, _ in differing_parts("Straße 5", "STRASSE 5")[0]) == "Straße 5"


def test_bars_share_one_scale_and_one_zero_line():
    drawn = bars(
        [("a", Amount(-200, "ETB", 2), True), ("b", Amount(100, "ETB", 2), False), ("c", Amount(1, "ETB", 2), False)]
    )
    assert [bar.text for bar in drawn] == ["−2.00", "+1.00", "+0.01"]
    assert drawn[0].x + drawn[0].width == drawn[1].x == drawn[2].x
    assert drawn[0].width == 2 * drawn[1].width
    assert drawn[2].width == 1, "a difference is never too small to see"
    assert bars([("z", Amount(0, "ETB", 2), False)])[0].width == 0


def test_bars_of_two_assets_are_refused():
    with pytest.raises(ValueError, match="no scale"):
        bars([("a", Amount(1, "ETB", 2), True), ("b", Amount(1, "USD", 2), False)])


def test_a_long_figure_keeps_its_room_beside_its_bar():
    drawn = bars([("a", Amount(50_000, "BTC", 8), True), ("b", Amount(-50_000, "BTC", 8), False)])
    assert all(bar.text_x + 7 * len(bar.text) <= 440 for bar in drawn if not bar.ends)
    assert all(bar.text_x - 7 * len(bar.text) >= 150 for bar in drawn if bar.ends)
