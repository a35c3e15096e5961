"""Append events to the log. One that is known by its id and contents is not logged again: it was seen once more."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from reconciliation.provider.formats.event import ProviderEvent
from reconciliation.provider.models import Delivery

ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
Touched = set[tuple[int, str]]
LOG = """
INSERT INTO provider_event (endpoint_id, delivery_id, event_id, content_sha256, type, provider_type, payment_ref, order_ref,
       occurred_at, received_at, logged_at, amount_minor, asset, txid, flags, detail)
SELECT DISTINCT ON (x.endpoint, x.event_id, x.content) x.endpoint, x.delivery, x.event_id, decode(x.content, 'hex'), x.type,
       x.provider_type, x.payment_ref, x.order_ref, x.occurred_at, x.received_at, %s, x.amount, x.asset, x.txid,
       ARRAY(SELECT jsonb_array_elements_text(x.flags)), x.detail
  FROM jsonb_to_recordset(%s::jsonb) AS x (endpoint bigint, delivery bigint, event_id text, content text, type text,
       provider_type text, payment_ref text, order_ref text, occurred_at timestamptz, received_at timestamptz, amount numeric,
       asset text, txid text, flags jsonb, detail text)
 ORDER BY x.endpoint, x.event_id, x.content, x.delivery
ON CONFLICT (tenant_id, endpoint_id, event_id, content_sha256) DO NOTHING
"""
SEE = """
INSERT INTO provider_sighting (event_id, delivery_id, occurred_at)
SELECT e.id, x.delivery, min(x.occurred_at)
  FROM jsonb_to_recordset(%s::jsonb) AS x (endpoint bigint, delivery bigint, event_id text, content text, occurred_at timestamptz)
 CROSS JOIN LATERAL (SELECT id FROM provider_event
                      WHERE tenant_id = tenant() AND endpoint_id = x.endpoint AND event_id = x.event_id
                        AND content_sha256 = decode(x.content, 'hex') OFFSET 0) e
 GROUP BY e.id, x.delivery
ON CONFLICT (tenant_id, event_id, delivery_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class LoggedDelivery:
    """A delivery and what it says."""

    delivery: Delivery
    events: Sequence[ProviderEvent]


@dataclass(frozen=True, slots=True)
class Logged:
    """`touched` are the payments that any of the events is about, by endpoint and the provider's id of them."""

    new: int
    repeated: int
    touched: Touched


def log_events(read: Sequence[LoggedDelivery], *, at: datetime) -> Logged:
    """Append what is new and note every sighting. A step of taking deliveries in. Needs a tenant scope."""
    rows = [_row(r.delivery, event) for r in read for event in r.events]
    if not rows:
        return Logged(0, 0, set())
    said = json.dumps(rows)
    with connection.cursor() as cursor:
        cursor.execute(LOG, [at, said])
        new = cursor.rowcount
        cursor.execute(SEE, [said])
    touched = {(row["endpoint"], row["payment_ref"]) for row in rows if row["payment_ref"]}
    return Logged(new, len(rows) - new, touched)


def content_of(event: ProviderEvent) -> str:
    """SHA-256 over what the event says but for its time: a repeated delivery may bear another."""
    return hashlib.sha256(repr(replace(event, occurred_at=ANY_TIME)).encode()).hexdigest()


def _row(delivery: Delivery, event: ProviderEvent) -> dict[str, Any]:
    return {
        "endpoint": delivery.endpoint_id, "delivery": delivery.id, "event_id": event.event_id,
        "content": content_of(event), "type": event.type, "provider_type": event.provider_type,
        "payment_ref": event.payment_ref, "order_ref": event.order_ref, "occurred_at": event.occurred_at.isoformat(),
        "received_at": delivery.received_at.isoformat(),
        "amount": None if event.amount_minor is None else str(event.amount_minor), "asset": event.asset,
        "txid": event.txid, "flags": list(event.flags), "detail": event.detail,
    }  # fmt: skip
