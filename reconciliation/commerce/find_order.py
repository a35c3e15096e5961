"""An order by the shop's own id, as people, pages and machines name it."""

from reconciliation.commerce.models import Order
from reconciliation.errors import NotFound


def find_order(ref: str) -> Order:
    """The order with the decision that recorded it. Needs a tenant scope. Raises NotFound, also for what can be no id."""
    found = None if "\x00" in ref else Order.objects.select_related("decision").filter(order_ref=ref).first()
    if found is None:
        raise NotFound(f"no order has the reference {ref!r:.80}")
    return found
