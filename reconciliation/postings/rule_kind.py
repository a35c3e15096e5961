"""The kind "set_posting_rule": another version of a posting rule comes into force by two people. It turns the sign of every
posting that its use case will make."""

from collections.abc import Sequence
from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.permissions import Permission
from reconciliation.postings.asked_rule import asked_rule
from reconciliation.postings.rule_versions import append_rule, hold_rules, rule_in_force

KIND, MOVE = "set_posting_rule", "setting.posting_rule_change"


def facts_of(payload: Payload) -> Facts:
    """What must still hold: nobody set another version meanwhile."""
    rule = rule_in_force(payload["use_case"])
    return {"rule_in_force": rule.number if rule else 0}


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Append the version; postings follow it from now on. Writes no transaction."""
    hold_rules()
    asked = asked_rule(payload["use_case"], {d["account"]: d["direction"] for d in payload["directions"]})
    append_rule(asked, note=payload["note"], decision_id=decision_id, policy_version=policy_version, actor=actor, at=at)
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all: the directions as they are and as they will be."""
    return None


SET_POSTING_RULE = Kind(KIND, MOVE, preview, facts_of, effect, ended, Permission.SET_UP)
