"""Who agreed: the request behind a version in force or behind an override, and whoever approved it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from reconciliation.approvals.models import ApprovalRequest


@dataclass(frozen=True, slots=True)
class Agreed:
    """The request's number, who asked, who approved."""

    number: int
    asked_by: str
    approved_by: str


def versions_agreed(key: str) -> dict[int, Agreed]:
    """Version id → the request that put it in force. Two queries."""
    found = ApprovalRequest.objects.filter(kind="activate_checkpoint", subject=key, state="executed")
    return {r.payload["version_id"]: agreed for r, agreed in _read(found)}


def decisions_agreed(decision_ids: Iterable[int]) -> dict[int, Agreed]:
    """Decision id → the request that it let be made. Two queries."""
    found = ApprovalRequest.objects.filter(decision_id__in=list(decision_ids), state="executed")
    return {r.decision_id: agreed for r, agreed in _read(found)}


def _read(found: QuerySet[ApprovalRequest]) -> list[tuple[ApprovalRequest, Agreed]]:
    rows = found.prefetch_related("decisions__decided_by").order_by("id")
    return [
        (r, Agreed(r.number, r.made_by_label, " and ".join(
            d.decided_by.name for d in r.decisions.all() if d.verdict == "approve"
        )))
        for r in rows
    ]  # fmt: skip
