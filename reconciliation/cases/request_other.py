"""Ask to end a case as other: what no code of its class says, a note says, and a second person agrees or not."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.cases.acting import worker
from reconciliation.cases.ending import lock_case, require_code, require_open
from reconciliation.cases.other import KIND, freeze
from reconciliation.cases.resolutions import OTHER
from reconciliation.cases.waiting_cases import park
from reconciliation.checkpoints.acting import by


def request_other(
    *, number: int, note: str, idempotency_key: str, actor: Actor, at: datetime, seen_state: str | None = None
) -> Made:
    """Freeze the end of case C-`number` as other for a checker; the case waits. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput, ReasonMissing, CaseNotOpen, SecurityHold, ChangedSinceAsked,
    AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy.
    """
    worker(actor)
    case = lock_case(number)
    note = note.strip()
    if made := made_before(
        idempotency_key, kind=KIND, subject=str(case), reason_code="OTHER", note=note, maker=actor.person_id
    ):  # fmt: skip
        return made
    require_open(case, seen_state)
    note = require_code(case, OTHER, note)
    facts = {
        "case": case.number, "exception_class": case.exception_class, "cause": case.cause, "plane_pair": case.plane_pair,
        "amount_minor": str(abs(case.contribution_minor)), "asset": case.currency, "permitted": True, "noted": bool(note),
    } | by(actor)  # fmt: skip
    made = make_request(
        Draft(
            kind=KIND, title=f"End as other {case}", subject=str(case), payload=freeze(case, note),
            amount_minor=abs(int(case.contribution_minor)), currency=case.currency, payment_id=case.payment_id,
            reason_code="OTHER", note=note, idempotency_key=idempotency_key, facts=facts,
        ),
        maker=actor, at=at,
    )  # fmt: skip
    park(case, made, "end it as other", by=actor, at=at)
    return made
