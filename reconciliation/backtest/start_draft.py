"""Start a draft of other matcher terms or of another calendar. It changes nothing until it is tried, sent and approved."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.digest import digest
from reconciliation.backtest.documents import checked
from reconciliation.backtest.drafts import MOST_OPEN, OPEN, named, next_number
from reconciliation.backtest.models import SettingDraft
from reconciliation.errors import CannotBe
from reconciliation.permissions import Permission, require


def start_draft(
    *, about: str, subject: str, name: str, document: Mapping[str, Any], actor: Actor, at: datetime
) -> SettingDraft:
    """`document` as asked_matcher and asked_calendar read it. Needs a tenant scope. Raises NotPermitted, BadInput naming the
    field, NotFound (no such bank account), CannotBe (too many of one's own are open)."""
    person = person_of(actor, "drafts a setting")
    require(actor, Permission.SET_UP)
    if SettingDraft.objects.filter(made_by=person, state=OPEN).count() >= MOST_OPEN:
        raise CannotBe(f"{MOST_OPEN} drafts of yours are open; send or drop some", "name")
    kept = checked(about, subject, document)
    draft = SettingDraft.objects.create(
        number=next_number("draft"), about=about, subject=subject, name=named(name), document=kept,
        document_sha256=digest(kept), made_by_id=person, made_by_label=actor.name or actor.id, made_at=at, changed_at=at,
    )  # fmt: skip
    audit.record(actor, at, "draft.started", str(draft), about=about, of=subject, document=kept)
    return draft
