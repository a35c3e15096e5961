"""Differences between a provider's listing and the log that stand now: named by a poll, and by no later one taken back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

from reconciliation.provider.models import Endpoint

# A gap stands as its newest row. It is closed once a later poll that compared the same thing covers its time without naming it,
# and one that was missing as soon as the log has it.
OPEN = """
SELECT l.kind, l.event_id, l.payment_ref, l.order_ref, l.theirs, l.ours, l.occurred_at, l.amount_minor, l.asset, l.first_at,
       l.poll_id
  FROM (SELECT DISTINCT ON (g.kind, g.event_id, g.payment_ref) g.*, p.compared,
               min(p.asked_at) OVER (PARTITION BY g.kind, g.event_id, g.payment_ref) AS first_at
          FROM provider_poll p JOIN provider_gap g ON g.tenant_id = p.tenant_id AND g.poll_id = p.id
         WHERE p.endpoint_id = %(endpoint)s AND p.asked_at >= %(since)s
         ORDER BY g.kind, g.event_id, g.payment_ref, g.poll_id DESC) l
 WHERE NOT EXISTS (SELECT FROM provider_poll p WHERE p.tenant_id = l.tenant_id AND p.endpoint_id = l.endpoint_id
                      AND p.id > l.poll_id AND p.compared = l.compared AND p.since <= l.occurred_at AND l.occurred_at < p.until)
   AND NOT (l.kind = 'missing' AND CASE WHEN l.event_id <> ''
            THEN EXISTS (SELECT FROM provider_event e WHERE e.tenant_id = l.tenant_id AND e.endpoint_id = l.endpoint_id
                            AND e.event_id = l.event_id)
            ELSE EXISTS (SELECT FROM provider_payment x WHERE x.tenant_id = l.tenant_id AND x.endpoint_id = l.endpoint_id
                            AND x.payment_ref = l.payment_ref AND x.event_count > 0) END)
 ORDER BY l.occurred_at, l.event_id, l.payment_ref, l.kind
"""


@dataclass(frozen=True, slots=True)
class OpenGap:
    """`first_at` is the poll, among those looked at, that named it first: what was sent in the last minutes may still be on
    its way, so a gap is believed once it has stood for a while. `poll_id` is the newest that names it."""

    kind: str
    event_id: str
    payment_ref: str
    order_ref: str
    theirs: str
    ours: str
    occurred_at: datetime
    amount_minor: Decimal | None
    asset: str
    first_at: datetime
    poll_id: int


def open_gaps(endpoint: Endpoint, since: datetime) -> list[OpenGap]:
    """The gaps of an endpoint that polls asked since `since` named and that still stand, in the order of time. One query.
    Needs a tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"endpoint": endpoint.id, "since": since})
        rows = cursor.fetchall()
    return [OpenGap(*row) for row in rows]
