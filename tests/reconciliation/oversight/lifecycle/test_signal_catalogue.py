"""The catalogue leads a class of exceptions to the playbooks of the planes that it is found between, and to no others."""

import re

import pytest

from reconciliation.cases.taxonomy import CLASSES
from reconciliation.oversight.lifecycle.signal_catalogue import FOUND, signal_catalogue
from reconciliation.oversight.routing.routes import PLANES
from reconciliation.planes.log_differences import CLASSES_OF
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.quick
MATCHERS = {"commerce-provider": "commerce_provider.py", "provider-ledger": "provider_ledger.py"}


@pytest.mark.parametrize("pair", MATCHERS)
def test_the_classes_of_a_pair_are_those_that_its_matcher_names(pair: str) -> None:
    text = (ROOT / "reconciliation/matching/planes" / MATCHERS[pair]).read_text()
    assert set(re.findall(r'"(\w+)"', text)) & set(CLASSES) == FOUND[pair]


def test_what_the_log_shows_is_among_them() -> None:
    assert set(CLASSES_OF.values()) <= FOUND["provider-log"]
    assert set(FOUND) == set(PLANES)
    assert set().union(*FOUND.values()) == set(CLASSES)


def test_a_class_leads_where_its_cases_can_be() -> None:
    classes = next(group for group in signal_catalogue() if group.key == "classes")
    led = {row.name: row.playbooks for row in classes.rows}
    assert led["policy hold"] == ("provider",)
    assert led["illegal transition"] == ("settlement-drift",)
    assert led["unmodelled bank item"] == ("bank-drift",)
    assert led["missing counterpart"] == (
        "stuck",
        "uninitiated-debit",
        "bank-drift",
        "order-and-payment",
        "settlement-drift",
        "webhooks",
    )
