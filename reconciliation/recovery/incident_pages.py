"""What the pages of incidents show. Reads only; a handful of queries, however many incidents stand."""

from dataclasses import dataclass
from typing import Any

from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.checkpoints.freeze_models import FreezeWindow
from reconciliation.incidents.asking_evidence import SEAL_EVIDENCE
from reconciliation.incidents.models import Incident, IncidentNote, IncidentRelease, PartnerCall
from reconciliation.outbox_models import OutboxItem
from reconciliation.recovery.incident_named import incident_numbered
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.release_kind import KIND

LISTED = 200


@dataclass(frozen=True, slots=True)
class ListedIncident:
    incident: Incident
    release: IncidentRelease | None
    cases: tuple[ExceptionCase, ...]
    calls: int
    bundles: int


@dataclass(frozen=True, slots=True)
class WholeIncident:
    """`bundles` are the newest first; `asked` is the item that is to seal the next one, None where nothing waits; `waits` the open
    request for its release."""

    incident: Incident
    release: IncidentRelease | None
    freeze: FreezeWindow
    cases: tuple[ExceptionCase, ...]
    calls: tuple[PartnerCall, ...]
    notes: tuple[IncidentNote, ...]
    bundles: tuple[EvidenceBundle, ...]
    asked: OutboxItem | None
    waits: ApprovalRequest | None

    @property
    def call(self) -> PartnerCall | None:
        """The last one made once it stood open, to the minute."""
        since = self.incident.opened_at.replace(second=0, microsecond=0)
        return next((c for c in reversed(self.calls) if c.called_at >= since), None)

    @property
    def is_up_to_date(self) -> bool:
        """Whether the evidence was sealed, and anew after each call and note."""
        said = {f"call {c.id}" for c in self.calls} | {f"note {n.id}" for n in self.notes}
        return bool(self.bundles) and said <= {b.asked_key for b in self.bundles}


def all_incidents() -> list[ListedIncident]:
    """Those that stand open first, the newest of each before the older. Needs a tenant scope. Five queries."""
    rows = Incident.objects.select_related("bank_account__ledger_account").order_by("-number")[:LISTED]
    found = list(rows.prefetch_related("cases", "calls"))
    released = {r.incident_id: r for r in IncidentRelease.objects.filter(incident__in=found)}
    cases = {c.id: c for c in ExceptionCase.objects.filter(id__in=[k.case_id for i in found for k in i.cases.all()])}
    sealed: dict[str, int] = {}
    for subject in EvidenceBundle.objects.filter(subject__in=[str(i) for i in found]).values_list("subject", flat=True):
        sealed[subject] = sealed.get(subject, 0) + 1
    told = [
        ListedIncident(
            i, released.get(i.id), tuple(cases[k.case_id] for k in sorted(i.cases.all(), key=lambda k: k.case_id)),
            len(i.calls.all()), sealed.get(str(i), 0),
        )
        for i in found
    ]  # fmt: skip
    return sorted(told, key=lambda x: (x.release is not None, -x.incident.number))


def whole_incident(number: int) -> WholeIncident:
    """Needs a tenant scope. Raises NotFound. Nine queries."""
    incident = incident_numbered(number)
    ids = list(incident.cases.values_list("case_id", flat=True))
    items = OutboxItem.objects.filter(kind=SEAL_EVIDENCE, payload__subject=str(incident)).exclude(
        state=OutboxItem.State.DONE
    )
    return WholeIncident(
        incident, IncidentRelease.objects.filter(incident=incident).first(), FreezeWindow.objects.get(id=incident.freeze_id),
        tuple(ExceptionCase.objects.filter(id__in=ids).order_by("number")), tuple(incident.calls.order_by("id")),
        tuple(incident.notes.order_by("id")),
        tuple(EvidenceBundle.objects.filter(subject=str(incident)).defer("manifest").order_by("-id")),
        items.order_by("id").first(),
        ApprovalRequest.objects.filter(kind=KIND, subject=str(incident), state="open").first(),
    )  # fmt: skip


def incident_json(listed: ListedIncident) -> dict[str, Any]:
    """As the API states it: instants ISO 8601, cases by the names that people use."""
    i, r = listed.incident, listed.release
    return {
        "incident": str(i), "account": i.bank_account.code, "ledger_account": i.bank_account.ledger_account.code,
        "state": "released" if r else "open", "opened_at": i.opened_at.isoformat(), "run": i.run_label,
        "cases": [str(c) for c in listed.cases], "calls": listed.calls, "bundles": listed.bundles,
        "released_at": r.released_at.isoformat() if r else None, "root_cause": r.root_cause if r else None,
    }  # fmt: skip
