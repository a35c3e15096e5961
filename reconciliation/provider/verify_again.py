"""Verify a stored delivery as of the time it came, by the keys that its endpoint has now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reconciliation.provider.models import Delivery, EndpointKey
from reconciliation.provider.receive import as_headers
from reconciliation.provider.sealing import unseal
from reconciliation.provider.signatures.registry import VERIFIERS
from reconciliation.provider.signatures.verdict import Verdict


@dataclass(frozen=True, slots=True)
class OpenedKey:
    id: int
    secret: str
    ended_at: datetime | None


Keys = dict[int, list[OpenedKey]]


def keys_of(endpoint_ids: Iterable[int]) -> Keys:
    """The opened keys of endpoints, oldest first, ended ones too. Needs a tenant scope."""
    found: Keys = defaultdict(list)
    for key in EndpointKey.objects.filter(endpoint_id__in=list(endpoint_ids)).order_by("id"):
        secret = unseal(bytes(key.sealed))
        if secret is not None:
            found[key.endpoint_id].append(OpenedKey(key.id, secret, key.ended_at))
    return found


def verdict_of(delivery: Delivery, keys: Keys) -> Verdict:
    """By the key that fitted on receipt, ended since or not; without one by those that stand. What a poll or a file
    brought was fetched by us and bears no signature."""
    if delivery.origin != "webhook":
        return Verdict(None)
    usable = [
        k
        for k in keys.get(delivery.endpoint_id, [])
        if k.id == delivery.key_id or (not delivery.key_id and not k.ended_at)
    ]
    verify = VERIFIERS[delivery.endpoint.scheme]
    secrets = [key.secret for key in usable]
    return verify(as_headers(delivery.headers), bytes(delivery.body), secrets, delivery.received_at)
