"""Ask to close an accounting period on its checklist as it stands."""

from datetime import UTC, date, datetime

from ledger.actors import Actor
from ledger.errors import PeriodMoved, PeriodNotEnded
from ledger.models import Period
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.made_before import Made, made_before
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.checkpoints.acting import by
from reconciliation.errors import CannotBe, ChangedSinceAsked, ReasonMissing
from reconciliation.periods.asked_period import CLOSE_REASON, NOTHING_CARRIED, period_from, words
from reconciliation.periods.checklist import Checklist
from reconciliation.periods.close_kind import KIND, freeze
from reconciliation.periods.figures import checklist_of
from reconciliation.permissions import Permission, require


def request_closing(
    *, first_on: date, note: str, idempotency_key: str, actor: Actor, at: datetime, seen: str = ""
) -> Made:  # fmt: skip
    """Freeze the closing of the period that begins on `first_on`; what is carried over needs a note. `seen`: the digest of the
    checklist that was looked at, where one was. Needs a tenant scope.

    Raises NotPermitted, NotFound, BadInput, PeriodMoved (it is closed), PeriodNotEnded, CannotBe (the first item that blocks it),
    ChangedSinceAsked, ReasonMissing, AlreadyRequested, KeyReusedForAnotherPayload, ForbiddenByPolicy."""
    person_of(actor, "asks to close a period")
    require(actor, Permission.CLOSE_BOOKS)
    note = words(note)
    period = period_from(first_on)
    if made := _before(idempotency_key, period, note, actor):
        return made
    if period.state == Period.State.CLOSED:
        raise PeriodMoved(f"{period} is closed already")
    if period.until_on > at.astimezone(UTC).date():
        raise PeriodNotEnded(f"{period} ends on {period.until_on}")
    checklist = checklist_of(period, at=at)
    if seen and seen != checklist.digest.hex():
        raise ChangedSinceAsked(f"the checklist of {period} changed since you looked; look again")
    _require_closable(period, checklist, note)
    payload = freeze(
        period,
        checklist,
        reason_code=CLOSE_REASON,
        note=note or NOTHING_CARRIED,
        asked_by=actor.name or actor.id,
        at=at,
    )
    return make_request(
        Draft(
            kind=KIND, title=f"Close {period}", subject=first_on.isoformat(), payload=payload, amount_minor=0, currency="",
            reason_code=CLOSE_REASON, note=note, idempotency_key=idempotency_key, facts=by(actor),
        ),
        maker=actor, at=at,
    )  # fmt: skip


def _before(key: str, period: Period, note: str, actor: Actor) -> Made | None:
    return made_before(
        key, kind=KIND, subject=period.first_on.isoformat(), reason_code=CLOSE_REASON, note=note, maker=actor.person_id
    )


def _require_closable(period: Period, checklist: Checklist, note: str) -> None:
    if blocked := checklist.blocked_by:
        first = blocked[0]
        found = f": {first.found[0]}" if first.found else ""
        raise CannotBe(f"{period} cannot be closed yet. {first.title} does not hold ({first.count}){found}", "period")
    if checklist.carried and not note:
        carried = ", ".join(f"{i.title.lower()} ({i.count})" for i in checklist.carried)
        raise ReasonMissing(f"what is carried over from {period} needs a reason: not held are {carried}")
