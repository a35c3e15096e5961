"""Export the event log of some days: one JSON object to a line, in the order of the provider's clock, and a manifest of what
was written. The same days as of the same instant give the same bytes, for ever: the log is append-only, and each event says
when it was logged."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, BinaryIO

from django.db import connection

from ledger import audit
from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import current_tenant
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require
from reconciliation.provider.event_pages import begin_of

FORMAT = "plumbline provider events 1"
LINES_A_CHUNK = 1_000
SETTLED = timedelta(
    minutes=1
)  # a batch of deliveries is read in seconds; what it logs bears the time at which it began
ROWS = """
SELECT e.occurred_at, e.id, e.public_id, n.name, n.scheme, e.event_id, e.type, e.provider_type, e.payment_ref, e.order_ref,
       e.received_at, e.logged_at, e.amount_minor, e.asset, e.txid, e.flags, e.detail, encode(e.content_sha256, 'hex'), d.public_id
  FROM provider_event e
  JOIN provider_endpoint n ON n.tenant_id = e.tenant_id AND n.id = e.endpoint_id
  JOIN provider_delivery d ON d.tenant_id = e.tenant_id AND d.id = e.delivery_id
 WHERE e.occurred_at >= %(since)s AND (e.occurred_at, e.id) > (%(since)s, %(id)s) AND e.occurred_at < %(until)s
   AND e.logged_at <= %(as_of)s
 ORDER BY e.occurred_at, e.id LIMIT %(limit)s
"""


def export_events(
    *, first: date, last: date, as_of: datetime, out: BinaryIO, actor: Actor, at: datetime
) -> dict[str, Any]:
    """Write the lines to `out` and return the manifest. Days are UTC, both included. Needs a tenant scope.

    Raises NotPermitted, BadInput (days the wrong way round; an instant at which events may still be coming in)."""
    require(actor, Permission.VIEW_EVENTS)
    if not first <= last < date.max:
        raise BadInput(f"the last day, {last}, lies before the first, {first}", "until")
    if as_of > at - SETTLED:
        raise BadInput("as of an instant at least a minute ago: what comes in now is still being read", "as_of")
    since, until = begin_of(first), begin_of(last + timedelta(days=1))
    whole, size, count, chunks = hashlib.sha256(), 0, 0, []
    for lines in _chunks(since, until, as_of):
        content = b"".join(lines)
        out.write(content)
        whole.update(content)
        digest = hashlib.sha256(content).hexdigest()
        chunks.append({"first_line": count + 1, "lines": len(lines), "bytes": len(content), "sha256": digest})
        size, count = size + len(content), count + len(lines)
    slug = Tenant.objects.values_list("slug", flat=True).get(id=current_tenant())
    manifest = {
        "format": FORMAT, "tenant": slug, "from": since.isoformat(), "until": until.isoformat(),
        "as_of": as_of.astimezone(UTC).isoformat(), "file": f"events-{slug}-{first}-{last}.jsonl", "events": count,
        "bytes": size, "sha256": whole.hexdigest(), "chunks": chunks,
    }  # fmt: skip
    audit.record(
        actor, at, "events.exported", f"{first} to {last}", as_of=manifest["as_of"], events=count,
        sha256=manifest["sha256"],
    )  # fmt: skip
    return manifest


def written(manifest: dict[str, Any]) -> bytes:
    """The manifest as it is stored."""
    return (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()


def _chunks(since: datetime, until: datetime, as_of: datetime) -> Iterator[list[bytes]]:
    at, last_id = since, 0
    while True:
        with connection.cursor() as cursor:
            asked: dict[str, Any] = {"since": at, "id": last_id, "until": until, "as_of": as_of, "limit": LINES_A_CHUNK}
            cursor.execute(ROWS, asked)
            rows = cursor.fetchall()
        if rows:
            yield [_line(row) for row in rows]
        if len(rows) < LINES_A_CHUNK:
            return
        at, last_id = rows[-1][0], rows[-1][1]


def _line(row: tuple[Any, ...]) -> bytes:
    (occurred_at, _, event, endpoint, scheme, event_id, kind, word, payment, order, received_at, logged_at, amount, asset,
     txid, flags, detail, content, delivery) = row  # fmt: skip
    said = {
        "event": str(event), "endpoint": endpoint, "scheme": scheme, "event_id": event_id, "type": kind,
        "provider_type": word, "payment_ref": payment, "order_ref": order, "occurred_at": _instant(occurred_at),
        "received_at": _instant(received_at), "logged_at": _instant(logged_at),
        "amount_minor": None if amount is None else str(int(amount)), "asset": asset, "txid": txid, "flags": flags,
        "detail": detail, "content_sha256": content, "delivery": str(delivery),
    }  # fmt: skip
    return (json.dumps(said, sort_keys=True, separators=(",", ":")) + "\n").encode()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
