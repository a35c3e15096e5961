"""Which use case books what the bank alone shows, and in which direction."""

from itertools import product

import pytest

from reconciliation.corrections.fitting_bookings import OF_KIND, REASONS, is_booked, words_of

pytestmark = pytest.mark.quick


def test_fees_and_interest_go_both_ways_and_receipts_only_in() -> None:
    for use_case, out in product(REASONS, (True, False)):
        assert is_booked(use_case, out=out) == (use_case != "suspense_receipt" or not out)
        assert not is_booked(use_case, out=out) or words_of(use_case, out=out)
    assert set(OF_KIND.values()) < set(REASONS)
