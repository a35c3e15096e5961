"""Which spans of change come due between two runs."""

from datetime import UTC, datetime, timedelta

from reconciliation.matching.planes.coming_due import came_due

AT = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
H = timedelta(hours=1)


def test_a_level_that_the_run_looks_over_has_no_span_of_its_own() -> None:
    assert came_due([6 * H, 71 * H], last=AT - H, since=AT - 72 * H, at=AT) == []


def test_a_longer_one_has_what_changed_so_long_before() -> None:
    assert came_due([100 * H, 100 * H], last=AT - H, since=AT - 72 * H, at=AT) == [(AT - 101 * H, AT - 100 * H)]


def test_after_a_standstill_the_span_is_as_long_as_it() -> None:
    spans = came_due([100 * H], last=AT - 90 * H, since=AT - 90 * H, at=AT)
    assert spans == [(AT - 190 * H, AT - 100 * H)]


def test_what_the_run_looks_at_anyway_is_left_to_it() -> None:
    assert came_due([72 * H], last=AT - H, since=AT - 72 * H, at=AT) == [(AT - 73 * H, AT - 72 * H)]
    assert came_due([80 * H], last=AT - 10 * H, since=AT - 85 * H, at=AT) == [(AT - 90 * H, AT - 85 * H)]
