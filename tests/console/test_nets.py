"""What the queue says of its nets: bank drift is never added to what lies between the other planes."""

import pytest

from console.pages.nets import nets_words
from reconciliation.cases.queue_counts import Matched

pytestmark = pytest.mark.quick
SAID = {
    "net bank −4.82 ETB": ({"ETB": -482}, {}),
    "net between the other planes +1.00 ETB": ({}, {"ETB": 100}),
    "net bank −4.82 ETB, +0.40 USD; between the other planes +1.00 ETB": ({"ETB": -482, "USD": 40}, {"ETB": 100}),
    "net bank 0.00 ETB": ({"ETB": 0}, {"": 0}),
    "no amount": ({}, {"": 0}),
}


@pytest.mark.parametrize("words", SAID)
def test_planes_are_told_apart(words: str) -> None:
    bank, between = SAID[words]
    assert nets_words(Matched(2, bank, between, 0, None)) == words
