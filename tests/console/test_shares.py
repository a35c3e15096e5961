"""Shares add up to the whole."""

import pytest

from console.pages.shares import shares


@pytest.mark.parametrize(("counts", "said"), [
    ((1, 17, 8, 21, 0), ("2.1", "36.2", "17.0", "44.7", "0.0")),
    ((1, 1, 1), ("33.4", "33.3", "33.3")),
    ((5, 0, 0), ("100.0", "0.0", "0.0")),
    ((1, 999_999), ("0.0", "100.0")),
])  # fmt: skip
def test_what_is_cut_off_goes_to_the_largest_remainders(counts: tuple[int, ...], said: tuple[str, ...]) -> None:
    found = shares(counts)
    assert found == [f"{one}\u00a0%" for one in said]
    assert sum(int(one.removesuffix("\u00a0%").replace(".", "")) for one in found) == 1000


def test_of_nothing_each_share_is_unknown() -> None:
    assert shares((0, 0)) == ["unknown", "unknown"]
