"""Word one's own draft anew. Dry runs made of it before stay beside it and say what they were of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.digest import digest
from reconciliation.backtest.documents import checked
from reconciliation.backtest.drafts import hold_own, named
from reconciliation.backtest.models import SettingDraft
from reconciliation.permissions import Permission, require


def edit_draft(
    *, number: int, name: str, document: Mapping[str, Any], actor: Actor, at: datetime
) -> SettingDraft:  # fmt: skip
    """The draft as it is then; the same words again change nothing. Needs a tenant scope. Raises NotPermitted (also for a
    draft of somebody else), NotFound, CannotBe (sent or dropped), BadInput naming the field."""
    require(actor, Permission.SET_UP)
    draft = hold_own(number, actor)
    kept, name = checked(draft.about, draft.subject, document), named(name)
    if (draft.name, draft.document) == (name, kept):
        return draft
    draft.name, draft.document, draft.document_sha256, draft.changed_at = name, kept, digest(kept), at
    draft.save(update_fields=["name", "document", "document_sha256", "changed_at"])
    audit.record(actor, at, "draft.edited", str(draft), about=draft.about, of=draft.subject, document=kept)
    return draft
