"""Thin shims between Celery and the product: they read the clock, open the scope and call one function. A task
carries ids only, for whoever can write to the broker can enqueue anything."""

import logging
from collections.abc import Callable
from datetime import datetime

from celery import shared_task
from django.utils.timezone import now  # tasks are an edge: the clock is read here and passed down

from ledger import audit
from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation import handlers, schedule
from reconciliation.approvals.expire_requests import expire_requests
from reconciliation.outbox import WORK_OFF, due_items
from reconciliation.oversight.escalation.escalate_sustained import escalate_sustained
from reconciliation.planes.match_due import match_due
from reconciliation.planes.watch_provider import watch_provider
from reconciliation.provider.empty_inbox import TAKE_IN, empty_inbox
from reconciliation.work_off import work_off

log = logging.getLogger("plumbline.tasks")
AT_A_TIME = 200
CLOCK = Actor("job", "clock", frozenset({"job"}))
ESCALATE = Actor("job", "escalate", frozenset({"job"}))
WATCH = Actor("job", "watch_provider", frozenset({"job"}))
__all__ = ["handlers", "seal", "sweep", "take_in_all", "take_in_of", "tick", "work_off_item"]


@shared_task(name=WORK_OFF)
def work_off_item(tenant_id: int, item_id: int) -> None:
    """Do one item now. A ring for what is done, gone or held by another worker does nothing."""
    work_off(int(tenant_id), int(item_id), at=now())


@shared_task(name="reconciliation.sweep")
def sweep() -> None:
    """Do every waiting item that is due: those whose ring was lost, and those whose rest is over."""
    for tenant_id in tenant_ids():
        with tenant(tenant_id):
            due = due_items(at=now(), limit=AT_A_TIME)
        for item_id in due:
            work_off(tenant_id, item_id, at=now())


@shared_task(name=TAKE_IN)
def take_in_of(tenant_id: int) -> None:
    """Read what providers delivered to one tenant. Rung for by the intake."""
    empty_inbox(int(tenant_id))


@shared_task(name="reconciliation.take_in_all")
def take_in_all() -> None:
    """The same for every tenant: what came in after the last ring, and what rested after a failure."""
    for tenant_id in tenant_ids():
        empty_inbox(tenant_id)


@shared_task(name="reconciliation.tick")
def tick() -> None:
    """Ask for what is due by the clock: settlement days ahead, the daily runs, the daily verification of the ledger, the hourly
    anchors and polls of providers; run across the planes, watch what providers report, tell of drift that lasts, and end what
    nobody decided."""
    _each_tenant(lambda at: schedule.extend_all_periods(at=at))
    _each_tenant(lambda at: schedule.enqueue_due_days(at=at))
    _each_tenant(lambda at: schedule.enqueue_verification(at=at))
    _each_tenant(lambda at: schedule.enqueue_anchor(at=at))
    _each_tenant(lambda at: schedule.enqueue_polls(at=at))
    _each_tenant(lambda at: match_due(at=at))
    _each_tenant(lambda at: watch_provider(actor=WATCH, at=at))
    _each_tenant(lambda at: escalate_sustained(actor=ESCALATE, at=at))
    _each_tenant(lambda at: expire_requests(actor=CLOCK, at=at))


@shared_task(name="reconciliation.seal")
def seal() -> None:
    """Seal the audit rows whose writers have ended."""
    _each_tenant(audit.seal)


def tenant_ids() -> list[int]:
    return list(Tenant.objects.order_by("id").values_list("id", flat=True))


def _each_tenant(act: Callable[[datetime], object]) -> None:
    """In a scope of each tenant's own. One tenant's trouble must not keep the others waiting."""
    for tenant_id in tenant_ids():
        try:
            with tenant(tenant_id):
                act(now())
        except Exception as error:
            log.exception("task failed for one tenant", extra={"tenant_id": tenant_id}, exc_info=error)
