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
from reconciliation.cases.models import CaseEvent
from reconciliation.checkpoints.freeze_windows import end_window, hold_freezes
from reconciliation.incidents.asking_evidence import ask_evidence
from reconciliation.incidents.models import Incident, IncidentRelease, PartnerCall
from reconciliation.permissions import Permission
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.root_causes import ROOT_CAUSES

KIND, MOVE = "release_incident", "incident.release"


def newest_bundle(subject: str) -> EvidenceBundle | None:
    """The one that was sealed last of a subject. One query."""
    return EvidenceBundle.objects.filter(subject=subject).order_by("-id").first()


def last_call(incident: Incident) -> PartnerCall | None:
    """The one recorded last of those made once the incident stood open; the page asks for minutes, so that minute counts."""
    since = incident.opened_at.replace(second=0, microsecond=0)
    return incident.calls.filter(called_at__gte=since).order_by("-id").first()


def call_words(call: PartnerCall) -> str:
    """Who called whom, and when."""
    return f"{call.caller} with {call.spoke_with}, {call.called_at:%Y-%m-%d %H:%M} UTC"


def holds_all(incident: Incident) -> bool:
    """Whether the evidence was sealed anew after each call and note: each asks for it by its own key. Three queries."""
    said = {f"call {id_}" for id_ in incident.calls.values_list("id", flat=True)}
    said |= {f"note {id_}" for id_ in incident.notes.values_list("id", flat=True)}
    sealed = EvidenceBundle.objects.filter(subject=str(incident), asked_key__in=said)
    return said <= set(sealed.values_list("asked_key", flat=True))


def facts_of(payload: Payload) -> Facts:
    """What must still hold: nobody released it, no other case came into it, no newer evidence was sealed and all that was said
    since is in it, and the call that was made once it stood open is the last one."""
    incident = Incident.objects.get(id=payload["incident_id"])
    bundle, call = newest_bundle(str(incident)), last_call(incident)
    return {
        "incident_open": not IncidentRelease.objects.filter(incident=incident).exists(),
        "incident_cases": sorted(incident.cases.values_list("case_id", flat=True)),
        "evidence_sha256": bytes(bundle.sha256).hex() if bundle else "", "partner_called": call_words(call) if call else "",
        "evidence_up_to_date": holds_all(incident),
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
    text = f"{incident} is released: {ROOT_CAUSES[payload['root_cause']]}. Its hold has ended"
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case_id=case, at=at, kind="released", actor=actor.name or actor.id, person_id=actor.person_id, text=text
        )
        for case in incident.cases.order_by("case_id").values_list("case_id", flat=True)
    )
    audit.record(
        actor, at, "incident.released", str(incident), why=payload["explanation"][:500], policy_version=policy_version,
        root_cause=payload["root_cause"], bundle=payload["bundle"], bundle_sha256=payload["bundle_sha256"],
        asked_by=payload["asked_by"],
    )  # fmt: skip
    # What it was released on and by whom belongs to what is kept of it.
    ask_evidence(incident, "release", at=at)
    return []


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """Nothing waits for it: while it is not released the account stays frozen."""


def preview(payload: Payload, at: datetime) -> object:
    """The payload says it all, with the digest of the evidence that it rests on."""
    return None


RELEASE_INCIDENT = Kind(KIND, MOVE, preview, facts_of, effect, ended, Permission.RELEASE_INCIDENT)
