"""What follows a reversal between provider and ledger, said before anybody signs it."""

import pytest

from reconciliation.corrections.fitting import Behind
from reconciliation.corrections.fitting_planes import Confirmed, fit_planes

POSTED = Behind(7, "LT-7", "POSTED", "own", "deposit")


@pytest.mark.parametrize(
    ("kind", "confirmed", "told"),
    [
        ("posted_early", Confirmed(50_000, "BTC", by_rule=True, agrees=True), "The amounts agree by now: this puts right when"),
        ("posted_early", Confirmed(50_000, "BTC", by_rule=True, agrees=True), "posts what the provider confirmed, 0.00050000 BTC,"),
        ("over", Confirmed(49_000, "BTC", by_rule=True, agrees=False), "POSTED. The next run posts"),
        ("under", Confirmed(49_000, "BTC", by_rule=False, agrees=False), "No rule posts it again: until its own use case posts"),
        ("posted_early", Confirmed(0, "", by_rule=False, agrees=False), "confirmed nothing of it, so nothing is posted anew."),
    ],
)  # fmt: skip
def test_a_reversal_says_what_comes_after_it(kind: str, confirmed: Confirmed, told: str) -> None:
    found = fit_planes("provider-ledger", kind, [POSTED], confirmed=confirmed)
    assert (found.kind, found.transaction_id) == ("reverse", 7)
    assert told in found.sentence


def test_what_came_once_and_was_posted_twice_is_not_posted_again() -> None:
    found = fit_planes(
        "provider-ledger", "posted_twice", [POSTED], confirmed=Confirmed(1, "BTC", by_rule=True, agrees=False)
    )
    assert "anew" not in found.sentence
