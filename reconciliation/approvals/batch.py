"""Several requests approved at once: the exact set, its digest, and what each would come to. Reads only."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.actors import Actor
from reconciliation.approvals.approving import lapsed
from reconciliation.approvals.checks import Check, checks_of
from reconciliation.approvals.inbox import standing_of, state_now
from reconciliation.approvals.kinds import KINDS
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.read_standing import frozen
from reconciliation.approvals.standing import ways_of
from reconciliation.errors import BadInput, NotFound

MOST = 50
BATCH = 0
"""Stands for the request's id in the proof of who approves a batch."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A request as it was on the screen: its number and the digest (hex) of its payload."""

    number: int
    payload_sha256: str


@dataclass(frozen=True, slots=True)
class Row:
    """One request of a preview: `given` approvals so far, its checks as they stand, and what bars its approval, "" when
    nothing does."""

    request: ApprovalRequest
    given: int
    checks: tuple[Check, ...]
    bar: str

    @property
    def chosen(self) -> Chosen:
        return Chosen(int(self.request.number), bytes(self.request.payload_sha256).hex())

    @property
    def completes(self) -> bool:
        """Whether one more approval executes it."""
        return self.given + 1 >= self.request.quorum


@dataclass(frozen=True, slots=True)
class Batch:
    """What would be approved: the rows by number, totals in minor units by currency, the first instant at which one of them
    expires, and the digest that the proof of who approves is bound to."""

    rows: tuple[Row, ...]
    totals: dict[str, int]
    expires_at: datetime
    digest: str


def batch_digest(chosen: Iterable[tuple[int, str]]) -> str:
    """SHA-256 (hex) over every (request id, payload digest), whatever their order."""
    return hashlib.sha256("".join(f"{id_} {sha}\n" for id_, sha in sorted(chosen)).encode()).hexdigest()


def require_set(numbers: Sequence[int]) -> None:
    """Raise BadInput unless it is 1 to 50 different requests."""
    if not 1 <= len(numbers) <= MOST or len(set(numbers)) != len(numbers):
        raise BadInput(f"1 to {MOST} different requests are approved at once", "request")


def one_by_one(request: ApprovalRequest) -> str:
    """Why a request is never approved together with others; "" where it may be."""
    kind = KINDS.get(request.kind)
    return "" if kind and kind.together else "is decided one by one: a line does not say all that it does"


def preview_batch(numbers: Sequence[int], actor: Actor, at: datetime) -> Batch:
    """What approving these would come to for the reader. Raises BadInput, NotFound for a number that is none here."""
    require_set(numbers)
    requests = list(
        ApprovalRequest.objects.filter(number__in=numbers).prefetch_related("decisions__decided_by").order_by("number")
    )
    if missing := sorted(set(numbers) - {r.number for r in requests}):
        raise NotFound(f"no request has the number {missing[0]}")
    standing, rows = standing_of(actor, at), []
    for r in requests:
        given = list(r.decisions.all())
        asked = frozen(r, [d.decided_by_id for d in given], [d.on_behalf_of_id or d.decided_by_id for d in given])
        way, state = ways_of(actor.person_id or 0, asked, standing).best, state_now(r, at)
        checks = tuple(checks_of(r, at)) if state == "open" else ()
        broken = [c.fact.replace("_", " ") for c in checks if not c.holds]
        bar = (
            f"is {state}" if state != "open" else one_by_one(r) if one_by_one(r) else
            f"you: {actor.name} {way.says}" if way.bar else
            "; ".join(lapsed(given, asked, standing)) or (f"changed since asked: {', '.join(broken)}" if broken else "")
        )  # fmt: skip
        rows.append(Row(r, sum(d.verdict == "approve" for d in given), checks, bar))
    totals: dict[str, int] = {}
    for r in requests:
        if r.currency:
            totals[r.currency] = totals.get(r.currency, 0) + int(r.amount_minor)
    digest = batch_digest((r.id, bytes(r.payload_sha256).hex()) for r in requests)
    return Batch(tuple(rows), totals, min(r.expires_at for r in requests), digest)
