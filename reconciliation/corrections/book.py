"""The kind "book": what the bank alone shows, a fee, interest or a receipt that nobody knows, is posted on the line's day."""

from datetime import datetime

from ledger.actors import Actor
from ledger.models import LedgerTransaction
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.waiting_cases import release
from reconciliation.corrections.accrued import hold_accrued, still_accrued
from reconciliation.corrections.check_awaited import check_awaited
from reconciliation.corrections.frozen import case_facts
from reconciliation.corrections.held import with_checks
from reconciliation.corrections.preview import Preview, preview_of
from reconciliation.corrections.target import holds_on
from reconciliation.postings import held
from reconciliation.postings.dated_on import dated_now

MOVE = "correction.book"


def _effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    hold_accrued(payload)
    return held.effect(payload, decision_id=decision_id, policy_version=policy_version, actor=actor, at=at)


EFFECT = with_checks(_effect)


def facts_of(payload: Payload) -> Facts:
    """What must still hold: nothing stands under its key, as much is accrued as was, no account of it is held, the case shows what
    it showed, and no other correction of it was carried out that a check has yet to look at."""
    taken = LedgerTransaction.objects.filter(idempotency_key=payload["key"]).exists()
    held_by = holds_on({e["account_id"] for e in payload["entries"]})
    case = ExceptionCase.objects.get(id=payload["case_id"])
    return {
        "key_is_free": not taken, "security_hold": [str(c) for c in held_by], "corrected_meanwhile": f"{check_awaited(case) or ''}",
    } | dated_now(payload) | still_accrued(payload) | case_facts(case)  # fmt: skip


def preview(payload: Payload, at: datetime) -> Preview:
    """The entries as they will stand, and the days before and after, as of `at`. Changes no row."""
    return preview_of(payload, payload["entries"], EFFECT, MOVE, at)


BOOK = Kind("book", MOVE, preview, facts_of, EFFECT, release, together=True)
