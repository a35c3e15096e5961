"""What the page of endpoints shows: each with its health, its keys and how its provider is asked."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from reconciliation.errors import NotFound
from reconciliation.provider.models import Endpoint, EndpointKey
from reconciliation.provider.polling.models import Poll, Polling

DAY = timedelta(hours=24)
MOST_COUNTED = 100_000  # deliveries of a day that are counted; out of the index alone
FIGURES = """
SELECT n.id, last.at, good.at, coalesce(d.verified, 0), coalesce(d.refused, 0), coalesce(d.mismatched, 0), coalesce(q.held, 0),
       coalesce(w.waiting, 0), w.oldest, p.id
  FROM provider_endpoint n
  LEFT JOIN LATERAL (SELECT received_at AS at FROM provider_delivery WHERE tenant_id = n.tenant_id AND endpoint_id = n.id
                      ORDER BY received_at DESC LIMIT 1) last ON true
  LEFT JOIN LATERAL (SELECT received_at AS at FROM provider_delivery WHERE tenant_id = n.tenant_id AND endpoint_id = n.id
                        AND reason = '' ORDER BY received_at DESC LIMIT 1) good ON true
  LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE reason = '') AS verified, count(*) FILTER (WHERE reason <> '') AS refused,
                            count(*) FILTER (WHERE reason = 'signature-mismatch') AS mismatched
                       FROM (SELECT reason FROM provider_delivery WHERE tenant_id = n.tenant_id AND endpoint_id = n.id
                                AND received_at > %(since)s LIMIT %(most)s) x) d ON true
  LEFT JOIN LATERAL (SELECT count(*) AS held FROM (SELECT FROM provider_quarantine WHERE tenant_id = n.tenant_id
                        AND endpoint_id = n.id AND state = 'held' LIMIT %(most)s) x) q ON true
  LEFT JOIN (SELECT d.endpoint_id, count(*) AS waiting, min(d.received_at) AS oldest
               FROM (SELECT delivery_id FROM provider_inbox ORDER BY due_at LIMIT %(most)s) i
               JOIN provider_delivery d ON d.tenant_id = tenant() AND d.id = i.delivery_id
              GROUP BY d.endpoint_id) w ON w.endpoint_id = n.id
  LEFT JOIN LATERAL (SELECT id FROM provider_poll WHERE tenant_id = n.tenant_id AND endpoint_id = n.id
                      ORDER BY id DESC LIMIT 1) p ON true
"""


@dataclass(frozen=True, slots=True)
class Health:
    """`verified`, `refused` (not verified) and of those `mismatched` are of the last 24 h; `held` and `waiting` stand now,
    `oldest` is when the longest waiting delivery came."""

    last_at: datetime | None = None
    good_at: datetime | None = None
    verified: int = 0
    refused: int = 0
    mismatched: int = 0
    held: int = 0
    waiting: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownEndpoint:
    """An endpoint, its keys, the newest first, how its provider is asked now, and when it last was."""

    endpoint: Endpoint
    health: Health
    keys: list[EndpointKey]
    polling: Polling | None
    poll: Poll | None


def known_endpoints(at: datetime) -> list[KnownEndpoint]:
    """Open ones first, by name. Five queries."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, {"since": at - DAY, "most": MOST_COUNTED})
        figures = {row[0]: row[1:] for row in cursor.fetchall()}
    keys: dict[int, list[EndpointKey]] = defaultdict(list)
    for key in EndpointKey.objects.defer("sealed").order_by("-id"):
        keys[key.endpoint_id].append(key)
    pollings = {p.endpoint_id: p for p in Polling.objects.defer("sealed").filter(ended_at=None)}
    polls = Poll.objects.in_bulk([row[8] for row in figures.values() if row[8]])
    found = sorted(Endpoint.objects.order_by("name"), key=lambda n: n.ended_at is not None)
    return [
        KnownEndpoint(n, Health(*figures[n.id][:8]), keys[n.id], pollings.get(n.id), polls.get(figures[n.id][8]))
        for n in found
    ]


def endpoint_named(name: str) -> Endpoint:
    """Raises NotFound."""
    found = Endpoint.objects.filter(name=name.replace("\x00", "")).first()
    if found is None:
        raise NotFound(f"no endpoint has the name {name!r:.90}")
    return found
