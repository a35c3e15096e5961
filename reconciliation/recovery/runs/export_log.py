"""Step 2, done by a worker: the event log of the period sealed as one bundle, and the step stated, in one
transaction. As of the instant of the asking; the trail is sealed before, so that the bundle proves its part of it."""

from datetime import datetime

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.recovery.runs.gates import require_gate
from reconciliation.recovery.runs.models import RecoveryStep
from reconciliation.recovery.runs.read_period import log_digest, values_of
from reconciliation.recovery.runs.record_step import decide_step, store_step
from reconciliation.recovery.runs.run_evidence import sealed
from reconciliation.recovery.runs.standing import EXPORT, Standing, require_open, standing_of
from reconciliation.recovery.sealed_trail import wait_for_the_seal

ASKED_KEY = "export"


def export_log(
    tenant_id: int, *, number: int, asked_by: str, as_of: datetime, actor: Actor, at: datetime
) -> RecoveryStep:
    """The step; the one that stands is answered again. In scopes of its own. Raises NotFound, RequestNotOpen,
    GateClosed, BundleTooLarge."""
    wait_for_the_seal(tenant_id, at)
    with tenant(tenant_id):
        standing = standing_of(number)
        if known := standing.steps.get(EXPORT):
            return known
        require_open(standing)
        require_gate(EXPORT, standing, at)
        return _export(standing, asked_by, as_of, actor, at)


def _export(standing: Standing, asked_by: str, as_of: datetime, actor: Actor, at: datetime) -> RecoveryStep:
    count, log_sha256 = log_digest(values_of(standing.scope, as_of))
    bundle = sealed(standing, asked_key=ASKED_KEY, as_of=as_of, actor=actor, at=at)
    said = {
        "as_of": as_of, "events": count, "log_sha256": log_sha256, "bundle": str(bundle),
        "bundle_sha256": bytes(bundle.sha256).hex(), "bundle_file_sha256": bytes(bundle.file_sha256).hex(),
        "rows": {f["name"]: f["rows"] for f in bundle.manifest["files"]},
    }  # fmt: skip
    decided = decide_step(standing, EXPORT, actor, at)
    return store_step(standing, EXPORT, said, decided=decided, done_by=asked_by, who=actor, at=at, bundle_id=bundle.id)
