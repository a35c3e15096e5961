"""The audit trail sealed up to its newest row, so that a bundle proves its part of it."""

import time
from datetime import datetime

from ledger import audit
from ledger.tenancy import tenant

PATIENCE, PAUSE = 20, 0.1  # not money: seconds


class TrailUnderWay(Exception):
    """The evidence would lack the proof of its newest rows."""


def wait_for_the_seal(tenant_id: int, at: datetime) -> None:
    """In scopes of its own, until every row that stands now is in a block: one is sealed only once no older transaction is under
    way. Raises TrailUnderWay when that takes long; the worker asks again later."""
    until, up_to = time.monotonic() + PATIENCE, None
    while True:
        with tenant(tenant_id):
            audit.seal(at)
            left, last = audit.unsealed(up_to)
        if not left:
            return
        up_to = up_to or last
        if time.monotonic() > until:
            raise TrailUnderWay(f"{left} rows of the trail cannot be sealed yet: an older transaction is under way")
        time.sleep(PAUSE)
