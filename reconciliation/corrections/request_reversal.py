"""Ask for the reversal of a POSTED transaction: of one that the bank rejected or returned (cause 1), or any single
one."""

from datetime import datetime

from ledger.actors import Actor
from ledger.errors import AlreadyReversed, CannotReverseReversal, NotPosted
from ledger.models import LedgerTransaction
from ledger.periods import open_from
from ledger.transaction_ids import whole_id
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.cases.waiting_cases import park
from reconciliation.corrections.effective_day import correction_day
from reconciliation.corrections.frozen import amount_of, freeze
from reconciliation.corrections.reason_codes import require_reason
from reconciliation.corrections.target import find_target, require_no_hold
from reconciliation.errors import NoCorrection
from reconciliation.permissions import Permission, require
from reconciliation.postings.standing_facts import settling_move


def request_reversal(
    *,
    transaction: str,
    reason_code: str,
    note: str,
    idempotency_key: str,
    actor: Actor,
    at: datetime,
    case: int | None = None,
) -> Made:
    """Freeze the reversal of the transaction with the id `transaction`, whole or short, for a checker. `case` is a case's number;
    without it the open case of the transaction is taken, if there is one. Needs a tenant scope.

    Raises NotPermitted, BadInput, ReasonMissing, UnknownTransaction, AmbiguousTransaction, NotFound, CaseNotOpen,
    SecurityHold, NotPosted, CannotReverseReversal, AlreadyReversed, AlreadyRequested, NoCorrection (a return whose
    line is not one), ForbiddenByPolicy.
    """
    person_of(actor, "asks for a correction")
    require(actor, Permission.REQUEST_CORRECTION)
    transaction = whole_id(transaction)
    note = require_reason("reverse", reason_code, note)
    if made := made_before(
        idempotency_key, kind="reverse", subject=transaction, reason_code=reason_code, note=note, maker=actor.person_id
    ):
        return made
    target = find_target(transaction, case)
    require_no_hold(target)
    _require_reversible(target.transaction)
    if target.rule == 5 and target.line_on is None:
        raise NoCorrection(f"{target.case} has {len(target.lines)} lines: no single day to date the return on")
    on = correction_day(
        "reverse",
        original_on=target.transaction.effective_on,
        rule=target.rule,
        line_on=target.line_on,
        open_from=open_from(),
    )
    amount, currency = amount_of(target)
    made = make_request(
        Draft(
            kind="reverse", title=f"Reverse {target.transaction}", subject=str(target.transaction.public_id),
            payload=freeze("reverse", target, on=on, reason_code=reason_code, note=note),
            amount_minor=amount, currency=currency, payment_id=target.transaction.payment_id or "",
            reason_code=reason_code,
            note=note, idempotency_key=idempotency_key,
            facts=settling_move("correction.reverse", target.transaction, actor, reason_code=reason_code,
                on=on.effective_on.isoformat()).facts,
        ),
        maker=actor, at=at,
    )  # fmt: skip
    park(target.case, made, f"reverse {target.transaction}", by=actor, at=at)
    return made


def _require_reversible(transaction: LedgerTransaction) -> None:
    """What the book would refuse at execution is refused now, before anybody is asked."""
    if transaction.reverses_id is not None:
        raise CannotReverseReversal(f"{transaction} is itself a reversal; re-post the original instead")
    if transaction.status != LedgerTransaction.Status.POSTED:
        raise NotPosted(f"{transaction} is {transaction.status}; only a POSTED transaction is reversed")
    if reversal := LedgerTransaction.objects.filter(reverses_id=transaction.id).first():
        raise AlreadyReversed(f"{transaction} was reversed by {reversal}, effective {reversal.effective_on}")
