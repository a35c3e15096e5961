"""Send a draft for approval with the dry run that was seen of it. The draft is frozen by this; whoever decides sees what would
change, what the dry run found, and which of the cases that would close are of the one who asks."""

from datetime import datetime, timedelta
from typing import Any

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.backtest import calendar_kind
from reconciliation.backtest.documents import MATCHER, InForce, in_force
from reconciliation.backtest.drafts import draft_numbered, hold_own
from reconciliation.backtest.models import DryRun, SettingDraft
from reconciliation.bank.asked_calendar import asked_calendar
from reconciliation.bank.change_calendar import require_future
from reconciliation.bank.find_bank_account import find_bank_account
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.checkpoints.acting import by
from reconciliation.errors import BadInput, CannotBe, ReasonMissing
from reconciliation.matching.planes import terms_kind
from reconciliation.permissions import Permission, require

LONGEST_NOTE = 2000
FRESH = timedelta(days=7)


def send_draft(
    *, number: int, dry_run: int, note: str, idempotency_key: str, actor: Actor, at: datetime
) -> Made:  # fmt: skip
    """`dry_run`: the number of a finished one, of the draft as it is worded now and of the version still in force. Needs a
    tenant scope.

    Raises NotPermitted (also for a draft of somebody else), NotFound, CannotBe (sent before, no such dry run, a date too
    early), BadInput (it says what is in force), ReasonMissing, AlreadyRequested, KeyReusedForAnotherPayload,
    ForbiddenByPolicy."""
    person = person_of(actor, "asks for other settings")
    require(actor, Permission.SET_UP)
    note = _note(note)
    about = draft_numbered(number)
    kind = terms_kind.KIND if about.about == MATCHER else calendar_kind.KIND
    code = "TERMS" if about.about == MATCHER else "CALENDAR"
    if made := made_before(
        idempotency_key, kind=kind, subject=about.subject, reason_code=code, note=note, maker=actor.person_id
    ):  # fmt: skip
        return made
    draft, was = hold_own(number, actor), in_force(about.about, about.subject)
    seen = _seen(draft, dry_run, was, at)
    if draft.about == MATCHER and was.document == draft.document:
        raise BadInput(f"version {was.number} says exactly this and is in force", "draft")
    if draft.about != MATCHER:
        require_future(find_bank_account(draft.subject), asked_calendar(draft.document), at)
    payload = _payload(draft, was, seen, note, person) | {"kind": kind}
    made = make_request(
        Draft(
            kind=kind, title=_title(draft), subject=draft.subject, payload=payload, amount_minor=0, currency="",
            reason_code=code, note=note, idempotency_key=idempotency_key,
            facts=_facts(draft, payload) | by(actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip
    draft.state, draft.request_id, draft.changed_at = SettingDraft.State.SENT, made.id, at
    draft.save(update_fields=["state", "request", "changed_at"])
    audit.record(actor, at, "draft.sent", str(draft), why=note, request=f"CR-{made.number}", dry_run=str(seen))
    return made


def _facts(draft: SettingDraft, payload: dict[str, Any]) -> dict[str, Any]:
    """What policy may select by, and what its backtests may look at later."""
    said = {name: payload[name] for name in ("terms", "was", "effect", "draft")}
    if draft.about == MATCHER:
        return said | {"plane_pair": draft.subject}
    return said | {"account": draft.subject, "asset": find_bank_account(draft.subject).currency}


def _note(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise BadInput(f"a note has at most {LONGEST_NOTE} characters, without NUL", "note")
    if not note:
        raise ReasonMissing("other settings need a note that says why")
    return note


def _seen(draft: SettingDraft, number: int, was: InForce, at: datetime) -> DryRun:
    dry = DryRun.objects.filter(draft=draft, number=number).first()
    if dry is None or dry.result is None:
        raise CannotBe(f"{draft} is sent with a dry run of it that has ended; run one first", "dry_run")
    if bytes(dry.document_sha256) != bytes(draft.document_sha256):
        raise CannotBe(f"{dry} was of other words of {draft}; run it again", "dry_run")
    if dry.result["in_force"]["number"] != was.number:
        raise CannotBe(
            f"{dry} compared with version {dry.result['in_force']['number']}, now another is in force", "dry_run"
        )
    if dry.asked_at < at - FRESH:
        raise CannotBe(f"{dry} is older than {FRESH.days} days; run it again", "dry_run")
    return dry


def _payload(draft: SettingDraft, was: InForce, dry: DryRun, note: str, person: int) -> dict[str, Any]:
    result = dry.result or {}
    return {
        "plane_pair": draft.subject, "terms": draft.document, "was": was.document, "was_number": was.number, "note": note,
        "draft": draft.number, "draft_name": draft.name, "document_sha256": bytes(draft.document_sha256).hex(),
        "dry_run": dry.number, "result_sha256": bytes(dry.result_sha256 or b"").hex(), "period": [result["from"], result["until"]],
        "effect": _effect(result, person), "case": None, "case_id": None,
    }  # fmt: skip


def _effect(result: dict[str, Any], person: int) -> dict[str, Any]:
    """The figures that the checker is shown. `own`: how many of the cases that would close the one who asks owns, or has
    worked on."""
    if "ahead" in result:
        return {
            "ahead": len(result["ahead"]), "days": len(result["days"]), "moved": result["moved"],
            "beyond_grace": result["beyond_grace"], "asset": result["asset"],
        }  # fmt: skip
    cases, matches = result["cases"], result["matches"]
    closing = ExceptionCase.objects.filter(number__in=cases["closing"])
    worked = CaseEvent.objects.filter(case__in=closing, person_id=person).values_list("case_id", flat=True)
    own = set(closing.filter(owner_id=person).values_list("id", flat=True)) | set(worked)
    return {
        "matches": [matches["before"], matches["after"]],
        "gained": sum(m["count"] for m in matches["changed"] if m["what"] == "gained"),
        "lost": sum(m["count"] for m in matches["changed"] if m["what"] == "lost"),
        "closes": cases["closes"], "opens": cases["opens"], "changes": cases["changes"], "money": cases["money"],
        "own": len(own), "days": len(result["days"]), "acts": result["acts"],
        "tolerated": result["within_tolerance"],
    }  # fmt: skip


def _title(draft: SettingDraft) -> str:
    if draft.about == MATCHER:
        return f"Set the terms of {draft.subject}"
    return f"Change the calendar of {draft.subject} from {draft.document['effective_from']}"
