"""Import a file of orders: all of it or nothing. The same file again changes nothing."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.commerce.orders_file import read_orders
from reconciliation.commerce.store_orders import store_orders
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require


@dataclass(frozen=True, slots=True)
class ImportedOrders:
    """How many orders the file holds, and how many of them are new."""

    rows: int
    created: int

    @property
    def known(self) -> int:
        return self.rows - self.created


def import_orders(content: bytes, *, file_name: str, actor: Actor, at: datetime) -> ImportedOrders:
    """Store the orders of a CSV file (orders_file.py says its form). Needs a tenant scope.

    Raises NotPermitted, BadInput naming row and field, OrderDiffers naming the row; then nothing may be committed."""
    require(actor, Permission.RECORD_ORDERS)
    done = store_orders(read_orders(content), source="csv", said_by=actor.id, at=at)
    if not done:
        raise BadInput("the file holds no order", "file")
    found = ImportedOrders(len(done), sum(s.created for s in done))
    if found.created:
        digest = hashlib.sha256(content).hexdigest()
        audit.record(
            actor, at, "orders.imported", file_name[:140], created=found.created, known=found.known, sha256=digest
        )
    return found
