"""Which rules are in force: of every key the newest version, and the shipped one before the first."""

from datetime import datetime

from reconciliation.oversight.escalation.models import EscalationRule
from reconciliation.oversight.escalation.rules import SHIPPED, Rule, asked_rule


def rules_in_force(*, at: datetime) -> list[Rule]:
    """The shipped ones in their order, then the tenant's own by key; those that are off too. One query. Needs a tenant scope."""
    newest = EscalationRule.objects.filter(active_from__lte=at).order_by("key", "-version").distinct("key")
    set_anew = {row.key: asked_rule(row.key, row.document, row.version) for row in newest}
    return [set_anew.pop(rule.key, rule) for rule in SHIPPED] + list(set_anew.values())


def rule_in_force(key: str) -> Rule | None:
    """The newest version of one key; None where there is no such rule."""
    row = EscalationRule.objects.filter(key=key).order_by("-version").first()
    if row is not None:
        return asked_rule(key, row.document, row.version)
    return next((rule for rule in SHIPPED if rule.key == key), None)
