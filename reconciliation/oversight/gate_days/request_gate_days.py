"""Ask for another number of clean days that open the release gate. A second person decides, whichever way it goes."""

from datetime import datetime

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.acting import by
from reconciliation.errors import BadInput
from reconciliation.oversight.gate_days.kind import KIND
from reconciliation.oversight.gate_days.rules import asked_days, asked_note
from reconciliation.oversight.gate_days.versions import days_in_force
from reconciliation.permissions import Permission, require

CODE, SUBJECT = "RELEASE_GATE", "release gate"


def request_gate_days(*, needed: int, note: str, idempotency_key: str, actor: Actor, at: datetime) -> Made:
    """`needed` clean days in a row, 1 to 60. Needs a tenant scope.

    Raises NotPermitted (no person, not one who sets up), BadInput naming the field (also when it says what is in force),
    ReasonMissing, AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy."""
    person_of(actor, "asks for another number of clean days")
    require(actor, Permission.SET_UP)
    note, needed = asked_note(note), asked_days(needed)
    if made := made_before(
        idempotency_key, kind=KIND, subject=SUBJECT, reason_code=CODE, note=note, maker=actor.person_id
    ):
        if ApprovalRequest.objects.get(id=made.id).payload["needed"] != needed:
            raise KeyReusedForAnotherPayload(f"the key stands for CR-{made.number}, which asks for another number")
        return made
    was, number = days_in_force()
    if was == needed:
        raise BadInput(f"{needed} is the number in force", "needed")
    payload = {
        "kind": KIND, "needed": needed, "was": was, "was_number": number, "note": note, "case": None, "case_id": None,
    }  # fmt: skip
    draft = Draft(
        kind=KIND, title=f"Open the release gate after {needed} clean day{'' if needed == 1 else 's'}", subject=SUBJECT,
        payload=payload, amount_minor=0, currency="", reason_code=CODE, note=note, idempotency_key=idempotency_key,
        facts=by(actor),
    )  # fmt: skip
    return make_request(draft, maker=actor, at=at)
