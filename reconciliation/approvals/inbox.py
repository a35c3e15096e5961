"""What the approvals' pages show: requests that wait, requests that ended, and one request with what was said on it."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from ledger.actors import Actor
from ledger.keyset import SIZE, Page, Place, cut
from ledger.models import LedgerTransaction
from reconciliation.approvals.models import ApprovalDecision, ApprovalRequest
from reconciliation.approvals.read_standing import frozen, read_standing
from reconciliation.approvals.standing import Standing, ways_of
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.errors import NotFound

OPEN = ApprovalRequest.State.OPEN


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open request: how many approvals it has, whether the reader made it or decided on it already, whether it
    waits for them, and by whose right they would decide when it is not their own."""

    request: ApprovalRequest
    approvals: int
    own: bool
    decided: bool
    for_reader: bool
    lender: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What stands around one request: the decisions on it, why policy asked for them, and what was written."""

    decisions: list[ApprovalDecision]
    why: str
    written: list[LedgerTransaction]


def waiting(actor: Actor, *, at: datetime) -> list[Waiting]:
    """Every open request, the first to expire first; those whose time is over left out. Two queries."""
    person_id = actor.person_id or 0
    rows = ApprovalRequest.objects.filter(state=OPEN, expires_at__gt=at).annotate(
        approvals=Count("decisions", filter=Q(decisions__verdict="approve")),
        deciders=ArrayAgg("decisions__decided_by", filter=Q(decisions__isnull=False), default=[]),
        owners=ArrayAgg(
            Coalesce("decisions__on_behalf_of", "decisions__decided_by"), filter=Q(decisions__isnull=False), default=[]
        ),
    )  # fmt: skip
    standing = standing_of(actor, at)
    found = []
    for r in rows.order_by("expires_at", "id"):
        way = ways_of(person_id, frozen(r, r.deciders, r.owners), standing).best
        lender = standing.names.get(way.on_behalf_of, "") if way.on_behalf_of and not way.bar else ""
        decided = person_id in r.deciders
        found.append(Waiting(r, r.approvals, r.made_by_id == person_id, decided, not way.bar, lender))
    return found


def standing_of(actor: Actor, at: datetime) -> Standing:
    """What counts at `at`, with the reader in the roles of their sign-in. One query."""
    found = read_standing(at)
    return replace(found, holds={**found.holds, actor.person_id or 0: actor.roles})


def ended(place: Place, *, at: datetime) -> Page[ApprovalRequest]:
    """Requests that ended, the newest number first; those whose time is over have ended too. The mark is a number. One
    query. Raises NotFound when the place is none."""
    rows = ApprovalRequest.objects.exclude(state=OPEN, expires_at__gt=at)
    if place.mark:
        if not (place.mark.isascii() and place.mark.isdigit() and len(place.mark) < 18):
            raise NotFound(f"no request stands at {place.mark!r:.40}")
        number = int(place.mark)
        rows = rows.filter(number__gt=number) if place.backwards else rows.filter(number__lt=number)
    return cut(list(rows.order_by("number" if place.backwards else "-number")[: SIZE + 1]), place)


def request_numbered(number: int) -> ApprovalRequest:
    """The request CR-<number>. Raises NotFound."""
    found = ApprovalRequest.objects.filter(number=number).first() if number < 2**63 else None
    if found is None:
        raise NotFound(f"no request has the number {number}")
    return found


def said_on(request: ApprovalRequest) -> Said:
    """Three queries; one less while it waits."""
    decisions = request.decisions.select_related("decided_by", "on_behalf_of").order_by("id")
    asked = CheckpointDecision.objects.filter(id=request.decision_id).values_list("reason", flat=True).first()
    written = LedgerTransaction.objects.filter(id__in=_written(request)).order_by("id")
    return Said(list(decisions), asked or "", list(written) if request.state == "executed" else [])


def _written(request: ApprovalRequest) -> list[int]:
    return list(request.execution.transaction_ids) if request.state == "executed" else []


def state_now(request: ApprovalRequest, at: datetime) -> str:
    """Its state as a reader must see it: an open request whose time is over has expired, whether a clock ended it or
    not."""
    return "expired" if request.state == OPEN and request.expires_at <= at else str(request.state)


def open_request_about(kind: str, subject: str) -> ApprovalRequest | None:
    """The open request of a kind about a subject, if there is one."""
    return ApprovalRequest.objects.filter(kind=kind, subject=subject, state=OPEN).first()
