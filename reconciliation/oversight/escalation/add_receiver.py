"""Set a receiver up before the tenant's first check: in the set-up file. From the first check on two people add one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.transaction import atomic

from ledger import audit
from ledger.actors import Actor
from ledger.refusals import constraint_of
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.drift.models import DriftCheck
from reconciliation.errors import BadInput, NotPermitted
from reconciliation.oversight.escalation.asked_receiver import asked_receiver
from reconciliation.oversight.escalation.models import Receiver
from reconciliation.permissions import Permission, require


@dataclass(frozen=True, slots=True)
class Added:
    """`secret` is the key that a webhook's bodies are signed with, where it was made here; "" else. It is told once."""

    receiver: Receiver
    secret: str


def add_receiver(
    *, name: str, address: str, private: bool, actor: Actor, at: datetime, secret: str = ""
) -> Added:  # fmt: skip
    """`private` and `secret` as `asked_receiver` takes them. Needs a tenant scope. Raises NotPermitted (a person, or after the
    first check), ForbiddenByPolicy, BadInput naming the field."""
    require(actor, Permission.SET_UP)
    if actor.kind != "operator" or DriftCheck.objects.exists():
        raise NotPermitted("a receiver is set up before the first check; from then on two people add one")
    asked = asked_receiver(name=name, address=address, secret=secret, private=private)
    facts = {"receiver": asked.name, "kind": asked.kind, "host": asked.host} | by(actor)
    decided = record_decision(Move("setting.receiver", facts), at=at, subjects=[asked.name])
    try:
        with atomic():
            made = Receiver.objects.create(
                name=asked.name, kind=asked.kind, host=asked.host, sealed=asked.sealed, added_at=at, added_by=actor.id,
                decision_id=decided.id,
            )  # fmt: skip
    except IntegrityError as error:
        if constraint_of(error) != "receiver_name_stands_once":
            raise
        raise BadInput(f"a receiver is named {asked.name} already", "name") from error
    audit.record(
        actor, at, "receiver.added", asked.name, policy_version=decided.decision.policy_version, kind=asked.kind,
        host=asked.host,
    )  # fmt: skip
    return Added(made, asked.secret)
