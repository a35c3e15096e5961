"""Book by rule what the bank alone shows: the bank's fees and interest for which policy names the door "rule" and lets the booking
through by itself. What it leaves to an approval or forbids, and what people said no to, is left for people."""

import logging
from datetime import datetime

from django.db.transaction import atomic

from ledger.actors import Actor
from ledger.dating import dated
from ledger.errors import LedgerRefusal
from ledger.periods import open_from
from reconciliation.approvals.answering import Answering, set_up_by
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.booking_accounts import USE_CASES
from reconciliation.bank.models import BankAccount
from reconciliation.cases.models import ExceptionCase
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import ask
from reconciliation.checkpoints.in_force import in_force
from reconciliation.checkpoints.rules import Move
from reconciliation.corrections.book import MOVE
from reconciliation.corrections.booking import Booking, booking_of, freeze_booking, policy_facts_of
from reconciliation.corrections.check_awaited import check_awaited
from reconciliation.corrections.target import holds_on
from reconciliation.outbox import BOOK_BY_RULE, enqueue
from reconciliation.permissions import Permission, require

log = logging.getLogger("plumbline.corrections")
AT_A_TIME = 100
State = ExceptionCase.State
LEFT = (State.RESOLVED, State.WAITING, State.SNOOZED)  # ended, waits for a decision, or somebody said: not now
NOTE = "Booked by rule: a checkpoint in force lets the bank's code through by itself."


def book_by_rule(account: BankAccount, run: str, after: int, *, actor: Actor, at: datetime) -> int:
    """Book what may be, of the account's open cases of cause 6 after case id `after`; returns how many were booked. `run` names
    the check that asked. Needs a tenant scope. Raises NotPermitted.

    Each stands alone: one that the book refuses leaves the others. Again, or by a rival, nothing is booked twice: the request's
    key and the posting's are made of the line."""
    require(actor, Permission.REQUEST_CORRECTION)
    if not _speaks_of_rules() or holds_on([account.ledger_account_id]):
        return 0
    cases = list(
        ExceptionCase.objects.filter(bank_account=account, cause=6, id__gt=after).exclude(state__in=LEFT)
        .select_related("bank_account__ledger_account").order_by("id")[:AT_A_TIME]
    )  # fmt: skip
    said_no = _said_no(cases)
    done = sum(_book(case, actor, at) for case in cases if case.id not in said_no)
    if len(cases) == AT_A_TIME:
        more = {"account": account.id, "run": run, "after": cases[-1].id}
        enqueue(BOOK_BY_RULE, f"{run} after {cases[-1].id}", more, at=at)
    return done


def _speaks_of_rules() -> bool:
    """Whether any clause in force could let one through. Most tenants have none, and no case is looked at."""
    clauses = in_force(sure=True).asked.get(MOVE, ())
    return any(c.outcome == "automatic" and "rule" in c.when.get("door", ()) for c in clauses)


def _said_no(cases: list[ExceptionCase]) -> set[int]:
    asked = ApprovalRequest.objects.filter(
        kind="book", state__in=("open", "rejected"), payload__case_id__in=[c.id for c in cases]
    )
    return set(asked.values_list("payload__case_id", flat=True))


def _book(case: ExceptionCase, actor: Actor, at: datetime) -> bool:
    booking = booking_of(case)
    if booking is None or booking.standing is None or booking.counter is None or check_awaited(case):
        return False
    payload = freeze_booking(
        booking, booking.counter, dated(booking.on, open_from()), reason_code=booking.reason_code, note=NOTE
    )
    facts = policy_facts_of(payload, booking.reason_code) | by(actor)
    if ask(Move(MOVE, facts), at).outcome != "automatic":
        return False
    answering = _answers(booking)
    if answering is None:
        log.warning("nobody answers for the account of %s, so no rule books %s", booking.use_case, case)
        return False
    draft = Draft(
        kind="book", title=f"Book {booking.words} of {case}", subject=str(case), payload=payload,
        amount_minor=abs(booking.signed), currency=case.currency, reason_code=booking.reason_code, note=NOTE,
        idempotency_key=f"by rule: {booking.key}", facts=facts, answering=answering, waits=False,
    )  # fmt: skip
    try:
        with atomic():
            return make_request(draft, maker=actor, at=at).created
    except LedgerRefusal as refusal:
        log.info("no rule books %s: %s", case, refusal)
        return False


def _answers(booking: Booking) -> Answering | None:
    """The person who set the account: the posting is on it that they chose, and nobody else stands behind the rule."""
    assert booking.standing is not None  # noqa: S101  asked for what has an account alone
    return set_up_by(booking.standing.set_by, f"the rule for {USE_CASES[booking.use_case]} of {booking.case.account}")
