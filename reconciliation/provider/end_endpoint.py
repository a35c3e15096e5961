"""End an endpoint: its address answers like one that never was. What came in over it stays."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import NotFound
from reconciliation.permissions import Permission, require
from reconciliation.provider.models import Endpoint
from reconciliation.provider.reasons import read_reason


def end_endpoint(*, endpoint_id: int, reason: str, actor: Actor, at: datetime) -> Endpoint:
    """Raises NotPermitted, ReasonMissing, BadInput, NotFound (no such open endpoint). Needs a tenant scope."""
    require(actor, Permission.SET_UP)
    why = read_reason(reason, "ending an endpoint")
    found = Endpoint.objects.filter(id=endpoint_id).first()
    if found is None or Endpoint.objects.filter(id=endpoint_id, ended_at=None).update(ended_at=at) != 1:
        raise NotFound(f"no open endpoint has the id {endpoint_id}")
    audit.record(actor, at, "endpoint.ended", found.name, why=why)
    return found
