"""Ask to book what the bank alone shows: its fee or interest (cause 6), or a receipt that no payment of ours explains."""

from datetime import datetime

from ledger.actors import Actor
from ledger.dating import dated
from ledger.models import LedgerTransaction
from ledger.periods import open_from
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.waiting_cases import park
from reconciliation.checkpoints.acting import by
from reconciliation.corrections.booking import Booking, booking_of, freeze_booking, policy_facts_of
from reconciliation.corrections.check_awaited import check_awaited
from reconciliation.corrections.reason_codes import require_reason
from reconciliation.corrections.target import open_case, require_free
from reconciliation.errors import AlreadyRequested, CannotBe, NoCorrection
from reconciliation.permissions import Permission, require


def request_booking(
    *, case: int, reason_code: str, note: str, idempotency_key: str, actor: Actor, at: datetime
) -> Made:  # fmt: skip
    """Freeze the booking of the line of case number `case` for a checker. Needs a tenant scope.

    Raises NotPermitted, BadInput, ReasonMissing, NotFound, CaseNotOpen, AlreadyRequested, SecurityHold, NoCorrection (no
    booking fits, no account is set, the line is booked already or its correction waits for a check), ForbiddenByPolicy.
    """
    person_of(actor, "asks for a correction")
    require(actor, Permission.REQUEST_CORRECTION)
    note = require_reason("book", reason_code, note)
    if made := made_before(
        idempotency_key, kind="book", subject=f"C-{case}", reason_code=reason_code, note=note, maker=actor.person_id
    ):
        return made
    found = open_case(case)
    require_free({found.account.ledger_account_id} if found.bank_account else ())
    booking = _bookable(found)
    if reason_code not in (booking.reason_code, "OTHER"):
        raise CannotBe(f"the reason to book it is {booking.reason_code} or OTHER", "reason_code")
    if booking.counter is None:
        raise NoCorrection(booking.unset.rstrip("."))
    payload = freeze_booking(
        booking, booking.counter, dated(booking.on, open_from()), reason_code=reason_code, note=note
    )
    made = make_request(
        Draft(
            kind="book", title=f"Book {booking.words} of {found}", subject=str(found), payload=payload,
            amount_minor=abs(booking.signed), currency=found.currency, reason_code=reason_code, note=note,
            idempotency_key=idempotency_key, facts=policy_facts_of(payload, reason_code) | by(actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip
    park(found, made, f"book {booking.words}", by=actor, at=at)
    return made


def _bookable(case: ExceptionCase) -> Booking:
    """What would be refused or would run twice at execution is refused now, before anybody is asked."""
    if waits := ApprovalRequest.objects.filter(state="open", payload__case_id=case.id).order_by("id").first():
        raise AlreadyRequested(f"{waits} by {waits.made_by_label} waits for a decision about {case}: {waits.title}")
    booking = booking_of(case)
    if booking is None:
        raise NoCorrection(f"no single booking removes the difference of {case}")
    if stands := LedgerTransaction.objects.filter(idempotency_key=booking.key).first():
        raise NoCorrection(f"the line of {case} is booked by {stands}, effective {stands.effective_on}")
    if done := check_awaited(case):
        raise NoCorrection(f"{done} is carried out and no check has looked since: {done.title}")
    return booking
