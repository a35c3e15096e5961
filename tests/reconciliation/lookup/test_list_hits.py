"""Several hits of one payment are one row, with what the list says of it."""

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.lookup.find_payments import Hit
from reconciliation.lookup.list_hits import list_hits
from tests.reconciliation.planes.shop import NOON, Shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_order_and_its_attempt_are_one_row(acme: Tenant) -> None:
    shop = Shop(acme.id)
    shop.order("o1", payment_id="")
    shop.order("o2")
    shop.receipt("0.0005", "tx-1", invoice="inv_1", ref="o1")
    with tenant(acme.id):
        rows = list_hits(
            [Hit(key, "order", True) for key in ("o1", "inv_1", "p-o2")] + [Hit("line 7", "bank line", True)]
        )
    assert [(r.hit.thread, r.order, r.minor, r.asset, r.state, r.plane, r.at, r.provider) for r in rows] == [
        ("o1", "o1", 50_000, "BTC", "open", "commerce", NOON, "Shop"),
        ("p-o2", "o2", 50_000, "BTC", "open", "commerce", NOON, ""),
        ("line 7", "", None, "", "", "", None, ""),
    ]
