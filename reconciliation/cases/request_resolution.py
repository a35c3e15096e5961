"""Ask to end a case by a code of its class, where policy lets nobody end it alone."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.cases.acting import worker
from reconciliation.cases.ending import lock_case, require_open, require_signed, resolving_facts
from reconciliation.cases.other import BY_CODE, freeze
from reconciliation.cases.resolutions import CODES
from reconciliation.cases.waiting_cases import park


def request_resolution(
    *, number: int, code: str, note: str, idempotency_key: str, actor: Actor, at: datetime, seen_state: str | None = None
) -> Made:  # fmt: skip
    """Freeze the end of case C-`number` for a checker; the case waits. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput, ReasonMissing, CaseNotOpen, SecurityHold, ChangedSinceAsked,
    AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy.
    """
    worker(actor)
    case = lock_case(number)
    if made := made_before(
        idempotency_key, kind=BY_CODE, subject=str(case), reason_code=code, note=note.strip(), maker=actor.person_id
    ):  # fmt: skip
        return made
    require_open(case, seen_state)
    note = require_signed(case, code, note, actor)
    words = CODES[code].words
    made = make_request(
        Draft(
            kind=BY_CODE, title=f"End as {words} {case}", subject=str(case),
            payload=freeze(case, note, kind=BY_CODE, code=code), amount_minor=abs(int(case.contribution_minor)),
            currency=case.currency, payment_id=case.payment_id, reason_code=code, note=note,
            idempotency_key=idempotency_key, facts=resolving_facts(case, code, note, actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip
    park(case, made, f"end it as {words}", by=actor, at=at)
    return made
