"""Step 4, one gap at a time: a person gives it one class of the closed list. Set anew, the last one counts; none is
taken back."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from reconciliation.approvals.checkers import person_of
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput, NotFound
from reconciliation.permissions import Permission, require
from reconciliation.recovery.incident_named import require_key
from reconciliation.recovery.runs.errors import GateClosed
from reconciliation.recovery.runs.models import RecoveryClass, RecoveryGap
from reconciliation.recovery.runs.standing import CLASSIFY, hold_runs, require_open, standing_of


def set_class(*, number: int, gap: int, exception_class: str, key: str, actor: Actor, at: datetime) -> RecoveryClass:
    """Append the class of gap G-`gap` in run RR-`number`. `key` is the sent form's: sent again it sets nothing. Needs
    a tenant scope.

    Raises NotPermitted, NotFound, BadInput, RequestNotOpen, GateClosed (the gaps are not found yet, or their classes
    are closed), ForbiddenByPolicy, KeyReusedForAnotherPayload."""
    require(actor, Permission.CLASSIFY_GAPS)
    person = person_of(actor, "classifies a gap")
    require_key(key)
    if exception_class not in CLASSES:
        raise BadInput(
            f"a class is one of {', '.join(c.words for c in CLASSES.values())}; there is no other", "exception_class"
        )
    hold_runs()
    standing = standing_of(number)
    found = RecoveryGap.objects.filter(run=standing.run, number=gap).first()
    if found is None:
        raise NotFound(f"{standing.run} has no gap G-{gap}")
    if made := RecoveryClass.objects.filter(gap=found, sent_key=key).first():
        if made.exception_class != exception_class:
            raise KeyReusedForAnotherPayload("this form was sent before with another class; reload the page")
        return made
    require_open(standing)
    if standing.next_step != CLASSIFY:
        raise GateClosed(f"the classes of {standing.run} are closed; a step that is done is not edited")
    decided = record_decision(
        Move(
            "recovery.classify",
            {"run": str(standing.run), "gap": str(found), "exception_class": exception_class} | by(actor),
        ),
        at=at,
        subjects=[str(found)],
    )
    made = RecoveryClass.objects.create(
        run=standing.run,
        gap=found,
        exception_class=exception_class,
        set_at=at,
        set_by_person_id=person,
        set_by=actor.name or actor.id,
        sent_key=key,
        decision_id=decided.id,
    )
    audit.record(
        actor,
        at,
        "recovery.classified",
        str(standing.run),
        policy_version=decided.decision.policy_version,
        gap=str(found),
        exception_class=exception_class,
        suggested=found.suggested_class,
    )
    return made
