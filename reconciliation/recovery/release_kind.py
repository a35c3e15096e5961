"""The kind "release_incident": two people say why the money could leave, over the sealed evidence and what the partner said. From
then on nothing is frozen by it and the gate counts days again; the bad days stay bad, and its cases are worked on like any other.
"""

from collections.abc import Sequence
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.refusals import refused_by_key
from reconciliation.checkpoints.freeze_windows import end_window, hold_freezes
from reconciliation.incidents.models import Incident, IncidentRelease
from reconciliation.permissions import Permission
from reconciliation.recovery.models import EvidenceBundle

KIND, MOVE = "release_incident", "incident.release"


def newest_bundle(subject: str) -> EvidenceBundle | None:
    """The one that was sealed last of a subject. One query."""
    return EvidenceBundle.objects.filter(subject=subject).order_by("-id").first()


def facts_of(payload: Payload) -> Facts:
    """What must still hold: nobody released it, no other case came into it, no newer evidence was sealed, a call is on record."""
    incident = Incident.objects.get(id=payload["incident_id"])
    bundle = newest_bundle(str(incident))
    return {
        "incident_open": not IncidentRelease.objects.filter(incident=incident).exists(),
        "incident_cases": sorted(incident.cases.values_list("case_id", flat=True)),
        "evidence_sha256": bytes(bundle.sha256).hex() if bundle else "", "partner_called": incident.calls.exists(),
    }  # fmt: skip


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Release it and end its freeze. Writes no transaction."""
    incident = Incident.objects.get(id=payload["incident_id"])
    with refused_by_key():
        hold_freezes()
        IncidentRelease.objects.create(
            incident=incident, released_at=at, released_by=actor.name or actor.id, root_cause=payload["root_cause"],
            explanation=payload["explanation"], bundle_sha256=bytes.fromhex(payload["bundle_sha256"]), decision_id=decision_id,
        )  # fmt: skip
        end_window(
            incident.freeze_id, why=f"{incident} is released", decision_id=decision_id, policy_version=policy_version,
            actor=actor, at=at,
        )  # fmt: skip
    audit.record(
        actor, at, "incident.released", str(incident), why=payload["explanation"][:500], policy_version=policy_version,
        root_cause=payload["root_cause"], bundle=payload["bundle"], bundle_sha256=payload["bundle_sha256"],
        asked_by=payload["asked_by"],
    )  # fmt: skip
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it: while it is not released the account stays frozen."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all, with the digest of the evidence that it rests on."""
    return None


RELEASE_INCIDENT = Kind(KIND, MOVE, preview, facts_of, effect, ended, Permission.RELEASE_INCIDENT)
