"""Reads a signal in a tenant's scope, as the product does, and what it was read from."""

from datetime import date, datetime, timedelta

from ledger.tenancy import tenant
from reconciliation.oversight.signals.catalogue import State
from reconciliation.oversight.signals.measure import measure
from reconciliation.oversight.signals.measured import Measured
from tests.reconciliation.planes.shop import NOON

DAY = NOON.date()
MIDNIGHT = NOON.replace(hour=0) + timedelta(days=1)


def read(tenant_id: int, key: str, day: date = DAY, at: datetime = MIDNIGHT) -> tuple[State, Measured]:
    with tenant(tenant_id):
        found, state = measure(key, day, at=at)
    return state, found


def told(tenant_id: int, key: str, day: date = DAY, at: datetime = MIDNIGHT) -> tuple[State, int | None, list[str]]:
    """State, value, and the names of the rows behind it."""
    state, found = read(tenant_id, key, day, at)
    return state, found.value, [row.name for row in found.rows]
