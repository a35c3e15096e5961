"""Ask for a verification of the ledger now; a worker makes it, as it makes the daily one. The same key asks once."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.tenancy import current_tenant
from reconciliation.errors import AlreadyRequested, BadInput
from reconciliation.outbox import enqueue
from reconciliation.outbox_models import OutboxItem
from reconciliation.permissions import Permission, require

KIND = "verify_ledger"


def request_verification(*, key: str, actor: Actor, at: datetime) -> None:
    """Needs a tenant scope. Raises NotPermitted, BadInput (no key), AlreadyRequested while another one is under way:
    it reads the whole book, and its verdict will do."""
    require(actor, Permission.VERIFY)
    if not 1 <= len(key) <= 64 or not key.isalnum():
        raise BadInput("the form carries no key", "key")
    waiting = under_way()
    if waiting is not None and waiting.unique_key != f"asked {key}":
        raise AlreadyRequested("a verification is under way; its result is shown on the audit page")
    if enqueue(KIND, f"asked {key}", {"tenant": current_tenant()}, at=at):
        audit.record(actor, at, "verification.requested", "the audit chain and the book")


def under_way() -> OutboxItem | None:
    """The verification that waits or is being made, of the clock or of a person; None when there is none. One query."""
    return OutboxItem.objects.filter(kind=KIND, state=OutboxItem.State.WAITING).order_by("id").first()
