"""Hold what a run found against the rules in force, and state what is to be told. Asked for in the transaction that stated the
checks, done after its commit."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.oversight.escalation.found import found_by_clock, found_in_run
from reconciliation.oversight.escalation.in_force import rules_in_force
from reconciliation.oversight.escalation.models import Notification
from reconciliation.oversight.escalation.store_notification import hold_notifications, store_notification
from reconciliation.permissions import Permission, require


def escalate_run(*, run_id: int, actor: Actor, at: datetime) -> list[Notification]:
    """The notifications that were stated now; none for what was told before. Needs a tenant scope. Raises NotPermitted."""
    require(actor, Permission.ESCALATE)
    rules = [rule for rule in rules_in_force(at=at) if rule.enabled]
    hold_notifications()
    heard = found_in_run(run_id, at=at)
    made: list[Notification | None] = []
    for rule in rules:
        found = found_by_clock(rule.hours, at=at) if rule.signal == "sustained_drift" else heard
        made += [store_notification(rule, f, by=actor, at=at) for f in found if f.signal == rule.signal]
    return [notification for notification in made if notification]
