"""The next version of a rule, appended with its audit row: versions are never edited. A step of whoever may set it."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.oversight.escalation.models import EscalationRule
from reconciliation.oversight.escalation.rules import Rule


def append_rule(
    rule: Rule, *, why: str, set_by: Actor, decision_id: int, policy_version: str, at: datetime
) -> EscalationRule:
    """`rule.version` is the one before."""
    made = EscalationRule.objects.create(
        key=rule.key, version=rule.version + 1, document=rule.document, why=why, active_from=at, set_by=set_by.id,
        decision_id=decision_id,
    )  # fmt: skip
    audit.record(
        set_by, at, "escalation.set", str(made), why=why, policy_version=policy_version, severity=rule.severity,
        enabled=rule.enabled, receivers=list(rule.receivers), hours=rule.hours, least=dict(rule.least),
    )  # fmt: skip
    return made
