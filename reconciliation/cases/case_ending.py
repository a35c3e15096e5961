"""What ended a resolved case: the run that found its difference gone, the rule or the people who said so, and the requests
carried out since it opened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from ledger.models import LedgerTransaction
from reconciliation.approvals.models import ApprovalDecision, ApprovalRequest
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.matching.planes.units import POSTING

EXECUTED = ApprovalRequest.State.EXECUTED
OPENING = ("opened", "reopened")


@dataclass(frozen=True, slots=True)
class Correction:
    """An executed request: who asked, who agreed, and what it wrote."""

    request: ApprovalRequest
    asked_by: str
    approvals: list[ApprovalDecision]
    written: list[LedgerTransaction]


@dataclass(frozen=True, slots=True)
class Ending:
    """`run` is the label of the run (MR-12) that found the difference gone, `person` the name of who ended it by hand;
    the other one is "". `said`: what the event of the end carries (code, note, matcher, threshold)."""

    at: datetime
    run: str
    person: str
    said: dict[str, Any]
    corrections: list[Correction]


def case_ending(case: ExceptionCase) -> Ending | None:
    """How a case ended, None while it is open. At most six short queries."""
    if case.resolved_at is None:
        return None
    events = CaseEvent.objects.filter(case=case, kind__in=(*OPENING, "answered", "resolved"))
    since = list(events.order_by("-id")[:50])
    last = next((e for e in since if e.kind == "resolved"), None)
    opened = next((n for n, e in enumerate(since) if e.kind in OPENING), len(since))
    asked = [e.detail["request"] for e in since[:opened] if e.detail.get("state") == EXECUTED]
    by_hand = last is not None and last.person_id is not None
    done = _corrections(case, asked, since[opened].at if opened < len(since) else None)
    actor = last.actor if last else ""
    return Ending(
        case.resolved_at, "" if by_hand else actor, actor if by_hand else "", last.detail if last else {}, done
    )


def _corrections(case: ExceptionCase, numbers: list[int], opened_at: datetime | None) -> list[Correction]:
    """Those asked for on this case, and those of its transactions that were asked for without a case."""
    within = Q(subject__in=_subjects(case), ended_at__gte=opened_at or case.opened_at, ended_at__lte=case.resolved_at)
    rows = ApprovalRequest.objects.filter(Q(number__in=numbers) | within, state=EXECUTED)
    found = []
    for request in rows.select_related("made_by", "execution").order_by("number"):
        approvals = request.decisions.filter(verdict="approve").select_related("decided_by").order_by("id")
        written = LedgerTransaction.objects.filter(id__in=request.execution.transaction_ids).order_by("id")
        found.append(Correction(request, request.made_by.name, list(approvals), list(written)))
    return found


def _subjects(case: ExceptionCase) -> list[str]:
    evidence = case.evidence
    ids = {row for side, row, _ in evidence["rows"] if side in (0, POSTING)} | {
        *evidence["known"],
        *evidence["related"],
    }
    found: list[UUID] = list(LedgerTransaction.objects.filter(id__in=ids).values_list("public_id", flat=True))
    return [str(public_id) for public_id in found]
