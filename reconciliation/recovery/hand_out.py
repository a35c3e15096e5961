"""Hand out a sealed bundle: an act, because it is audited; the bytes are those that were sealed, read piece by piece in scopes of
their own, after whoever asked for them has gone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.tenancy import current_tenant, tenant
from reconciliation.errors import NotFound
from reconciliation.permissions import Permission, require
from reconciliation.recovery.models import EvidenceBundle, EvidencePiece


@dataclass(frozen=True, slots=True)
class HandedOut:
    """`pieces` opens a scope for each; iterate it outside of any other tenant's."""

    name: str
    size: int
    pieces: Iterator[bytes]


def hand_out(*, number: int, actor: Actor, at: datetime) -> HandedOut:
    """The file of bundle EB-`number`. Needs a tenant scope. Raises NotPermitted, NotFound."""
    require(actor, Permission.DOWNLOAD_EVIDENCE)
    bundle = EvidenceBundle.objects.filter(number=number).first()
    if bundle is None:
        raise NotFound(f"no evidence bundle has the number {number}")
    audit.record(
        actor,
        at,
        "evidence.handed_out",
        str(bundle),
        stands_for=bundle.subject,
        file_sha256=bytes(bundle.file_sha256).hex(),
    )
    name = f"{bundle}-{bundle.subject}-{bundle.manifest['tenant']}.zip"
    return HandedOut(name, bundle.size_bytes, _pieces(current_tenant(), bundle.id))


def _pieces(tenant_id: int, bundle_id: int) -> Iterator[bytes]:
    position = 0
    while True:
        with tenant(tenant_id):
            found = (
                EvidencePiece.objects.filter(bundle_id=bundle_id, position=position)
                .values_list("content", flat=True)
                .first()
            )
        if found is None:
            return
        yield bytes(found)
        position += 1
