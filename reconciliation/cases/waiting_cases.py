"""A case waits while a request about it is open, and is worked on again when the last one has ended. Only a check
closes it."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case as When_
from django.db.models import Value, When

from ledger.actors import Actor
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalDecision, ApprovalRequest
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.errors import ChangedSinceAsked

State = ExceptionCase.State


def park(case: ExceptionCase | None, made: Made, what: str, *, by: Actor, at: datetime) -> None:
    """The case waits for the request; acting on an unowned case assigns it. Raises ChangedSinceAsked when it moved."""
    if case is None or not made.created or made.state != "open":
        return  # without a case nothing waits; a form sent twice has parked it the first time; what ran at once waits for nobody
    owner = case.owner_id or by.person_id
    moved = ExceptionCase.objects.filter(id=case.id, state=case.state, owner_id=case.owner_id).update(
        state=State.WAITING, owner_id=owner, snoozed_until=None
    )
    if moved != 1:
        raise ChangedSinceAsked(f"{case} changed since you looked; look again")
    CaseEvent.objects.create(
        case=case, at=at, kind="asked", actor=by.name or by.id, person_id=by.person_id,
        text=f"CR-{made.number} asks to {what}", detail={"request": made.number},
    )  # fmt: skip


def release(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Every case of these ended requests that no open request is about any more is worked on again, by its owner or
    by all.

    An executed correction leaves its case open too: the next check closes it when the difference is gone, and only
    then."""
    about = {r.payload["case_id"]: r for r in requests if r.payload["case_id"] is not None}
    if not about:
        return
    open_ones = ApprovalRequest.objects.filter(state=ApprovalRequest.State.OPEN, payload__case_id__in=list(about))
    still = set(open_ones.values_list("payload__case_id", flat=True))
    waiting = ExceptionCase.objects.filter(id__in=set(about) - still, state=State.WAITING)
    waiting.update(state=When_(When(owner_id=None, then=Value(State.OPEN)), default=Value(State.ASSIGNED)))
    whys = dict(
        ApprovalDecision.objects.filter(request__in=about.values(), verdict="reject").values_list(
            "request_id", "reason"
        )
    )
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case_id=case_id, at=at, kind="answered", actor=actor.name or actor.id, person_id=actor.person_id,
            text=f"{request} was {state}" + (": the next check closes the case" if state == "executed" else ""),
            detail={"request": request.number, "state": state, **({"why": why} if (why := whys.get(request.id)) else {})},
        )
        for case_id, request in sorted(about.items())
    )  # fmt: skip
