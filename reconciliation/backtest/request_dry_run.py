"""Ask for a dry run of a draft over a past period; a worker makes it, or the caller itself. The same key asks once."""

from datetime import date, datetime, timedelta

from ledger import audit
from ledger.actors import Actor
from ledger.tenancy import current_tenant
from reconciliation.backtest.documents import MATCHER, in_force
from reconciliation.backtest.drafts import draft_numbered, next_number
from reconciliation.backtest.models import DryRun
from reconciliation.errors import BadInput, CannotBe
from reconciliation.matching.asked_matcher import LEDGER_BANK
from reconciliation.outbox import enqueue
from reconciliation.permissions import Permission, allowed, require

KIND = "dry_run"
USUAL, MOST = timedelta(days=28), timedelta(days=92)


def request_dry_run(
    *, number: int, from_on: date | None = None, until_on: date | None = None, key: str, actor: Actor, at: datetime,
    by_worker: bool = True,
) -> DryRun:  # fmt: skip
    """Of the days in [from_on, until_on), the last 28 up to today where none are given. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput (no key, days that are none), CannotBe (no version in force to compare with)."""
    if not allowed(actor, Permission.SET_UP):
        require(actor, Permission.RECONCILE)
    if not 1 <= len(key) <= 64 or not key.isalnum():
        raise BadInput("the form carries no key", "key")
    draft = draft_numbered(number)
    if made := DryRun.objects.filter(asked_key=key, draft=draft).first():
        return made
    until_on = until_on or at.date()
    from_on = from_on or until_on - USUAL
    if from_on >= until_on or until_on > at.date() + timedelta(days=1):
        raise BadInput("a dry run is over days that are past", "from_on")
    if until_on - from_on > MOST:
        raise BadInput(f"a dry run is over at most {MOST.days} days", "from_on")
    if draft.about == MATCHER and draft.subject == LEDGER_BANK and not in_force(draft.about, draft.subject).number:
        raise CannotBe("no matcher is in force to compare with; set the first version under Settings", "draft")
    made = DryRun.objects.create(
        number=next_number("dry_run"), draft=draft, document=draft.document,
        document_sha256=bytes(draft.document_sha256),
        from_on=from_on, until_on=until_on, asked_by=actor.name or actor.id, asked_at=at, asked_key=key,
    )  # fmt: skip
    if by_worker:
        enqueue(KIND, str(made.number), {"tenant": current_tenant(), "dry_run": made.number}, at=at)
    audit.record(actor, at, "dry_run.asked", str(made), of=str(draft), days=[str(from_on), str(until_on)])
    return made
