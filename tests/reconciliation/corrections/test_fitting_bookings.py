"""Which use case books what the bank alone shows, and in which direction."""

from itertools import product

import pytest

from reconciliation.corrections.fitting_bookings import OF_KIND, REASONS, is_booked, words_of

pytestmark = pytest.mark.quick


ONE_WAY = {("suspense_receipt", True), ("suspense_payment", False)}


def test_fees_interest_and_adjustments_go_both_ways_and_suspense_one() -> None:
    for use_case, out in product(REASONS, (True, False)):
        assert is_booked(use_case, out=out) == ((use_case, out) not in ONE_WAY)
        assert not is_booked(use_case, out=out) or words_of(use_case, out=out)
    assert set(OF_KIND.values()) < set(REASONS)
