"""Ask to identify a receipt in suspense: which payment it belongs to, and on which account it then stands."""

from datetime import datetime

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.money import spoken
from ledger.transaction_ids import whole_id
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.checkpoints.acting import by
from reconciliation.corrections.reason_codes import require_reason
from reconciliation.corrections.receipt import freeze_identification, policy_facts_of, receipt_named
from reconciliation.corrections.receipt_fits import counters_for, refused, require_counter, warnings
from reconciliation.corrections.target import require_free
from reconciliation.errors import BadInput, ReasonMissing
from reconciliation.permissions import Permission, require
from reconciliation.planes.expected_payment import expected_payment
from reconciliation.planes.known_payment import is_known


def request_identification(
    *, receipt: str, payment_id: str, counter: str, reason_code: str, note: str, idempotency_key: str, actor: Actor,
    at: datetime,
) -> Made:  # fmt: skip
    """Freeze the posting that gives the receipt to its payment, dated the day of the act; the whole receipt goes to one payment.
    Another amount than it lacks, or a payment that needs nothing more, is asked for with a note only.
    `receipt` is a transaction's id, whole or short, `counter` the code of the account that it goes to. Needs a tenant scope.

    Raises NotPermitted, BadInput (a payment unknown, of another asset or going out; an account that does not fit), ReasonMissing,
    NotFound, NoCorrection (it is in suspense no more), AlreadyRequested, KeyReusedForAnotherPayload, SecurityHold,
    ForbiddenByPolicy."""
    person_of(actor, "asks for a correction")
    require(actor, Permission.REQUEST_CORRECTION)
    note = require_reason("identify", reason_code, note)
    subject = str(whole_id(receipt))
    if made := made_before(
        idempotency_key, kind="identify", subject=subject, reason_code=reason_code, note=note, maker=actor.person_id
    ):
        return _same(made, payment_id, counter)
    found = receipt_named(receipt)
    if not is_known(payment_id):
        raise BadInput(f"no plane knows a payment {payment_id!r:.80}", "payment_id")
    expected = expected_payment(payment_id)
    if why := refused(expected, found.currency):
        raise BadInput(why, "payment_id")
    to = require_counter(found, counter, counters_for(expected, found))
    against = warnings(expected, found.amount_minor, found.currency)
    if against and not note:
        raise ReasonMissing(f"say how you know that it is {payment_id} all the same: {'; '.join(against)}")
    require_free({found.suspense.id, to.id})
    on = settlement_day([found.suspense.id, to.id], at)
    payload = freeze_identification(found, payment_id, to, on=on, reason_code=reason_code, note=note)
    return make_request(
        Draft(
            kind="identify", subject=subject, payload=payload, amount_minor=found.amount_minor, currency=found.currency,
            title=f"Identify {spoken(found.amount_minor, found.currency)} of {found.transaction} as {payment_id}"[:160],
            reason_code=reason_code, note=note, idempotency_key=idempotency_key, payment_id=payment_id,
            facts=policy_facts_of(payload) | by(actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip


def _same(made: Made, payment_id: str, counter: str) -> Made:
    payload = ApprovalRequest.objects.get(id=made.id).payload
    if (payload["payment_id"], payload["entries"][1]["account"]) != (payment_id, counter):
        raise KeyReusedForAnotherPayload(f"the key stands for CR-{made.number}, which asks for something else")
    return made
