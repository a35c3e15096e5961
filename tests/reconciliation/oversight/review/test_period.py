from datetime import date

import pytest

from reconciliation.oversight.review.period import Period, period_of


@pytest.mark.parametrize(("kind", "last", "first", "end"), [
    ("week", date(2026, 11, 19), date(2026, 11, 13), date(2026, 11, 19)),
    ("week", date(2027, 1, 3), date(2026, 12, 28), date(2027, 1, 3)),
    ("month", date(2026, 11, 19), date(2026, 11, 1), date(2026, 11, 30)),
    ("month", date(2028, 2, 1), date(2028, 2, 1), date(2028, 2, 29)),
    ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
])  # fmt: skip
def test_days_are_counted_with_both_ends(kind: str, last: date, first: date, end: date) -> None:
    period = period_of(kind, last)  # type: ignore[arg-type]
    assert (period.first, period.last) == (first, end)
    assert (period.until - period.since).days == (end - first).days + 1
    for other in (period.before.after, period.after.before):
        assert other == period
    assert period.before.until == period.since
    assert period.after.since == period.until


def test_a_week_is_any_seven_days() -> None:
    assert period_of("week", date(2026, 11, 19)).before == Period("week", date(2026, 11, 6), date(2026, 11, 12))
