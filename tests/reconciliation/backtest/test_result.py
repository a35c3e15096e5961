import pytest

from reconciliation.backtest.result import digest, rate

pytestmark = pytest.mark.quick
DAY = 86_400


@pytest.mark.parametrize(
    ("count", "days", "per", "said"),
    [(7, 14, 7, "3.5"), (0, 90, 7, "0.0"), (1, 90, 1, "0.0"), (1, 20, 1, "0.1"), (5, 90, 1, "0.1"), (220, 84, 7, "18.3"),
     (3, 1, 7, "21.0")],
)  # fmt: skip
def test_rates_have_one_decimal_rounded_half_up(count: int, days: int, per: int, said: str) -> None:
    assert rate(count, days * DAY, per) == said


def test_the_digest_is_of_everything_but_the_time_of_working() -> None:
    one = {"flips": 1, "as_of": "2026-01-01"}
    assert digest(one) == digest({"as_of": "2027-01-01", "flips": 1, "result_sha256": "00"})
    assert digest(one) != digest(one | {"flips": 2})
