"""Anchor the head of a tenant's chain outside the database: by the clock, and after each verification that held."""

import logging
from datetime import datetime

from ledger import audit_page
from ledger.actors import Actor
from ledger.anchors.note import Anchor, BadAnchor
from ledger.anchors.shelf import Shelf
from ledger.models import AuditAnchor, AuditBlock, Tenant
from ledger.tenancy import tenant

log = logging.getLogger("plumbline.ledger")


class NotContained(Exception):
    """The chain is not the one that was anchored before: signing its head would vouch for it."""


def anchor_chain(tenant_id: int, *, shelf: Shelf, actor: Actor, at: datetime) -> AuditAnchor | None:
    """The anchor made; None when there is no block, none since the last anchor, or a rival made it. It is kept outside first and
    remembered here after, so that no row speaks of an anchor that nobody holds; it leaves no audit row, which would move the head
    that it is of. In scopes of its own. Raises NotContained, OSError."""
    with tenant(tenant_id):
        slug = Tenant.objects.values_list("slug", flat=True).get(id=tenant_id)
        head, last = audit_page.head(), last_anchor()
    if head is None or (last is not None and last.head == f"{head.number}:{head.sha256}"):
        return None
    require_contained(tenant_id, slug, shelf, last.head if last else "")
    anchor = Anchor(shelf.origin(slug), head.number, head.sha256, head.rows, at)
    if (note := shelf.append(slug, anchor)) is None:
        return None
    with tenant(tenant_id):
        return AuditAnchor.objects.create(
            at=at, block=head.number, row_count=head.rows, head=anchor.named, note=note,
            place=str(shelf.place(slug)), made_by=actor.id,
        )  # fmt: skip


def require_contained(tenant_id: int, slug: str, shelf: Shelf, remembered: str = "") -> None:
    """The last anchor that is kept must be in the chain, and the one that the database remembers among those kept: a new anchor in
    a file that was emptied or cut would cover up that it was. Raises NotContained."""
    try:
        kept = shelf.anchors(slug)
    except BadAnchor as bad:
        raise NotContained(f"the anchors of {slug}: {bad}") from bad
    if remembered and remembered not in [anchor.named for anchor in kept]:
        raise NotContained(
            f"the anchors of {slug} lack the one of block {remembered.partition(':')[0]}, which was kept"
        )
    if not kept:
        return
    with tenant(tenant_id):
        stands = AuditBlock.objects.filter(number=kept[-1].blocks).values_list("sha256", flat=True).first()
    if stands is None or bytes(stands).hex() != kept[-1].head:
        raise NotContained(f"the chain of {slug} does not contain block {kept[-1].blocks}, which is anchored")


def last_anchor() -> AuditAnchor | None:
    """The last that was made, as remembered here. Needs a tenant scope. One query."""
    return AuditAnchor.objects.order_by("-id").first()
