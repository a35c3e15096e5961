"""Lets the demo's providers be polled by files of their own export, its callbacks be worked off, and the watch look at both."""

from datetime import datetime, timedelta

from console.demo.rows import Plan
from ledger.actors import Actor
from ledger.tenancy import current_tenant
from reconciliation.outbox_models import OutboxItem
from reconciliation.planes.watch_provider import watch_provider
from reconciliation.provider.folded import CONFIRM_SETTLEMENT
from reconciliation.provider.models import Endpoint
from reconciliation.provider.polling.from_file import HEADER
from reconciliation.provider.polling.poll_endpoint import poll_endpoint
from reconciliation.work_off import work_off

SET_UP = Actor("operator", "demo", frozenset({"policy_admin"}))
JOB = Actor("job", "watch_provider", frozenset({"job"}))


def hear_providers(plan: Plan, now: datetime) -> None:
    """Poll each listing, work off each confirmation once, and open the cases. Needs the tenant's open scope."""
    for listing in sorted(plan.listings, key=lambda x: x.asked_at):
        poll_endpoint(
            current_tenant(), endpoint_id=Endpoint.objects.get(name=listing.endpoint).id, since=listing.since,
            until=listing.until, actor=SET_UP, at=listing.asked_at, file="\n".join([",".join(HEADER), *listing.rows]).encode(),
        )  # fmt: skip
    asked = OutboxItem.objects.filter(kind=CONFIRM_SETTLEMENT, state="waiting").order_by("id")
    for item, due_at in list(asked.values_list("id", "due_at")):
        work_off(current_tenant(), item, at=due_at + timedelta(seconds=1))
    watch_provider(actor=JOB, at=now)
