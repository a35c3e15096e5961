"""Ask to confirm the original PENDING transaction that the bank has settled while our confirmation failed (cause 5)."""

from datetime import datetime

from ledger.actors import Actor
from ledger.errors import NotPending
from ledger.models import LedgerTransaction
from ledger.periods import open_from
from ledger.transaction_ids import whole_id
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.cases.waiting_cases import park
from reconciliation.corrections.effective_day import correction_day
from reconciliation.corrections.exact_line import require_exact_line
from reconciliation.corrections.frozen import amount_of, freeze
from reconciliation.corrections.reason_codes import require_reason
from reconciliation.corrections.target import find_target, require_no_hold
from reconciliation.permissions import Permission, require
from reconciliation.postings.standing_facts import settling_move


def request_confirmation(
    *, transaction: str, case: int, note: str, idempotency_key: str, actor: Actor, at: datetime,
    reason_code: str = "CONFIRMATION_FAILED",
) -> Made:  # fmt: skip
    """Freeze the confirmation of `transaction` (its id, whole or short) on the day of the line of case number
    `case`. Needs a tenant scope.

    Raises NotPermitted, BadInput, ReasonMissing, UnknownTransaction, AmbiguousTransaction, NotFound, CaseNotOpen,
    SecurityHold, NotPending, NoCorrection (no single line, or a line of another amount: that is a mismatch, never
    confirmed), AlreadyRequested, ForbiddenByPolicy.
    """
    person_of(actor, "asks for a correction")
    require(actor, Permission.REQUEST_CORRECTION)
    transaction = whole_id(transaction)
    note = require_reason("confirm", reason_code, note)
    if made := made_before(
        idempotency_key, kind="confirm", subject=transaction, reason_code=reason_code, note=note, maker=actor.person_id
    ):
        return made
    target = find_target(transaction, case)
    require_no_hold(target)
    if target.transaction.status != LedgerTransaction.Status.PENDING:
        raise NotPending(
            f"{target.transaction} is {target.transaction.status}; only a PENDING transaction is confirmed"
        )
    require_exact_line(target)
    on = correction_day(
        "confirm",
        original_on=target.transaction.effective_on,
        rule=target.rule,
        line_on=target.line_on,
        open_from=open_from(),
    )
    amount, currency = amount_of(target)
    made = make_request(
        Draft(
            kind="confirm", title=f"Confirm {target.transaction}", subject=str(target.transaction.public_id),
            payload=freeze("confirm", target, on=on, reason_code=reason_code, note=note),
            amount_minor=amount, currency=currency, payment_id=target.transaction.payment_id or "",
            reason_code=reason_code,
            note=note, idempotency_key=idempotency_key,
            facts=settling_move("correction.confirm", target.transaction, actor, reason_code=reason_code,
                on=on.effective_on.isoformat()).facts,
        ),
        maker=actor, at=at,
    )  # fmt: skip
    park(target.case, made, f"confirm {target.transaction}", by=actor, at=at)
    return made
