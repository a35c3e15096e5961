"""What the log knows of a listing and of its period. A step of polling; set-based."""

from datetime import datetime

from django.db import connection

from reconciliation.provider.polling.compare import LoggedEvent, LoggedPayment

EVENTS = """
SELECT e.event_id, e.provider_type, e.payment_ref, e.order_ref, s.occurred_at, e.amount_minor, e.asset
  FROM (SELECT id FROM provider_event WHERE endpoint_id = %(endpoint)s AND occurred_at >= %(since)s AND occurred_at < %(until)s
        UNION SELECT k.id FROM unnest(%(ids)s::text[]) AS x (said)
               CROSS JOIN LATERAL (SELECT id FROM provider_event
                                    WHERE tenant_id = tenant() AND endpoint_id = %(endpoint)s AND event_id = x.said OFFSET 0) k) i
  JOIN provider_event e ON e.tenant_id = tenant() AND e.id = i.id
 CROSS JOIN LATERAL (SELECT min(occurred_at) AS occurred_at FROM provider_sighting
                      WHERE tenant_id = e.tenant_id AND event_id = e.id OFFSET 0) s
 ORDER BY e.id
"""
PAYMENTS = """
SELECT p.payment_ref, p.order_ref, p.status, p.first_event_at
  FROM (SELECT id FROM provider_payment WHERE endpoint_id = %(endpoint)s AND last_event_at >= %(since)s
                                          AND first_event_at >= %(since)s AND first_event_at < %(until)s
        UNION SELECT k.id FROM unnest(%(ids)s::text[]) AS x (said)
               CROSS JOIN LATERAL (SELECT id FROM provider_payment
                                    WHERE tenant_id = tenant() AND endpoint_id = %(endpoint)s AND payment_ref = x.said
                                    OFFSET 0) k) i
  JOIN provider_payment p ON p.tenant_id = tenant() AND p.id = i.id
 WHERE p.event_count > 0
 ORDER BY p.id
"""


def logged_events(endpoint_id: int, ids: list[str], since: datetime, until: datetime) -> list[LoggedEvent]:
    """Events of the period, and those of `ids` wherever they lie. Needs a tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, {"endpoint": endpoint_id, "ids": ids, "since": since, "until": until})
        return [
            LoggedEvent(event, word, payment, order, at, None if amount is None else int(amount), asset)
            for event, word, payment, order, at, amount, asset in cursor.fetchall()
        ]


def logged_payments(endpoint_id: int, refs: list[str], since: datetime, until: datetime) -> list[LoggedPayment]:
    """The same of payments, by their first event. Needs a tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(PAYMENTS, {"endpoint": endpoint_id, "ids": refs, "since": since, "until": until})
        return [LoggedPayment(*row) for row in cursor.fetchall()]
