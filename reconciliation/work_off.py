"""Do one item of the outbox: once, whoever rings and however often."""

import logging
from datetime import datetime, timedelta

from structlog.contextvars import bind_contextvars, bound_contextvars

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation import handlers
from reconciliation.outbox_models import OutboxItem

log = logging.getLogger("plumbline.outbox")

MOST_ATTEMPTS = 10
LONGEST_PAUSE = timedelta(hours=1)
TAKEN_UP = "taken up, not finished"
WAITING, DONE, DEAD = OutboxItem.State.WAITING, OutboxItem.State.DONE, OutboxItem.State.DEAD


def work_off(tenant_id: int, item_id: int, *, at: datetime) -> bool:
    """Do the item if it waits, is due and nobody holds it; returns whether it was done here.

    The row stays locked while the effect runs in the same transaction: a worker that dies takes both back. A failure
    is written down in a transaction of its own; the item rests longer each time, and after the eleventh it is dead and
    shown to people.
    """
    with bound_contextvars(tenant_id=tenant_id, item=item_id, job=None):
        return _worked_off(tenant_id, item_id, at)


def _worked_off(tenant_id: int, item_id: int, at: datetime) -> bool:
    attempts = 0
    try:
        with tenant(tenant_id):
            item = _held(item_id, at)
            if item is None:
                return False
            attempts = item.attempts + 1
            bind_contextvars(job=item.kind)
            handler = handlers.HANDLERS[item.kind]
            if handler.lease is None:
                handler.effect(item.payload, _job(item), at)
                _done(item, at)
                return True
            _lease(item, handler.lease, at)
        handler.effect(item.payload | {"tenant": tenant_id}, _job(item), at)
        with tenant(tenant_id):
            _done(item, at)
        return True
    except Exception as error:  # whatever an effect trips over, its item must survive it and say so
        log.warning("outbox item failed", extra={"tenant_id": tenant_id, "item": item_id}, exc_info=error)
        with tenant(tenant_id):
            _failed(item_id, attempts, at, error)
        return False


def pause_after(attempts: int) -> timedelta:
    """How long a failed item rests: 2, 4, 8 … seconds, at most an hour."""
    return min(timedelta(seconds=2**attempts), LONGEST_PAUSE)


def _job(item: OutboxItem) -> Actor:
    return Actor("job", item.kind, frozenset({"job"}))


def _held(item_id: int, at: datetime) -> OutboxItem | None:
    rows = OutboxItem.objects.select_for_update(skip_locked=True)
    return rows.filter(id=item_id, state=WAITING, due_at__lte=at).first()


def _lease(item: OutboxItem, lease: timedelta, at: datetime) -> None:
    """Counted before the work starts: an item that kills its worker must come to an end some day."""
    state = WAITING if item.attempts < MOST_ATTEMPTS else DEAD
    OutboxItem.objects.filter(id=item.id).update(
        attempts=item.attempts + 1, due_at=at + lease, state=state, last_error=TAKEN_UP
    )


def _done(item: OutboxItem, at: datetime) -> None:
    OutboxItem.objects.filter(id=item.id).exclude(state=DONE).update(
        state=DONE, attempts=item.attempts + 1, done_at=at, last_error=""
    )


def _failed(item_id: int, attempts: int, at: datetime, error: Exception) -> None:
    OutboxItem.objects.filter(id=item_id, attempts__lte=attempts).exclude(state=DONE).update(
        attempts=attempts, due_at=at + pause_after(attempts), last_error=f"{type(error).__name__}: {error}"[:1000],
        state=DEAD if attempts > MOST_ATTEMPTS or getattr(error, "final", False) else WAITING,
    )  # fmt: skip
