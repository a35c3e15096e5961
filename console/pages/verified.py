"""What the last verification of the ledger said: for its badge."""

from typing import Any

from console.display import short_day
from ledger.models import AuditVerification


def verified(last: AuditVerification | None) -> dict[str, Any]:
    """{state, says} of the chain badge."""
    if last is None:
        return {"state": "unverified", "says": "Not verified yet"}
    when = f"{short_day(last.at.date())} {last.at:%H:%M} UTC"
    return (
        {"state": "ok", "says": f"Verified {when}"} if last.ok else {"state": "broken", "says": f"Broken, found {when}"}
    )
