"""Record orders for the shop that took them: one or many at once, all or nothing, idempotent by the shop's own order id."""

from collections.abc import Sequence
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.commerce.requests import OrderRequest
from reconciliation.commerce.store_orders import Stored, store_orders
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require


def record_orders(requests: Sequence[OrderRequest], *, actor: Actor, at: datetime) -> list[Stored]:
    """Store the orders; answers each in order. Needs a tenant scope.

    Raises NotPermitted, BadInput (none, or one twice), OrderDiffers (stored with another content); then nothing is stored.
    """
    require(actor, Permission.RECORD_ORDERS)
    if not requests:
        raise BadInput("no order given", "orders")
    placed = ((f"orders[{n}]", r) for n, r in enumerate(requests))
    done = store_orders(placed, source="api", said_by=actor.id, at=at)
    if created := [s.order_ref for s in done if s.created]:
        subject = created[0] if len(created) == 1 else f"{len(created)} orders"
        audit.record(actor, at, "orders.recorded", subject, created=len(created), known=len(done) - len(created))
    return done
