from datetime import date

import pytest

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.dates import date_pattern, entry_date, iso_date, pattern_date, short_date


@pytest.mark.parametrize(
    "text",
    ["2026-03-10", "2026-03-10Z", "2026-03-10+03:00", "2026-03-10T23:59:59", "2026-03-10T23:59:59.123456789+03:00"],
)
def test_the_day_is_the_one_the_bank_wrote(text: str) -> None:
    assert iso_date(text) == date(2026, 3, 10)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-3-1", "１２34-01-01", "10.03.2026", "2026-03-10x", "0000-01-01"])
def test_it_refuses_what_is_no_day(text: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        iso_date(text)
    assert refused.value.code == "bad_date"


def test_two_digit_years_turn_at_eighty() -> None:
    assert short_date("260310") == date(2026, 3, 10)
    assert short_date("991231") == date(1999, 12, 31)


@pytest.mark.parametrize(
    ("text", "value_on", "expected"),
    [
        ("0102", date(2025, 12, 31), date(2026, 1, 2)),
        ("1231", date(2026, 1, 2), date(2025, 12, 31)),
        ("0229", date(2024, 2, 28), date(2024, 2, 29)),
        ("0310", date(2026, 3, 10), date(2026, 3, 10)),
    ],
)
def test_an_entry_date_takes_the_year_nearest_to_the_value_date(text: str, value_on: date, expected: date) -> None:
    assert entry_date(text, value_on) == expected


def test_a_day_that_no_near_year_has_is_refused() -> None:
    with pytest.raises(StatementRefused):
        entry_date("0230", date(2026, 3, 1))


def test_a_pattern_reads_its_own_form_only() -> None:
    assert pattern_date("10.03.2026", "DD.MM.YYYY") == date(2026, 3, 10)
    assert pattern_date("03/10/26", "MM/DD/YY") == date(2026, 3, 10)
    with pytest.raises(StatementRefused):
        pattern_date("2026-03-10", "DD.MM.YYYY")


@pytest.mark.parametrize("pattern", ["DD.MM", "DD.DD.YYYY", "", "%d.%m.%Y", "DD.MM.YYYY YY"])
def test_a_pattern_without_year_month_and_day_is_refused(pattern: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        date_pattern(pattern)
    assert refused.value.code == "bad_profile"
