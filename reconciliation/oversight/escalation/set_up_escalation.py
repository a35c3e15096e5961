"""Set a rule up before the tenant's first check: in the set-up file. From the first check on it changes by two people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledger.actors import Actor
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.drift.models import DriftCheck
from reconciliation.errors import BadInput, NotPermitted
from reconciliation.oversight.escalation.append_rule import append_rule
from reconciliation.oversight.escalation.in_force import rule_in_force
from reconciliation.oversight.escalation.models import EscalationRule
from reconciliation.oversight.escalation.rules import asked_rule
from reconciliation.permissions import Permission, require


def set_up_escalation(*, key: str, said: Mapping[str, Any], actor: Actor, at: datetime) -> EscalationRule:
    """What `said` leaves out stays as it ships. Needs a tenant scope. Raises NotPermitted (a person, or after the first check),
    ForbiddenByPolicy, BadInput naming the field."""
    require(actor, Permission.SET_UP)
    if actor.kind != "operator" or DriftCheck.objects.exists():
        raise NotPermitted("a rule is set up before the first check; from then on two people change it")
    was = rule_in_force(key)
    if was is None and "signal" not in said:
        raise BadInput("a rule of one's own says its signal", "signal")
    rule = asked_rule(key, (was.document if was else {}) | dict(said), was.version if was else 0)
    decided = record_decision(
        Move("setting.escalation_set_up", {"rule": key} | by(actor)), at=at, subjects=[key]
    )  # fmt: skip
    return append_rule(
        rule, why="", set_by=actor, decision_id=decided.id, policy_version=decided.decision.policy_version, at=at
    )
