"""Sealing in tests. A block takes only rows older than every running transaction of the cluster, and parallel test workers run
transactions of their own: so a test waits until what it wrote can be sealed."""

import time
from datetime import datetime

from ledger import audit


def seal_all(at: datetime, *, patience: float = 400.0) -> int:
    """Seal everything committed in the tenant in scope; returns the rows sealed. Fails after `patience` seconds."""
    deadline, sealed = time.monotonic() + patience, 0
    while True:
        sealed += audit.seal(at)
        left, _ = audit.unsealed()
        if not left:
            return sealed
        assert time.monotonic() < deadline, f"{left} rows could not be sealed"
        time.sleep(0.1)
