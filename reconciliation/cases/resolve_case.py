"""End the work on a case with a code of its class. The difference itself stays as every check states it: the day is drifted
while it stands, and a run that finds it changed opens the case again."""

from dataclasses import dataclass
from datetime import datetime

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.cases.acting import worker
from reconciliation.cases.ending import end, lock_case, require_code, require_open
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.cases.resolutions import CODES, OTHER
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import RESOLVE, Move
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, allowed, require

LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Resolved:
    """`repeated`: the same form had ended it before, nothing was done now."""

    number: int
    code: str
    repeated: bool = False


def resolve_case(
    *, number: int, code: str, note: str, key: str, actor: Actor, at: datetime, seen_state: str | None = None
) -> Resolved:
    """Resolve case C-`number` by hand. `key` is the sent form's: sent again it does nothing. Needs a tenant scope.

    Raises NotPermitted (also without the sign-off that the code needs), NotFound, BadInput (the class does not permit the
    code; "other" is asked for, not said), ReasonMissing, CaseNotOpen, SecurityHold, ChangedSinceAsked,
    KeyReusedForAnotherPayload, ForbiddenByPolicy.
    """
    worker(actor)
    if not 1 <= len(key) <= LONGEST_KEY or not key.isalnum():
        raise BadInput("the form carries no key", "key")
    case = lock_case(number)
    if _done_before(case, key, code, note.strip(), actor):
        return Resolved(case.number, code, repeated=True)
    require_open(case, seen_state)
    note = require_code(case, code, note)
    if code == OTHER:
        raise BadInput("other needs a second person: it is asked for", "code")
    if CODES[code].sign_off:
        require(actor, Permission.SIGN_OFF)
    facts = {
        "case": case.number, "exception_class": case.exception_class, "cause": case.cause, "code": code,
        "amount_minor": str(abs(case.contribution_minor)), "asset": case.currency, "plane_pair": case.plane_pair,
        "permitted": True,
        "noted": bool(note) or not CODES[code].note,
        "signed": not CODES[code].sign_off or allowed(actor, Permission.SIGN_OFF),
    } | by(actor)  # fmt: skip
    decided = record_decision(Move(RESOLVE, facts, case.payment_id), at=at, subjects=[str(case)])
    end(
        case, code, note=note, decision_id=decided.id, policy_version=decided.decision.policy_version, by=actor, at=at,
        key=key,
    )  # fmt: skip
    return Resolved(case.number, code)


def _done_before(case: ExceptionCase, key: str, code: str, note: str, by: Actor) -> bool:
    found = CaseEvent.objects.filter(case=case, sent_key=key).first()
    if found is None:
        return False
    if (found.kind, found.detail.get("code"), found.detail.get("note"), found.person_id) != (
        "resolved", code, note, by.person_id,
    ):  # fmt: skip
        raise KeyReusedForAnotherPayload(f"this form was sent before and {found.kind} {case} in other words; reload it")
    return True
