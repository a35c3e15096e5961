"""Set the first posting rule of a use case, at set-up. Every later version is asked for and approved by a second person."""

from collections.abc import Mapping
from datetime import datetime

from ledger.actors import Actor
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import NotPermitted
from reconciliation.permissions import Permission, require
from reconciliation.postings.asked_rule import asked_rule, checked_note
from reconciliation.postings.models import PostingRule
from reconciliation.postings.rule_versions import append_rule, hold_rules, rule_in_force


def set_posting_rule(
    *, use_case: str, directions: Mapping[str, str], actor: Actor, at: datetime, note: str = ""
) -> PostingRule:
    """`directions`: DEBIT or CREDIT by the code of a ledger account. Needs a tenant scope.

    Raises NotPermitted (also where the use case has a rule already), BadInput naming the field, ForbiddenByPolicy."""
    require(actor, Permission.SET_UP)
    note, asked = checked_note(note), asked_rule(use_case, directions)
    hold_rules()
    if last := rule_in_force(use_case):
        raise NotPermitted(f"{last} is in force; another version is asked for and approved by a second person")
    facts = {"use_case": use_case, "account": [a.code for a, _ in asked.directions]} | by(actor)
    decided = record_decision(Move("setting.posting_rule", facts), at=at, subjects=[use_case])
    return append_rule(
        asked, note=note, decision_id=decided.id, policy_version=decided.decision.policy_version, actor=actor, at=at
    )
