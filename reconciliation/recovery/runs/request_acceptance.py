"""Step 5, for one gap: ask a second person to accept that there is nothing to correct."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.checkpoints.acting import by
from reconciliation.errors import RequestNotOpen
from reconciliation.permissions import Permission, require
from reconciliation.recovery.incident_named import require_words
from reconciliation.recovery.runs.acceptance_kind import KIND
from reconciliation.recovery.runs.closing_models import RecoveryAcceptance
from reconciliation.recovery.runs.correcting import beside, gap_of
from reconciliation.recovery.runs.gates import require_turn
from reconciliation.recovery.runs.models import RecoveryClass
from reconciliation.recovery.runs.standing import CORRECT, hold_runs, standing_of

REASON_CODE = "NOTHING_TO_CORRECT"
LEAST, LONGEST = 20, 2000


def request_acceptance(*, number: int, gap: int, reason: str, idempotency_key: str, actor: Actor, at: datetime) -> Made:
    """Freeze the acceptance of G-`gap` in RR-`number` for a checker. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput (it needs a reason), RequestNotOpen (accepted already, or the run has ended),
    GateClosed, AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy."""
    require(actor, Permission.CLASSIFY_GAPS)
    person_of(actor, "asks to accept a gap")
    reason = require_words(reason, "reason", LONGEST, LEAST)
    hold_runs()
    standing = standing_of(number)
    found = gap_of(standing.run, gap)
    if made := made_before(
        idempotency_key, kind=KIND, subject=str(found), reason_code=REASON_CODE, note=reason, maker=actor.person_id
    ):
        return made
    require_turn(CORRECT, standing)
    if done := RecoveryAcceptance.objects.filter(gap=found).first():
        raise RequestNotOpen(f"{found} was accepted by {done.accepted_by} on {done.accepted_at:%Y-%m-%d %H:%M} UTC")
    name = RecoveryClass.objects.filter(gap=found).latest("id").exception_class
    payload = {
        "kind": KIND, "run": number, "run_id": standing.run.id, "gap": found.number, "gap_id": found.id, "reason": reason,
        "difference": found.reason, "exception_class": name, "value_minor": str(found.value_minor), "currency": found.asset,
        "payment": found.payment_id or found.payment_ref, "order": found.order_ref,
        "asked_by": actor.name or actor.id, "beside": beside(found), "case": None, "case_id": None,
    }  # fmt: skip
    amount = abs(int(found.value_minor))
    facts = {"run": str(standing.run), "gap": str(found), "exception_class": name, "asset": found.asset,
             "amount_minor": str(amount)} | by(actor)  # fmt: skip
    return make_request(
        Draft(
            kind=KIND, title=f"Accept {found} of {standing.run} as it is", subject=str(found), payload=payload,
            amount_minor=amount, currency=found.asset, payment_id=found.payment_id or found.payment_ref,
            reason_code=REASON_CODE, note=reason, idempotency_key=idempotency_key, facts=facts,
        ),
        maker=actor, at=at,
    )  # fmt: skip
