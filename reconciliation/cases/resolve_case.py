"""End the work on a case with a code of its class. The difference itself stays as every check states it: the day is drifted
while it stands, and a run that finds it changed opens the case again."""

from dataclasses import dataclass
from datetime import datetime

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.cases.acting import worker
from reconciliation.cases.ending import end, lock_case, require_open, require_signed, resolving_facts
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import RESOLVE, Move
from reconciliation.errors import BadInput

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

    Raises NeedsApproval (it may be asked for: `request_resolution`), NotPermitted (also without the sign-off that the code
    needs), NotFound, BadInput (the class does not permit the code; "other" is asked for, not said), ReasonMissing,
    CaseNotOpen, SecurityHold, ChangedSinceAsked, KeyReusedForAnotherPayload, ForbiddenByPolicy.
    """
    worker(actor)
    if not 1 <= len(key) <= LONGEST_KEY or not key.isalnum():
        raise BadInput("the form carries no key", "key")
    case = lock_case(number)
    if _done_before(case, key, code, note.strip(), actor):
        return Resolved(case.number, code, repeated=True)
    require_open(case, seen_state)
    note = require_signed(case, code, note, actor)
    decided = record_decision(
        Move(RESOLVE, resolving_facts(case, code, note, actor), case.payment_id), at=at, subjects=[str(case)]
    )
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
