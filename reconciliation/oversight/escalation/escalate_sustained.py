"""Tell of drift that has lasted too long, by the clock: between two runs nobody else would."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.oversight.escalation.found import found_by_clock
from reconciliation.oversight.escalation.in_force import rules_in_force
from reconciliation.oversight.escalation.models import Notification
from reconciliation.oversight.escalation.store_notification import hold_notifications, store_notification
from reconciliation.permissions import Permission, require


def escalate_sustained(*, actor: Actor, at: datetime) -> list[Notification]:
    """The notifications that were stated now. Reads alone while nothing stands in drift for so long. Needs a tenant scope. Raises
    NotPermitted."""
    require(actor, Permission.ESCALATE)
    made: list[Notification | None] = []
    for rule in rules_in_force(at=at):
        if not rule.enabled or rule.signal != "sustained_drift":
            continue
        for found in found_by_clock(rule.hours, at=at):
            hold_notifications()
            made.append(store_notification(rule, found, by=actor, at=at))
    return [notification for notification in made if notification]
