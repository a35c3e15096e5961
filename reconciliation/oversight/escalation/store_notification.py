"""State a notification, once: its subjects are claimed by their key, each standing receiver gets its delivery, and the outbox is
asked to carry it. A step of the use cases that escalate."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from reconciliation.outbox import enqueue
from reconciliation.oversight.escalation.found import Found, Subject
from reconciliation.oversight.escalation.models import EscalationDelivery, Notification, Receiver
from reconciliation.oversight.escalation.rules import Rule

NOTIFY = "notify"
MOST_NAMED = 50
CLAIM = """
INSERT INTO escalation_subject (rule_key, subject, notification_id, case_id)
SELECT %(rule)s, s.subject, %(id)s, s.case_id
  FROM unnest(%(subjects)s::text[], %(cases)s::bigint[]) s (subject, case_id)
 ORDER BY s.subject
ON CONFLICT (tenant_id, rule_key, subject) DO NOTHING RETURNING subject
"""


def hold_notifications() -> None:
    """Let nobody else of the tenant state notifications until commit: rivals would wait for each other in a ring."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7040, tenant())")


def store_notification(rule: Rule, found: Found, *, by: Actor, at: datetime) -> Notification | None:
    """None when the rule has spoken of all of it before, or it is less than the rule hears."""
    loud = [s for s in found.subjects if rule.hears(s.gross, found.account.currency)]
    if not loud:
        return None
    notification_id, new = _claim(rule, loud)
    if not new:
        return None
    made = Notification.objects.create(
        id=notification_id, number=_number(), rule_key=rule.key, rule_version=rule.version, rule=rule.document,
        severity=rule.severity, bank_account=found.account, drift_check_id=found.check_id,
        statement=_statement(rule, found, new), since_at=found.since_at, raised_at=at,
    )  # fmt: skip
    told = _ask_to_tell(made, rule, by, at)
    audit.record(
        by, at, "notification.raised", str(made), rule=rule.key, rule_version=rule.version, severity=rule.severity,
        account=found.account.code, told=told, untold=sorted(set(rule.receivers) - set(told)),
        subjects=[s.text for s in new][:MOST_NAMED],
    )  # fmt: skip
    return made


def _claim(rule: Rule, loud: Sequence[Subject]) -> tuple[int, list[Subject]]:
    """The id of the notification to be, and those subjects of which the rule has not spoken yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('escalation_notification_id_seq')")
        (notification_id,) = cursor.fetchone()
        cursor.execute(CLAIM, {
            "rule": rule.key, "id": notification_id, "subjects": [s.text for s in loud],
            "cases": [s.case_id for s in loud],
        })  # fmt: skip
        claimed = {subject for (subject,) in cursor.fetchall()}
    return notification_id, [s for s in loud if s.text in claimed]


def _number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_numbers('notification', 1)")
        return int(cursor.fetchone()[0])


def _statement(rule: Rule, found: Found, new: Sequence[Subject]) -> dict[str, Any]:
    """What is told: names, days, case numbers, and amounts as text of minor units. No secret, no name of a person."""
    cases = sorted({s.case for s in new if s.case is not None} | set(found.also))
    days = sorted({s.day.isoformat() for s in new} | {day.isoformat() for day in found.days})
    return {
        "title": rule.title, "signal": rule.signal, "account": found.account.code, "account_name": found.account.name,
        "currency": found.account.currency, "days": days[:MOST_NAMED], "day_count": len(days),
        "cases": [f"C-{number}" for number in cases[:MOST_NAMED]], "case_count": len(cases),
        "drift_minor": str(sum(s.drift for s in new)), "gross_minor": str(sum(s.gross for s in new)),
        "since": found.since_at.isoformat(), "runs": found.runs, "clean_days_ended": found.count,
    }  # fmt: skip


def _ask_to_tell(made: Notification, rule: Rule, by: Actor, at: datetime) -> list[str]:
    """The names of those that will be told."""
    standing = Receiver.objects.filter(name__in=rule.receivers, ended_at=None).order_by("name")
    for receiver in standing:
        delivery = EscalationDelivery.objects.create(
            receiver=receiver, notification=made, asked_at=at, asked_by=by.id
        )  # fmt: skip
        enqueue(NOTIFY, str(delivery.id), {"delivery": delivery.id}, at=at)
    return [receiver.name for receiver in standing]
