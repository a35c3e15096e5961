"""Ask to identify a receipt in suspense: which payment it belongs to, and on which account it then stands."""

from datetime import datetime

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.models import Account
from ledger.money import spoken
from ledger.transaction_ids import whole_id
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.models import BankAccount
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.checkpoints.acting import by
from reconciliation.corrections.reason_codes import require_reason
from reconciliation.corrections.receipt import Receipt, freeze_identification, policy_facts_of, receipt_named
from reconciliation.corrections.target import require_free
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require
from reconciliation.planes.known_payment import is_known


def request_identification(
    *, receipt: str, payment_id: str, counter: str, reason_code: str, note: str, idempotency_key: str, actor: Actor,
    at: datetime,
) -> Made:  # fmt: skip
    """Freeze the posting that gives the receipt to its payment, dated the day of the act; the whole receipt goes to one payment.
    `receipt` is a transaction's id, whole or short, `counter` the code of the account that it goes to. Needs a tenant scope.

    Raises NotPermitted, BadInput (an unknown payment, an account that does not fit), ReasonMissing, NotFound, NoCorrection (it is
    in suspense no more), AlreadyRequested, KeyReusedForAnotherPayload, SecurityHold, ForbiddenByPolicy."""
    person_of(actor, "asks for a correction")
    require(actor, Permission.REQUEST_CORRECTION)
    note = require_reason("identify", reason_code, note)
    subject = str(whole_id(receipt))
    if made := made_before(
        idempotency_key, kind="identify", subject=subject, reason_code=reason_code, note=note, maker=actor.person_id
    ):
        return _same(made, payment_id, counter)
    found = receipt_named(receipt)
    to = _counter(found, counter)
    if not is_known(payment_id):
        raise BadInput(f"no plane knows a payment {payment_id!r:.80}", "payment_id")
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


def _counter(receipt: Receipt, code: str) -> Account:
    """Where it goes: an account of the same currency that no bank's lines are held against, and not suspense again."""
    found = Account.objects.filter(code=code).first()
    if found is None:
        raise BadInput(f"no account has the code {code!r:.80}", "counter")
    if found.id == receipt.suspense.id:
        raise BadInput(f"account {code} is the one that the receipt waits on", "counter")
    if found.asset_id != receipt.currency:
        raise BadInput(f"account {code} is in {found.asset_id}, the receipt in {receipt.currency}", "counter")
    if bank := BankAccount.objects.filter(ledger_account=found).first():
        raise BadInput(f"account {code} is reconciled with {bank}: its entries claim lines of that bank", "counter")
    return found
