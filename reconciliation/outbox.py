"""Work to do, as rows written in the business transaction that asks for it. Celery is the doorbell and the hands: a
lost message costs seconds (the sweeper finds the row), a doubled one nothing (the row is done once)."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from celery import current_app
from django.db import connection
from django.db.transaction import on_commit
from kombu.exceptions import OperationalError
from redis import RedisError

from ledger.actors import Actor
from ledger.tenancy import current_tenant
from reconciliation.outbox_models import OutboxItem

log = logging.getLogger("plumbline.outbox")

WORK_OFF = "reconciliation.work_off_item"
BOOK_BY_RULE = "book_by_rule"  # asked for after each check that leaves something of cause 6 open
QUIET_SECONDS = 30
_quiet_until = [0]  # on the monotonic clock

Effect = Callable[[dict[str, Any], Actor, datetime], None]
"""What an item does. It gets the payload (ids only), re-reads what they name, and asks for its own permission."""


@dataclass(frozen=True, slots=True)
class Handler:
    """`lease` None: the effect runs in the transaction that marks the item done, so it happens once. With a lease it
    opens short scopes of its own (its payload then carries `tenant`) and must bear a repetition: it is tried again when
    the lease ends."""

    effect: Effect
    lease: timedelta | None = None


HANDLERS: dict[str, Handler] = {}
"""Kind → handler. Filled by reconciliation/handlers.py, which stands above every package; those below only enqueue."""


def enqueue(kind: str, unique_key: str, payload: dict[str, Any], *, at: datetime) -> bool:
    """Ask for work in the caller's tenant scope and transaction; rings the doorbell once that commits. Answers whether
    it was not asked for before.

    A (kind, unique_key) is worked off once, for ever: what must run again needs a new key.
    """
    tenant_id = current_tenant()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_item (kind, unique_key, payload, due_at, created_at) VALUES (%s, %s, %s::jsonb, %s, %s)"
            " ON CONFLICT (tenant_id, kind, unique_key) DO NOTHING RETURNING id",
            [kind, unique_key, json.dumps(payload), at, at],
        )
        row = cursor.fetchone()
    if row is None:
        return False
    on_commit(partial(ring, tenant_id, row[0]), robust=True)
    return True


def due_items(*, at: datetime, limit: int) -> list[int]:
    """Ids of the waiting items that are due, oldest first, of the tenant in scope."""
    due = OutboxItem.objects.filter(state=OutboxItem.State.WAITING, due_at__lte=at).order_by("due_at", "id")
    return list(due.values_list("id", flat=True)[:limit])


def ring(tenant_id: int, item_id: int) -> None:
    """Hint to a worker that an item waits; the sweeper finds it anyway."""
    hint(WORK_OFF, [tenant_id, item_id])


def hint(task: str, ids: list[int]) -> None:
    """Ring for a task, never in a transaction. A broker that fails is left alone for a while: each try may cost its
    time-out."""
    if time.monotonic() < _quiet_until[0]:
        return
    try:
        current_app.send_task(task, args=ids, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        _quiet_until[0] = int(time.monotonic()) + QUIET_SECONDS
        log.warning("no hint sent, the sweeper will find it", extra={"ids": ids, "error": type(error).__name__})
