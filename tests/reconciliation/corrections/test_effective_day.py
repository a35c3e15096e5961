from datetime import date

import pytest

from reconciliation.corrections.effective_day import effective_day

TENTH, TWELFTH = date(2026, 3, 10), date(2026, 3, 12)


@pytest.mark.quick
@pytest.mark.parametrize(
    ("kind", "rule", "line_on", "expected"),
    [
        ("reverse", 10, None, TENTH),  # never moved: S02, S21
        ("reverse", 6, TWELFTH, TENTH),  # wrong amount
        ("reverse", 4, TWELFTH, TENTH),  # wrong sign: S04
        ("reverse", 3, None, TENTH),  # posted twice: S12
        ("reverse", 7, TWELFTH, TENTH),  # outlived its grace: S21
        ("reverse", None, None, TENTH),  # without a case
        ("reverse", 5, TWELFTH, TWELFTH),  # moved and came back: S16
        ("confirm", 7, TWELFTH, TWELFTH),  # late settlement: S06, S22
    ],
)
def test_an_error_takes_the_original_s_day_and_a_return_or_late_settlement_the_line_s(
    kind: str, rule: int | None, line_on: date | None, expected: date
) -> None:
    assert effective_day(kind, original_on=TENTH, rule=rule, line_on=line_on) == expected  # type: ignore[arg-type]


@pytest.mark.quick
@pytest.mark.parametrize(("kind", "rule"), [("confirm", 7), ("reverse", 5)])
def test_without_a_line_there_is_no_line_s_day(kind: str, rule: int) -> None:
    with pytest.raises(ValueError, match="no line"):
        effective_day(kind, original_on=TENTH, rule=rule, line_on=None)  # type: ignore[arg-type]
