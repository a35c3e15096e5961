"""Preserve the evidence of a subject: asked for in the transaction that opened it, sealed by a worker at once, and again when it
grows. The audit trail is sealed first, so that the bundle can prove its part of it."""

import time
from datetime import datetime
from typing import Any

from ledger import audit
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.errors import NotFound
from reconciliation.recovery.incident_evidence import SECTIONS, about_incident
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.sealing import seal_bundle

PATIENCE, PAUSE = 20.0, 0.1  # not money: seconds


class TrailUnderWay(Exception):
    """The evidence would lack the proof of its newest rows."""


def seal_evidence(tenant_id: int, subject: str, *, asked_key: str, actor: Actor, at: datetime) -> EvidenceBundle:
    """The bundle of `subject`, IN-3, as of `at`. In scopes of its own; asked again by its key it is sealed once. Raises NotFound,
    BundleTooLarge."""
    _seal_the_trail(tenant_id, at)
    with tenant(tenant_id):
        about = _about(subject, at)
        return seal_bundle(subject, SECTIONS, about, asked_key=asked_key, as_of=at, actor=actor, at=at)


def _seal_the_trail(tenant_id: int, at: datetime) -> None:
    """Until every row that stands now is in a block: one is sealed only once no older transaction is under way. Raises
    TrailUnderWay when that takes long; whoever asked asks again later."""
    until, up_to = time.monotonic() + PATIENCE, None
    while True:
        with tenant(tenant_id):
            audit.seal(at)
            left, last = audit.unsealed(up_to)
        if not left:
            return
        up_to = up_to or last
        if time.monotonic() > until:
            raise TrailUnderWay(f"{left} rows of the trail cannot be sealed yet: an older transaction is under way")
        time.sleep(PAUSE)


def _about(subject: str, at: datetime) -> dict[str, Any]:
    kind, _, number = subject.partition("-")
    if kind != "IN" or not number.isdecimal():
        raise NotFound(f"{subject!r:.40} has no evidence")
    return about_incident(int(number), at)
