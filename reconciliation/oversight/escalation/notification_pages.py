"""What pages and the API show of notifications: newest first, who was told and how that went, and who took note."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ledger.keyset import SIZE, Page, Place, cut
from reconciliation.errors import NotFound
from reconciliation.oversight.escalation.models import Acknowledgement, Notification, Receiver

# A delivery is sent, or waits for its next try, or is given up: a dead letter, or a test that failed.
TOLD = """
SELECT d.notification_id, d.receiver_id, r.name, r.kind, r.host, count(t.number), coalesce(bool_or(t.ok), false), max(t.at),
       coalesce((array_agg(t.error ORDER BY t.number DESC))[1], ''), coalesce(max(o.state) IN ('dead', 'done'), false),
       max(d.asked_at)
  FROM escalation_delivery d JOIN escalation_receiver r ON r.tenant_id = d.tenant_id AND r.id = d.receiver_id
  LEFT JOIN escalation_try t ON t.tenant_id = d.tenant_id AND t.delivery_id = d.id
  LEFT JOIN outbox_item o ON o.tenant_id = d.tenant_id AND o.kind = 'notify' AND o.unique_key = d.id::text
 WHERE d.id = ANY (%s)
 GROUP BY d.id, d.notification_id, d.receiver_id, r.name, r.kind, r.host ORDER BY r.name
"""
OF_NOTIFICATIONS = "SELECT array_agg(id) FROM escalation_delivery WHERE notification_id = ANY (%s)"
LAST_OF_RECEIVERS = """
SELECT array_agg(i) FROM (SELECT max(id) AS i FROM escalation_delivery WHERE receiver_id = ANY (%s) GROUP BY receiver_id) x
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One receiver. `state` is sent, waiting or dead; `tries` so far, the last at `last_at` with its `error`, "" for none."""

    receiver_id: int
    receiver: str
    kind: str
    host: str
    tries: int
    state: str
    last_at: datetime | None
    error: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """`acknowledged` is None while nobody has taken note."""

    notification: Notification
    told: tuple[Told, ...]
    acknowledged: Acknowledgement | None


def notifications(place: Place, *, waiting_alone: bool, size: int = SIZE) -> Page[Shown]:
    """Newest first, all or those that nobody acknowledged. Three queries. Needs a tenant scope. Raises NotFound for a mark that is
    none."""
    rows = Notification.objects.select_related("bank_account", "acknowledgement")
    if waiting_alone:
        rows = rows.filter(acknowledgement=None)
    if place.mark:
        if not (place.mark.isascii() and place.mark.isdigit() and len(place.mark) < 19):
            raise NotFound("no such place in the list")
        rows = rows.filter(**{"number__gt" if place.backwards else "number__lt": int(place.mark)})
    found = cut(list(rows.order_by("number" if place.backwards else "-number")[: size + 1]), place, size)
    return Page(_with_told(found.rows), found.has_previous, found.has_next)


def notification_numbered(number: int) -> Shown:
    """Raises NotFound."""
    row = Notification.objects.select_related("bank_account", "acknowledgement").filter(number=number).first()
    if row is None:
        raise NotFound(f"no notification has the number N-{number}")
    return _with_told([row])[0]


def receivers() -> list[tuple[Receiver, Told | None]]:
    """Those that stand, by name, each with what it was last told. Three queries."""
    standing = list(Receiver.objects.filter(ended_at=None).order_by("name"))
    last = {told.receiver_id: told for _, told in _told(LAST_OF_RECEIVERS, [r.id for r in standing])}
    return [(r, last.get(r.id)) for r in standing]


def _with_told(rows: list[Notification]) -> list[Shown]:
    told = _told(OF_NOTIFICATIONS, [n.id for n in rows])
    return [Shown(n, tuple(t for of, t in told if of == n.id), getattr(n, "acknowledgement", None)) for n in rows]


def _told(which: str, ids: Iterable[int]) -> list[tuple[int | None, Told]]:
    """(notification, told) of each delivery."""
    with connection.cursor() as cursor:
        cursor.execute(which, [list(ids)])
        (deliveries,) = cursor.fetchone()
        cursor.execute(TOLD, [deliveries or []])
        rows = cursor.fetchall()
    return [
        (of, Told(rid, name, kind, host, tries, "sent" if ok else "dead" if dead else "waiting", at, error, asked))
        for of, rid, name, kind, host, tries, ok, at, error, dead, asked in rows
    ]
