"""Which incidents stand open, and which cases they hold. The database holds the same: a case of an open incident is ended by
nobody, and nothing is corrected on its account."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from reconciliation.incidents.models import Incident, IncidentCase

CAUSE = 4


def open_incidents() -> QuerySet[Incident]:
    """Those that nobody has released, oldest first."""
    return Incident.objects.filter(release=None).order_by("number")


def is_released(case_id: int) -> bool:
    """Whether the incident that the case is in was released. One query."""
    return IncidentCase.objects.filter(case_id=case_id, incident__release__isnull=False).exists()


def released_with(case_id: str) -> Exists:
    """Whether the incident of a row's case was released, to annotate a list with; `case_id` names the row's column."""
    return Exists(IncidentCase.objects.filter(case_id=OuterRef(case_id), incident__release__isnull=False))


def incident_of(*case_ids: int) -> Incident | None:
    """The incident, released or not, of the first of these cases that is in one. One query."""
    found = IncidentCase.objects.filter(case_id__in=case_ids).select_related("incident__bank_account")
    return min(found, key=lambda c: case_ids.index(c.case_id)).incident if found else None


def cases_held(ledger_account_ids: Iterable[int]) -> list[int]:
    """The ids of the cases in open incidents of the bank accounts behind these ledger accounts. One query."""
    rows = IncidentCase.objects.filter(
        incident__release=None, incident__bank_account__ledger_account_id__in=list(ledger_account_ids)
    )
    return list(rows.order_by("case_id").values_list("case_id", flat=True))
