"""The evidence of a run so far, sealed by a worker: whatever was done by the instant of asking. The same state is sealed once."""

from datetime import datetime

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.runs.run_evidence import sealed
from reconciliation.recovery.runs.standing import standing_of
from reconciliation.recovery.sealed_trail import wait_for_the_seal


def seal_so_far(tenant_id: int, *, number: int, as_of: datetime, actor: Actor, at: datetime) -> EvidenceBundle:
    """In scopes of its own. Raises NotFound, BundleTooLarge."""
    wait_for_the_seal(tenant_id, at)
    with tenant(tenant_id):
        return sealed(standing_of(number), asked_key=f"so far {as_of.isoformat()}", as_of=as_of, actor=actor, at=at)
