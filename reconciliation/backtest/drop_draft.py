"""Drop one's own draft. It stays on record with its dry runs, and can no longer be sent."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.backtest.drafts import hold_own
from reconciliation.backtest.models import SettingDraft
from reconciliation.permissions import Permission, require


def drop_draft(*, number: int, actor: Actor, at: datetime) -> SettingDraft:
    """Needs a tenant scope. Raises NotPermitted, NotFound, CannotBe (not open)."""
    require(actor, Permission.SET_UP)
    draft = hold_own(number, actor)
    draft.state, draft.changed_at = SettingDraft.State.DROPPED, at
    draft.save(update_fields=["state", "changed_at"])
    audit.record(actor, at, "draft.dropped", str(draft), about=draft.about, of=draft.subject)
    return draft
