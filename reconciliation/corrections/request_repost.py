"""Ask to post a transaction anew: one that failed or was reversed while the bank settled it (cause 5), or one at another amount
than the bank's line: reversed with it where it stands, failed with it where it is PENDING."""

from datetime import datetime

from ledger.actors import Actor
from ledger.transaction_ids import whole_id
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.waiting_cases import park
from reconciliation.checkpoints.decide import decision_for_preview
from reconciliation.checkpoints.trying import taken_back
from reconciliation.corrections.check_awaited import check_awaited
from reconciliation.corrections.reason_codes import require_reason
from reconciliation.corrections.repost import EFFECT, MOVE
from reconciliation.corrections.reposting import repost_of
from reconciliation.corrections.target import find_target, require_no_hold
from reconciliation.errors import AlreadyRequested, CannotBe, NoCorrection
from reconciliation.permissions import Permission, require
from reconciliation.postings.standing_facts import settling_move


def request_repost(
    *, transaction: str, case: int, reason_code: str, note: str, idempotency_key: str, actor: Actor, at: datetime
) -> Made:
    """Freeze the re-post of `transaction` (its id, whole or short) by the line of case number `case`. Needs a tenant scope.

    Raises NotPermitted, BadInput, ReasonMissing, UnknownTransaction, AmbiguousTransaction, NotFound, CaseNotOpen, SecurityHold,
    AlreadyReposted, NoCorrection (no re-post fits, or a correction of the case waits for its check), AlreadyRequested,
    AgainstRule, ForbiddenByPolicy."""
    person_of(actor, "asks for a correction")
    require(actor, Permission.REQUEST_CORRECTION)
    transaction = whole_id(transaction)
    note = require_reason("repost", reason_code, note)
    if made := made_before(
        idempotency_key, kind="repost", subject=transaction, reason_code=reason_code, note=note, maker=actor.person_id
    ):
        return made
    target = find_target(transaction, case)
    require_no_hold(target)
    if target.case is not None:
        _require_alone(target.case)
    repost = repost_of(target)
    if reason_code not in (repost.reason_code, "OTHER"):
        raise CannotBe(f"the reason to post it anew is {repost.reason_code} or OTHER", "reason_code")
    payload, (amount, currency) = repost.frozen(reason_code=reason_code, note=note), repost.weighed
    with taken_back():  # what the book would refuse when it runs is refused before anybody is asked
        EFFECT(payload, decision_id=decision_for_preview(MOVE, at), policy_version="preview", actor=actor, at=at)
    more = {"amounts": {currency: str(amount)}} if repost.reason_code == "WRONG_AMOUNT" else {}
    made = make_request(
        Draft(
            kind="repost", title=f"Re-post {target.transaction}", subject=str(target.transaction.public_id), payload=payload,
            amount_minor=amount, currency=currency, payment_id=target.transaction.payment_id or "", reason_code=reason_code,
            note=note, idempotency_key=idempotency_key,
            facts=settling_move(MOVE, target.transaction, actor, reason_code=reason_code,
                on=repost.on.effective_on.isoformat(), **more).facts,
        ),
        maker=actor, at=at,
    )  # fmt: skip
    park(target.case, made, f"re-post {target.transaction}", by=actor, at=at)
    return made


def _require_alone(case: ExceptionCase) -> None:
    """Two re-posts of one case would book its line twice: another one waits for its decision, then for its check."""
    if waits := ApprovalRequest.objects.filter(state="open", payload__case_id=case.id).order_by("id").first():
        raise AlreadyRequested(f"{waits} by {waits.made_by_label} waits for a decision about {case}: {waits.title}")
    if done := check_awaited(case):
        raise NoCorrection(f"{done} is carried out and no check has looked since: {done.title}")
