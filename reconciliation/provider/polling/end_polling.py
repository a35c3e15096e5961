"""End the polling of an endpoint: its provider is asked no more. What was found stays."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import NotFound
from reconciliation.permissions import Permission, require
from reconciliation.provider.polling.models import Polling
from reconciliation.provider.reasons import read_reason


def end_polling(*, endpoint_id: int, reason: str, actor: Actor, at: datetime) -> Polling:
    """Needs a tenant scope. Raises NotPermitted, ReasonMissing, BadInput, NotFound (the endpoint is not polled)."""
    require(actor, Permission.SET_UP)
    why = read_reason(reason, "ending a polling")
    found = Polling.objects.select_related("endpoint").filter(endpoint_id=endpoint_id, ended_at=None).first()
    if found is None or Polling.objects.filter(id=found.id, ended_at=None).update(ended_at=at) != 1:
        raise NotFound(f"no endpoint that is polled has the id {endpoint_id}")
    audit.record(actor, at, "polling.ended", found.endpoint.name, why=why)
    return found
