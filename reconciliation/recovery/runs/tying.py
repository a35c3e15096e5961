"""Tie a request to the gap that it corrects: a step of whoever asks for it, in their database transaction."""

from datetime import datetime

from django.db import DatabaseError

from ledger import audit
from ledger.actors import Actor
from ledger.refusals import constraint_of
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.recovery.runs.closing_models import RecoveryRemedy
from reconciliation.recovery.runs.errors import NoRemedy
from reconciliation.recovery.runs.models import RecoveryGap
from reconciliation.recovery.runs.standing import Standing


def tie(
    standing: Standing, gap: RecoveryGap, request: ApprovalRequest, *, actor: Actor, at: datetime
) -> RecoveryRemedy:
    """The tie; the one that stands is answered again. Raises NoRemedy (it is about another payment or order, no correction, or
    older than the run), ForbiddenByPolicy."""
    if known := RecoveryRemedy.objects.filter(gap=gap, request=request).first():
        return known
    facts = {"run": str(standing.run), "gap": str(gap), "request": str(request)} | by(actor)
    decided = record_decision(Move("recovery.tie", facts), at=at, subjects=[f"{gap} {request}"])
    try:
        made = RecoveryRemedy.objects.create(
            run=standing.run,
            gap=gap,
            request=request,
            tied_at=at,
            tied_by=actor.name or actor.id,
            decision_id=decided.id,
        )
    except DatabaseError as error:
        if constraint_of(error) != "remedy_is_of_its_gap":
            raise
        raise NoRemedy(
            f"{request} is no correction of the payment or the order of {gap} that was asked for since {standing.run} was opened"
        ) from error
    audit.record(
        actor, at, "recovery.tied", str(standing.run), policy_version=decided.decision.policy_version, gap=str(gap),
        request=str(request), kind=request.kind, payment=request.payment_id,
    )  # fmt: skip
    return made
