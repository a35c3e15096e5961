"""Orders in, and read back: recorded in batches by the shop's own order ids, listed by position, one by its id."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.auth import TenantView, in_scope
from console.api.documented import answers
from console.api.given import CURSOR, body_of, cursor_of, word
from console.api.order_shapes import OrderPageSerializer, OrdersSerializer, RecordedSerializer, WholeOrderSerializer
from console.api.shapes import MOST_ROWS
from ledger.actors import Actor
from ledger.keyset import Place
from reconciliation.commerce.find_order import find_order
from reconciliation.commerce.models import Order, OrderMove
from reconciliation.commerce.order_pages import moves_of, orders
from reconciliation.commerce.record_orders import record_orders
from reconciliation.commerce.requests import read_order
from reconciliation.commerce.rules import STATES
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require

PAGE = 200
QUERY = [CURSOR, OpenApiParameter("state", str, enum=STATES)]


class Orders(TenantView):
    """POST and GET /api/v1/orders/"""

    query = frozenset({"cursor", "state"})

    @extend_schema(
        description="Records orders, all or none. Sent again with the same content an order is no news; with another it is "
        "refused, and its row named.",
        request=OrdersSerializer,
        responses=answers(RecordedSerializer(many=True), 409, body=True),
    )
    @in_scope
    def post(self, request: Request, actor: Actor, at: datetime) -> Response:
        rows = body_of(request, ("orders",)).get("orders")
        if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ROWS:
            raise BadInput(f"orders is a list of 1 to {MOST_ROWS} orders", "orders")
        requests = [read_order(row, f"orders[{n}]") for n, row in enumerate(rows)]
        done = record_orders(requests, actor=actor, at=at)
        return Response([{"order_ref": s.order_ref, "created": s.created, "state": s.state} for s in done])

    @extend_schema(
        description=f"Orders by the time they were placed, newest first, {PAGE} at a time.",
        parameters=QUERY,
        responses=answers(OrderPageSerializer, 404),
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime) -> Response:
        require(actor, Permission.VIEW_ORDERS)
        state = word(request, "state", 20, STATES)
        page = orders(Place(cursor_of(request)), state=state, size=PAGE)
        following = str(page.rows[-1].public_id) if page.has_next else None
        return Response({"orders": [_told(o) for o in page.rows], "next": following})


class OneOrder(TenantView):
    """GET /api/v1/orders/{order_ref}/"""

    @extend_schema(
        responses=answers(WholeOrderSerializer, 404),
        operation_id="order_retrieve",
    )
    @in_scope
    def get(self, request: Request, actor: Actor, at: datetime, order_ref: str) -> Response:
        require(actor, Permission.VIEW_ORDERS)
        found = find_order(order_ref)
        return Response(_told(found) | {"metadata": found.metadata, "moves": [_moved(m) for m in moves_of(found)]})


def _told(o: Order) -> dict[str, Any]:
    return {
        "order_ref": o.order_ref, "payment_id": o.payment_id, "merchant_reference": o.merchant_reference,
        "amount_minor": str(int(o.expected_minor)), "asset": o.asset, "rail": o.rail, "network": o.network, "state": o.state,
        "placed_at": o.placed_at.isoformat(), "due_at": o.due_at.isoformat() if o.due_at else None,
        "recorded_at": o.recorded_at.isoformat(), "source": o.source,
    }  # fmt: skip


def _moved(m: OrderMove) -> dict[str, Any]:
    """A move as machines may know it: what a person wrote beside it is told to people."""
    return {
        "at": m.at.isoformat(), "from_state": m.from_state, "to_state": m.to_state, "source": m.source,
        "reason_code": m.reason_code, "ticket": m.ticket,
    }  # fmt: skip
