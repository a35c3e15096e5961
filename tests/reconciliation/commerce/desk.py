"""A shop that takes orders, over the real use cases."""

from datetime import UTC, datetime
from typing import Any

from ledger.tenancy import tenant
from reconciliation.commerce.models import Order, OrderMove
from reconciliation.commerce.record_orders import record_orders
from reconciliation.commerce.requests import OrderRequest, read_order
from reconciliation.commerce.store_orders import Stored
from tests.people import INTEGRATION

NOON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


def stated(ref: str = "A-1", **changed: Any) -> dict[str, Any]:
    """An order as the API takes it: 50,000 sat for the order p1 of the stories."""
    return {
        "order_ref": ref, "payment_id": "p1", "amount_minor": "50000", "asset": "BTC", "rail": "onchain",
        "network": "bitcoin", "placed_at": "2026-03-10T08:00:00Z", "due_at": "2026-03-10T09:00:00Z",
    } | changed  # fmt: skip


def asked(ref: str = "A-1", **changed: Any) -> OrderRequest:
    return read_order(stated(ref, **changed), "orders[0]")


def take(tenant_id: int, *requests: OrderRequest) -> list[Stored]:
    """Record the orders, as the shop's integration."""
    with tenant(tenant_id):
        return record_orders(requests, actor=INTEGRATION, at=NOON)


def order_of(tenant_id: int, ref: str = "A-1") -> Order:
    with tenant(tenant_id):
        return Order.objects.get(order_ref=ref)


def moves_of(tenant_id: int, ref: str = "A-1") -> list[tuple[str, str, str]]:
    """From, to and source of an order's moves, oldest first."""
    with tenant(tenant_id):
        found = OrderMove.objects.filter(order__order_ref=ref).order_by("id")
        return list(found.values_list("from_state", "to_state", "source"))
