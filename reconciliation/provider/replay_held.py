"""Replay what an endpoint has in quarantine: each delivery verified again as of the time it came, by the keys that stand
now. Those that verify go to the inbox, the others stay held under the reason found now. A batch at a time, those first that
were tried longest ago."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import NotFound
from reconciliation.permissions import Permission, require
from reconciliation.provider.models import Delivery, Endpoint, InboxItem, Quarantined
from reconciliation.provider.verify_again import keys_of, verdict_of

AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class ReplayedHeld:
    """`released` go to the inbox, `held` were tried and stay, `untried` wait for the next batch."""

    endpoint: str
    released: int
    held: int
    untried: int


def replay_held(*, endpoint_id: int, actor: Actor, at: datetime, limit: int = AT_A_TIME) -> ReplayedHeld:
    """Needs a tenant scope. Raises NotPermitted, NotFound (no such endpoint)."""
    require(actor, Permission.REPLAY)
    endpoint = Endpoint.objects.filter(id=endpoint_id).first()
    if endpoint is None:
        raise NotFound(f"no endpoint has the id {endpoint_id}")
    held = Quarantined.objects.filter(endpoint_id=endpoint_id, state=Quarantined.State.HELD)
    rows = held.select_for_update(of=("self",)).order_by(F("tried_at").asc(nulls_first=True), "delivery_id")
    ids = list(rows.values_list("delivery_id", flat=True)[:limit])
    found = _found(ids, endpoint_id)
    released = found.pop("", [])
    Quarantined.objects.filter(delivery_id__in=released).update(
        state=Quarantined.State.RELEASED, ended_at=at, tried_at=at
    )
    InboxItem.objects.bulk_create([InboxItem(delivery_id=id_, due_at=at) for id_ in sorted(released)])
    for reason, stay in found.items():
        Quarantined.objects.filter(delivery_id__in=stay).update(reason=reason, detail="", tried_at=at)
    untried = held.exclude(tried_at=at).count()
    stayed = len(ids) - len(released)
    audit.record(
        actor, at, "endpoint.replayed", endpoint.name, released=len(released), held=stayed, untried=untried,
        reasons={reason: len(stay) for reason, stay in sorted(found.items())},
    )  # fmt: skip
    return ReplayedHeld(endpoint.name, len(released), stayed, untried)


def _found(ids: list[int], endpoint_id: int) -> dict[str, list[int]]:
    """Delivery ids by the reason found now; "" is verified."""
    keys = keys_of([endpoint_id])
    found: dict[str, list[int]] = defaultdict(list)
    for delivery in Delivery.objects.filter(id__in=ids).select_related("endpoint").iterator(chunk_size=50):
        found[verdict_of(delivery, keys).reason or ""].append(delivery.id)
    return dict(found)
