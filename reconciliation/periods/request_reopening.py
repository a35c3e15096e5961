"""Ask to open closed books again: always by two people, with a reason that is counted."""

from datetime import date, datetime

from ledger.actors import Actor
from ledger.errors import PeriodMoved, PeriodsMoveInOrder
from ledger.models import Period
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.checkpoints.acting import by
from reconciliation.periods.asked_period import period_from, require_reopen_reason, words
from reconciliation.periods.reopen_kind import KIND, freeze
from reconciliation.permissions import Permission, require


def request_reopening(
    *, first_on: date, reason_code: str, note: str, idempotency_key: str, actor: Actor, at: datetime
) -> Made:  # fmt: skip
    """Freeze the re-opening of the period that begins on `first_on`. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput, ReasonMissing, PeriodMoved (it is open), PeriodsMoveInOrder (a later one is closed),
    AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy."""
    person_of(actor, "asks to re-open a period")
    require(actor, Permission.CLOSE_BOOKS)
    note = words(note)
    require_reopen_reason(reason_code, note)
    period = period_from(first_on)
    subject = first_on.isoformat()
    if made := made_before(
        idempotency_key, kind=KIND, subject=subject, reason_code=reason_code, note=note, maker=actor.person_id
    ):
        return made
    if period.state != Period.State.CLOSED:
        raise PeriodMoved(f"{period} is open already")
    later = (
        Period.objects.filter(first_on__gte=period.until_on, state=Period.State.CLOSED).order_by("-first_on").first()
    )
    if later is not None:
        raise PeriodsMoveInOrder(f"periods are re-opened from the last one on; {later} is closed")
    payload = freeze(period, reason_code=reason_code, note=note, asked_by=actor.name or actor.id)
    return make_request(
        Draft(
            kind=KIND, title=f"Re-open {period}", subject=subject, payload=payload, amount_minor=0, currency="",
            reason_code=reason_code, note=note, idempotency_key=idempotency_key,
            facts={"times_before": payload["times_before"]} | by(actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip
