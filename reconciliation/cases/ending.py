"""The steps that ending a case by people shares, for one person's word and for two people's: judge the code, lock, write."""

from datetime import datetime
from typing import Any

from ledger import audit
from ledger.actors import Actor
from reconciliation.cases.acts import LONGEST_TEXT
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.cases.resolutions import CODES, OTHER, ends_by_hand
from reconciliation.checkpoints.acting import by as acting_by
from reconciliation.errors import BadInput, CaseNotOpen, ChangedSinceAsked, NotFound, ReasonMissing, SecurityHold
from reconciliation.permissions import Permission, allowed, require

State = ExceptionCase.State
LONGEST_NOTE = LONGEST_TEXT - 500
LEAST_NOTE = 10


def lock_case(number: int) -> ExceptionCase:
    """The case C-`number`, its row held until commit: two people ending it at once would both see it open."""
    found = ExceptionCase.objects.select_for_update(no_key=True).filter(number=number).first()
    if found is None:
        raise NotFound(f"no case has the number {number}")
    return found


def require_open(case: ExceptionCase, seen_state: str | None) -> None:
    """Raises SecurityHold, CaseNotOpen (resolved, or waiting for a decision), ChangedSinceAsked."""
    if case.state != State.RESOLVED and case.held:
        raise SecurityHold(
            f"{case} is a security hold; it ends with the check that finds its difference gone, or once two people have released"
            " its incident"
        )
    if case.state == State.RESOLVED:
        raise CaseNotOpen(f"{case} is resolved: {case.resolution.replace('_', ' ')}")
    if case.state == State.WAITING:
        raise CaseNotOpen(f"{case} waits for a decision; withdraw the request first")
    if seen_state is not None and case.state != seen_state:
        raise ChangedSinceAsked(f"{case} is {case.state.replace('_', ' ')} by now, not {seen_state.replace('_', ' ')}")


def require_code(case: ExceptionCase, code: str, note: str) -> str:
    """The note, trimmed. Raises BadInput (the class does not permit the code; note too long), ReasonMissing."""
    permitted = ends_by_hand(case.exception_class, held=case.held)
    if code not in permitted:
        said = ", ".join(CODES[c].words for c in permitted) or "nobody's word"
        raise BadInput(f"a case of {case.exception_class.replace('_', ' ')} is ended by {said}", "code")
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise BadInput(f"a note has at most {LONGEST_NOTE} characters, without NUL", "note")
    if CODES[code].note and not note.strip():
        raise ReasonMissing(f"{CODES[code].words} needs a note that says what was found, and where it can be seen")
    if code == OTHER and len(note.strip()) < LEAST_NOTE:
        raise ReasonMissing(f"a second person judges by the note alone: say it in {LEAST_NOTE} characters or more")
    return note.strip()


def require_signed(case: ExceptionCase, code: str, note: str, actor: Actor) -> str:
    """The note, trimmed, of a code that the actor may say. Raises BadInput, ReasonMissing, NotPermitted (without the sign-off
    that the code needs)."""
    note = require_code(case, code, note)
    if code == OTHER:
        raise BadInput("other needs a second person: it is asked for", "code")
    if CODES[code].sign_off:
        require(actor, Permission.SIGN_OFF)
    return note


def resolving_facts(case: ExceptionCase, code: str, note: str, actor: Actor) -> dict[str, Any]:
    """What policy may look at when a case is ended by a code; money in minor units as text."""
    return {
        "case": case.number, "exception_class": case.exception_class, "cause": case.cause, "code": code,
        "amount_minor": str(abs(case.contribution_minor)), "asset": case.currency, "plane_pair": case.plane_pair,
        "permitted": True,
        "noted": bool(note) or not CODES[code].note,
        "signed": not CODES[code].sign_off or allowed(actor, Permission.SIGN_OFF),
    } | acting_by(actor)  # fmt: skip


def end(
    case: ExceptionCase, code: str, *, note: str, decision_id: int, policy_version: str, by: Actor, at: datetime,
    key: str | None = None, **detail: Any,
) -> None:  # fmt: skip
    """Move the case to resolved by compare-and-set, append its event and audit row. Its figures stay as they are.

    Raises ChangedSinceAsked when it moved meanwhile."""
    owner = case.owner_id or by.person_id
    moved = ExceptionCase.objects.filter(id=case.id, state=case.state).update(
        state=State.RESOLVED,
        resolved_at=at,
        resolution=code,
        owner_id=owner,
        snoozed_until=None,
        decision_id=decision_id,
    )
    if moved != 1:
        raise ChangedSinceAsked(f"{case} moved in the meantime; look again")
    said = {
        "code": code, "note": note, "contribution": str(case.contribution_minor), "currency": case.currency,
        "exception_class": case.exception_class,
    }  # fmt: skip
    CaseEvent.objects.create(
        case=case, at=at, kind="resolved", actor=by.name or by.id, person_id=by.person_id, sent_key=key,
        text=f"Resolved: {CODES[code].words}{f'. {note}' if note else ''}", detail=said | detail,
    )  # fmt: skip
    audit.record(
        by, at, "case.resolved", str(case), why=note, policy_version=policy_version, code=code,
        exception_class=case.exception_class, contribution_minor=str(case.contribution_minor), currency=case.currency,
        **detail,
    )  # fmt: skip
