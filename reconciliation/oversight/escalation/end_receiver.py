"""End a receiver that no rule names. Under a rule it stands: taking it away weakens the rule, which two people do."""

from datetime import datetime

from django.db import DatabaseError, connection
from django.db.transaction import atomic

from ledger import audit
from ledger.actors import Actor
from ledger.refusals import constraint_of
from ledger.tenancy import current_tenant
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import NotFound, ReasonMissing
from reconciliation.oversight.escalation.errors import ReceiverInUse
from reconciliation.oversight.escalation.models import Receiver
from reconciliation.permissions import Permission, require

NAMED = "SELECT guard.receiver_named_by(%s, %s)"


def end_receiver(*, receiver_id: int, reason: str, actor: Actor, at: datetime) -> Receiver:
    """Needs a tenant scope. Raises NotPermitted, NotFound (no such standing receiver), ReceiverInUse naming the rule,
    ReasonMissing, ForbiddenByPolicy."""
    require(actor, Permission.SET_UP)
    found = Receiver.objects.select_for_update().filter(id=receiver_id, ended_at=None).first()
    if found is None:
        raise NotFound(f"no standing receiver has the id {receiver_id}")
    if not reason.strip():
        raise ReasonMissing("a receiver ends with a reason")
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [current_tenant(), found.name])
        (rule,) = cursor.fetchone()
    if rule:
        raise ReceiverInUse(f"the rule {rule} names {found.name}: change the rule first, by two people")
    decided = record_decision(
        Move("setting.receiver", {"receiver": found.name, "kind": found.kind, "host": found.host} | by(actor)), at=at,
        subjects=[found.name],
    )  # fmt: skip
    try:
        with atomic():
            Receiver.objects.filter(id=found.id).update(ended_at=at)
    except DatabaseError as error:
        if constraint_of(error) != "receiver_in_use_stands":
            raise
        raise ReceiverInUse(f"a rule names {found.name}: change the rule first, by two people") from error
    audit.record(
        actor, at, "receiver.ended", found.name, why=reason.strip(), policy_version=decided.decision.policy_version,
        kind=found.kind, host=found.host,
    )  # fmt: skip
    return found
