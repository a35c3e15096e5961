"""End a key: what is signed with it from now on is held. What came before keeps what it was found to be."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import NotFound
from reconciliation.permissions import Permission, require
from reconciliation.provider.models import EndpointKey
from reconciliation.provider.reasons import read_reason


def end_key(*, key_id: int, reason: str, actor: Actor, at: datetime) -> EndpointKey:
    """Raises NotPermitted, ReasonMissing, BadInput, NotFound (no such standing key). Needs a tenant scope."""
    require(actor, Permission.SET_UP)
    why = read_reason(reason, "ending a key")
    key = EndpointKey.objects.select_related("endpoint").filter(id=key_id).first()
    if key is None or EndpointKey.objects.filter(id=key_id, ended_at=None).update(ended_at=at) != 1:
        raise NotFound(f"no key in use has the id {key_id}")
    audit.record(actor, at, "endpoint.key_ended", key.endpoint.name, why=why, key=f"…{key.hint}")
    return key
