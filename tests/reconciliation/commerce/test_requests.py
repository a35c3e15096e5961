from datetime import UTC, datetime
from typing import Any

import pytest

from reconciliation.commerce.requests import read_order
from reconciliation.errors import BadInput
from tests.reconciliation.commerce.desk import asked, stated

pytestmark = pytest.mark.quick


def test_an_order_is_read_as_it_was_stated() -> None:
    found = asked(placed_at="2026-03-10T11:00:00+03:00", metadata={"basket": 3})
    assert (found.order_ref, found.expected_minor, found.asset, found.rail) == ("A-1", 50000, "BTC", "onchain")
    assert found.placed_at == datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    assert (found.merchant_reference, found.metadata) == ("", {"basket": 3})


def test_the_same_content_has_one_fingerprint() -> None:
    assert asked().fingerprint() == asked(merchant_reference="", placed_at="2026-03-10T10:00:00+02:00").fingerprint()


@pytest.mark.parametrize(
    "changed",
    [
        {"amount_minor": "50001"}, {"asset": "USD"}, {"rail": "lightning"}, {"network": ""}, {"payment_id": "p2"},
        {"merchant_reference": "p1", "payment_id": ""}, {"due_at": None}, {"placed_at": "2026-03-10T08:00:00.000001Z"},
        {"metadata": {"x": 1}},
    ],
)  # fmt: skip
def test_another_content_has_another_fingerprint(changed: dict[str, Any]) -> None:
    assert asked(**changed).fingerprint() != asked().fingerprint()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"order_ref": ""}, "order_ref"),
        ({"order_ref": 7}, "order_ref"),
        ({"order_ref": "x" * 141}, "order_ref"),
        ({"order_ref": " A-1"}, "order_ref"),
        ({"order_ref": "A\n1"}, "order_ref"),
        ({"order_ref": "A/../B"}, "order_ref"),
        ({"order_ref": ".."}, "order_ref"),
        ({"order_ref": "A\u202eB"}, "order_ref"),
        ({"payment_id": "p\x001"}, "payment_id"),
        ({"merchant_reference": "\ud800"}, "merchant_reference"),
        ({"amount_minor": 50000}, "amount_minor"),
        ({"amount_minor": "0"}, "amount_minor"),
        ({"amount_minor": "-5"}, "amount_minor"),
        ({"amount_minor": "5.0"}, "amount_minor"),
        ({"amount_minor": "1e3"}, "amount_minor"),
        ({"amount_minor": "1_000"}, "amount_minor"),
        ({"amount_minor": "１２３"}, "amount_minor"),
        ({"amount_minor": "9" * 60}, "amount_minor"),
        ({"amount_minor": None}, "amount_minor"),
        ({"asset": "XXX"}, "asset"),
        ({"asset": ["BTC"]}, "asset"),
        ({"asset": ""}, "asset"),
        ({"rail": "On Chain"}, "rail"),
        ({"network": 1}, "network"),
        ({"placed_at": ""}, "placed_at"),
        ({"placed_at": "2026-03-10"}, "placed_at"),
        ({"placed_at": "2026-03-10T08:00:00"}, "placed_at"),
        ({"placed_at": "2026-02-30T08:00:00Z"}, "placed_at"),
        ({"placed_at": "0001-01-01T00:00:00+01:00"}, "placed_at"),
        ({"placed_at": "٢٠٢٦-03-10T08:00:00Z"}, "placed_at"),
        ({"placed_at": 1773129600}, "placed_at"),
        ({"due_at": "2026-03-10T07:59:59Z"}, "due_at"),
        ({"due_at": "soon"}, "due_at"),
        ({"metadata": [1]}, "metadata"),
        ({"metadata": {"x": "\u0000"}}, "metadata"),
        ({"metadata": None}, "metadata"),
        ({"state": "fulfilled"}, "state"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_order(stated(**changed), "orders[3]")
    assert refused.value.where == f"orders[3].{field}"


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        read_order(["A-1"], "orders[0]")  # type: ignore[arg-type]
    assert refused.value.where == "orders[0]"
