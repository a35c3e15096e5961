"""Make a dry run that was asked for, in steps of its own so that the screen sees them; repeated, it starts over and states its
result once. What it compares is pinned: the document, the version in force, and one as-of for both sides."""

import hashlib
from datetime import datetime
from typing import Any

from ledger import audit
from ledger.tenancy import tenant
from reconciliation.approvals.digest import canonical
from reconciliation.backtest.documents import CALENDAR, MATCHER, InForce, in_force
from reconciliation.backtest.dry_bank import TRYING, parts_of, try_bank
from reconciliation.backtest.dry_calendar import try_calendar
from reconciliation.backtest.dry_planes import try_planes
from reconciliation.backtest.found import Found, stated
from reconciliation.backtest.models import DryRun
from reconciliation.bank.asked_calendar import asked_calendar
from reconciliation.bank.find_bank_account import bank_accounts, find_bank_account
from reconciliation.errors import CannotBe, Refusal
from reconciliation.matching.asked_matcher import LEDGER_BANK
from reconciliation.matching.versions import version_in_force


def make_dry_run(tenant_id: int, number: int, *, at: datetime) -> None:
    """Needs no scope: it opens short ones. A refusal is the dry run's own end, in words."""
    with tenant(tenant_id):
        dry = DryRun.objects.select_related("draft").get(number=number)
    if dry.finished_at is not None:
        return
    try:
        with tenant(tenant_id):
            was = _pinned(dry)
        figures = _figures(tenant_id, dry)
        with tenant(tenant_id):
            if _pinned(dry).number != was.number:
                raise CannotBe("another version came into force meanwhile; run it again", "draft")
    except Refusal as refusal:
        with tenant(tenant_id):
            _end(dry, at, refused=str(refusal)[:500] or refusal.code)
        return
    result = {
        "about": dry.draft.about, "subject": dry.draft.subject, "from": str(dry.from_on), "until": str(dry.until_on),
        "as_of": dry.asked_at.isoformat(), "document": dry.document,
        "document_sha256": bytes(dry.document_sha256).hex(), "in_force": {"number": was.number, "document": was.document},
    } | figures  # fmt: skip
    with tenant(tenant_id):
        _end(dry, at, result=result, result_sha256=hashlib.sha256(canonical(result)).digest())


def _pinned(dry: DryRun) -> InForce:
    """The version to compare with. Raises CannotBe when one came into force after the instant that the runs look from."""
    if dry.draft.about == MATCHER:
        newest = version_in_force(dry.draft.subject)
        if newest is not None and newest.active_from > dry.asked_at:
            raise CannotBe("another version came into force since it was asked for; run it again", "draft")
    return in_force(dry.draft.about, dry.draft.subject)


def _end(dry: DryRun, at: datetime, **ended: Any) -> None:
    """Once, whoever comes second: a worker that was thought dead may still come."""
    if _running(dry).update(finished_at=at, **ended):
        digest = bytes(ended.get("result_sha256", b"")).hex()
        audit.record(
            TRYING, at, "dry_run.ended", str(dry), why=ended.get("refused", ""), of=str(dry.draft), result_sha256=digest
        )


def _figures(tenant_id: int, dry: DryRun) -> dict[str, Any]:
    subject, as_of = dry.draft.subject, dry.asked_at
    if dry.draft.about == CALENDAR:
        with tenant(tenant_id):
            return try_calendar(
                find_bank_account(subject), asked_calendar(dry.document), dry.from_on, dry.until_on, as_of=as_of
            )
    found = Found()
    if subject != LEDGER_BANK:
        with tenant(tenant_id):
            try_planes(found, subject, dry.from_on, dry.document, label=str(dry), as_of=as_of)
        return stated(found)
    with tenant(tenant_id):
        parts = [
            (account, part)
            for account in bank_accounts()
            for part in parts_of(account, dry.from_on, dry.until_on, as_of=as_of)
        ]
    for done, (account, part) in enumerate(parts):
        with tenant(tenant_id):
            _running(dry).update(progress={"done": done, "of": len(parts)})
        with tenant(tenant_id):
            try_bank(found, account, part, dry.document, as_of=as_of)
    return stated(found)


def _running(dry: DryRun) -> Any:
    return DryRun.objects.filter(id=dry.id, finished_at=None)
