"""Ask to say of a bank line without reference which entry it settles, or that it does not settle the one beside it."""

from datetime import datetime

from ledger.actors import Actor
from ledger.transaction_ids import whole_id
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.cases.waiting_cases import park
from reconciliation.corrections.join import MOVE
from reconciliation.corrections.joining import JOIN, frozen_joining, target_beside
from reconciliation.corrections.reason_codes import require_reason
from reconciliation.corrections.target import open_case, require_no_hold
from reconciliation.permissions import Permission, require
from reconciliation.postings.standing_facts import settling_move

TITLES = {"join": "Join the bank's line with", "apart": "Keep the bank's line apart from"}


def request_joining(
    *, kind: str, transaction: str, case: int, reason_code: str, note: str, idempotency_key: str, actor: Actor, at: datetime
) -> Made:  # fmt: skip
    """`kind`: "join" or "apart"; `transaction`: whose entry stands alone beside the line of case number `case`. Needs a tenant
    scope.

    Raises NotPermitted, BadInput, ReasonMissing, UnknownTransaction, NotFound, CaseNotOpen, SecurityHold, NoCorrection (another
    amount, said before, matched by now), AlreadyRequested, ForbiddenByPolicy."""
    person_of(actor, "asks for a correction")
    require(actor, Permission.REQUEST_CORRECTION)
    transaction = str(whole_id(transaction))
    note = require_reason(kind, reason_code, note)
    if made := made_before(
        idempotency_key, kind=kind, subject=transaction, reason_code=reason_code, note=note, maker=actor.person_id
    ):
        return made
    target = target_beside(open_case(case), transaction)
    require_no_hold(target)
    payload = frozen_joining(kind, target, reason_code=reason_code, note=note)
    t = target.transaction
    made = make_request(
        Draft(
            kind=kind, title=f"{TITLES[kind]} {t}", subject=str(t.public_id), payload=payload,
            amount_minor=int(payload["amount_minor"]), currency=payload["currency"], payment_id=t.payment_id or "",
            reason_code=reason_code, note=note, idempotency_key=idempotency_key,
            facts=settling_move(MOVE, t, actor, reason_code=reason_code, on=payload["effective_on"]).facts,
        ),
        maker=actor, at=at,
    )  # fmt: skip
    park(target.case, made, f"{'join with' if kind == JOIN else 'keep apart from'} {t}", by=actor, at=at)
    return made
