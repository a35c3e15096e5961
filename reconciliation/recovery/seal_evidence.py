"""Preserve the evidence of a subject: asked for in the transaction that opened it, sealed by a worker at once, and again when it
grows. The audit trail is sealed first, so that the bundle can prove its part of it."""

from datetime import datetime
from typing import Any

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.errors import NotFound
from reconciliation.recovery.incident_evidence import SECTIONS, about_incident
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.sealed_trail import wait_for_the_seal
from reconciliation.recovery.sealing import seal_bundle


def seal_evidence(tenant_id: int, subject: str, *, asked_key: str, actor: Actor, at: datetime) -> EvidenceBundle:
    """The bundle of `subject`, IN-3, as of `at`. In scopes of its own; asked again by its key it is sealed once. Raises NotFound,
    BundleTooLarge."""
    wait_for_the_seal(tenant_id, at)
    with tenant(tenant_id):
        about = _about(subject, at)
        return seal_bundle(subject, SECTIONS, about, asked_key=asked_key, as_of=at, actor=actor, at=at)


def _about(subject: str, at: datetime) -> dict[str, Any]:
    kind, _, number = subject.partition("-")
    if kind != "IN" or not number.isdecimal():
        raise NotFound(f"{subject!r:.40} has no evidence")
    return about_incident(int(number), at)
