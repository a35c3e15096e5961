"""A reversal that would open drift on a day that agrees with its bank says so, whichever planes its case lies between."""

from dataclasses import replace
from datetime import date

import pytest

from console.pages.proposal import _warning
from reconciliation.corrections.day_figures import DayFigures, NamedDifference
from reconciliation.corrections.preview import DayPreview

pytestmark = pytest.mark.quick
ONE = NamedDifference(-5000, "missing_counterpart", 5, None)
CLEAN = DayFigures("CLEAN", 9000, 9000, 0, 0, 0, ())
OPENED = DayFigures("DRIFTED", 4000, 9000, -5000, 5000, 0, (ONE,))
DAY = DayPreview("clr", "Payouts", "ETB", date(2026, 3, 10), CLEAN, OPENED)


def test_it_says_that_a_clean_day_would_drift() -> None:
    assert _warning(DAY) == {
        "title": "It opens drift on a clean day.",
        "text": "Payouts agrees with its bank on 10 Mar; after it that day would drift: net −50.00 ETB, 1 named difference.",
    }


@pytest.mark.parametrize(
    "day",
    [
        replace(DAY, now=OPENED, after=CLEAN),
        replace(DAY, after=CLEAN),
        replace(DAY, after=None),
        replace(DAY, now=OPENED),
    ],
)
def test_it_says_nothing_of_the_kind_otherwise(day: DayPreview) -> None:
    assert _warning(day) is None
