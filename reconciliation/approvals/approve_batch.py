"""Approve several requests at once, all or none, in one database transaction. Rejecting is done one by one: each says why."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.errors import LedgerRefusal
from reconciliation.approvals.approving import execute, require_all_count, require_same_payload, store_decision
from reconciliation.approvals.batch import BATCH, Chosen, batch_digest, one_by_one, require_set
from reconciliation.approvals.checkers import as_checker, way_for
from reconciliation.approvals.checks import checks_of, require_unfrozen
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.ending import require_open
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.refusals import refused_by_key
from reconciliation.approvals.standing import Way
from reconciliation.approvals.step_up import StepUp, require_step_up
from reconciliation.errors import BatchRefused, ChangedSinceAsked

LONGEST_REASON = 1000


def approve_batch(
    *, chosen: Sequence[Chosen], reason: str, step_up: StepUp | None, actor: Actor, at: datetime
) -> list[Decided]:
    """Approve exactly what was on the screen. Needs a tenant scope. `step_up` is bound to BATCH and the digest over every
    request's id and payload (`batch_digest`).

    Raises BadInput (none, too many, one twice), NotPermitted (nobody who decides), ReauthenticationNeeded, and BatchRefused
    naming the first request that cannot be approved and why: one's own, unknown, changed, ended, without the right to it, one
    that is decided by itself, or refused by its effect. Whatever is raised, nothing of the batch is stored.
    """
    require_set([c.number for c in chosen])
    checker = as_checker(actor, at)
    rows = ApprovalRequest.objects.select_for_update(no_key=True).filter(number__in=[c.number for c in chosen])
    found = {
        r.number: r for r in rows.order_by("id")
    }  # locked in one order, so that two batches cannot block each other
    for c in chosen:
        if c.number not in found:
            raise BatchRefused(f"CR-{c.number}: no request has this number")
        if bytes(found[c.number].payload_sha256).hex() != c.payload_sha256:
            raise BatchRefused(f"CR-{c.number}: it changed since you looked")
    seen = batch_digest((found[c.number].id, c.payload_sha256) for c in chosen)
    require_step_up(step_up, request_id=BATCH, payload_sha256=seen, at=at)
    # Every row is judged before the first runs; its facts once more after those before it have run.
    ways = [_judged(r, checker, at) for r in found.values()]
    said = reason.strip()[:LONGEST_REASON]
    decided = [_approve(r, way, said, seen, checker, at) for r, way in zip(found.values(), ways, strict=True)]
    audit.record(
        checker, at, "batch.approved", f"{len(decided)} requests", why=said, batch=seen,
        requests=[f"CR-{d.number}" for d in decided],
    )  # fmt: skip
    return decided


def _judged(request: ApprovalRequest, checker: Actor, at: datetime) -> Way:
    with _named(request):
        require_open(request, at)
        if why := one_by_one(request):
            raise BatchRefused(why)
        way, standing = way_for(request, checker, at)
        require_same_payload(request)
        require_all_count(request, standing)
        _require_unchanged(request, at)
    return way


def _approve(request: ApprovalRequest, way: Way, reason: str, batch: str, checker: Actor, at: datetime) -> Decided:
    with _named(request), refused_by_key():
        _require_unchanged(request, at)
        store_decision(request, "approve", reason, way, checker, at, batch=batch)
        given = request.decisions.filter(verdict="approve").count()
        if given < request.quorum:
            return Decided(request.id, request.number, "open", given, request.quorum)
        written = execute(request, checker, at)
    return Decided(request.id, request.number, "executed", given, request.quorum, tuple(written))


def _require_unchanged(request: ApprovalRequest, at: datetime) -> None:
    require_unfrozen(request, at)
    if changed := [c.fact.replace("_", " ") for c in checks_of(request, at) if not c.holds]:
        raise ChangedSinceAsked(f"{request} changed since asked: {', '.join(changed)}")


@contextmanager
def _named(request: ApprovalRequest) -> Iterator[None]:
    """What is refused in here refuses the batch, and names the request."""
    try:
        yield
    except LedgerRefusal as refusal:
        said = f"{refusal}".removeprefix(f"{request} ").removeprefix(f"{request}: ")
        raise BatchRefused(f"{request}: {said}") from refusal
