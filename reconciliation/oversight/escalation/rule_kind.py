"""The kind "set_escalation": who is told of what changes by two people, whichever way it changes. Whether a change weakens a rule
is for the second person to see, not for the code to guess."""

from collections.abc import Sequence
from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.checkpoints.rules import ESCALATION
from reconciliation.oversight.escalation.append_rule import append_rule
from reconciliation.oversight.escalation.in_force import rule_in_force
from reconciliation.oversight.escalation.models import Receiver
from reconciliation.oversight.escalation.rules import asked_rule
from reconciliation.permissions import Permission

KIND = "set_escalation"


def facts_of(payload: Payload) -> Facts:
    """What must still hold: nobody changed the rule meanwhile, nor ended a receiver that it is to name."""
    rule, named = rule_in_force(payload["key"]), payload["document"]["receivers"]
    standing = set(Receiver.objects.filter(name__in=named, ended_at=None).values_list("name", flat=True))
    return {"rule_in_force": rule.version if rule else -1, "receivers_missing": sorted(set(named) - standing)}


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Append the version; runs from now on are held against it. Writes no transaction."""
    was = rule_in_force(payload["key"])
    rule = asked_rule(payload["key"], payload["document"], was.version if was else 0)
    append_rule(
        rule, why=payload["note"], set_by=actor, decision_id=decision_id, policy_version=policy_version, at=at
    )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all: the rule as it is and as it will be."""
    return None


SET_ESCALATION = Kind(KIND, ESCALATION, preview, facts_of, effect, ended, Permission.SET_UP)
