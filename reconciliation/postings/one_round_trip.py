"""The hot path of the door: one posting with its decision, entries and audit row in one round trip to the database."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ledger import book
from ledger.actors import Actor
from ledger.models import LedgerTransaction
from ledger.one_call import call_alone, call_within
from ledger.refusals import refusals_by_constraint
from ledger.tenancy import tenant
from reconciliation.checkpoints.decide import require_allowed, shadows_of
from reconciliation.checkpoints.in_force import Standing, forget, in_force, known_for
from reconciliation.checkpoints.rules import Move, decide
from reconciliation.permissions import Permission, require
from reconciliation.postings.policy_facts import is_cheap, posting_move
from reconciliation.postings.requests import PostingRequest

CALL = "post_one"
TRIES = 2  # a second change in between is somebody else's busy moment: the longer way says so
STALE = "stale"  # what it answers when the checkpoints have changed since they were asked


def can_stand_alone(tenant_id: int, requests: Sequence[PostingRequest], actor: Actor) -> bool:
    """Whether nothing needs to be read before: one posting, with its day, that corrects nothing, of a tenant whose checkpoints
    are known here and read no more than it says itself."""
    known = known_for(tenant_id)
    return (
        known is not None and len(requests) == 1 and requests[0].effective_on is not None and requests[0].corrects is None
        and is_cheap(posting_move(requests[0], actor), known)
    )  # fmt: skip


def post_alone(tenant_id: int, r: PostingRequest, *, actor: Actor, at: datetime) -> book.Posted | None:
    """Post or plan one transaction in a scope of its own, committed on return: what `can_stand_alone` allows, outside any
    scope. None when policy reads more than the posting says; then nothing is written. Raises what
    `post_transactions` raises."""
    require(actor, Permission.POST)
    made = STALE
    for _ in range(TRIES):
        standing, move = known_for(tenant_id) or _asked_anew(tenant_id), posting_move(r, actor)
        if not is_cheap(move, standing):
            return None
        said, fingerprint = _said(r, None, move, standing, actor, at)
        with refusals_by_constraint():
            made = call_alone(tenant_id, CALL, [said, at.isoformat()])
        if made != STALE:
            break
        forget(tenant_id)
    if made == STALE:
        return None
    if made:
        return _posted(made)
    with tenant(tenant_id):
        return _known(r, fingerprint)


def _asked_anew(tenant_id: int) -> Standing:
    with tenant(tenant_id):
        return in_force(sure=True)


def post_at_once(r: PostingRequest, corrects: int | None, *, actor: Actor, at: datetime) -> book.Posted | None:
    """Post or plan one transaction in the open scope; a known key with the same content writes nothing. None when policy
    reads more than the posting says. Raises what the book raises."""
    for sure in (False, True):
        standing, move = in_force(sure=sure), posting_move(r, actor)
        if not is_cheap(move, standing):
            return None
        said, fingerprint = _said(r, corrects, move, standing, actor, at)
        with refusals_by_constraint():
            made = call_within(CALL, [said, at.isoformat()])
        if made != STALE:
            return _posted(made) if made else _known(r, fingerprint)
    return None


def _posted(made: str) -> book.Posted:
    """post_one() answers "id public_id"."""
    number, _, public_id = made.partition(" ")
    return book.Posted(int(number), UUID(public_id), True)


def _known(r: PostingRequest, fingerprint: str) -> book.Posted:
    return book.same_or_refuse(LedgerTransaction.objects.get(idempotency_key=r.key), fingerprint)


def _said(
    r: PostingRequest, corrects: int | None, move: Move, standing: Standing, actor: Actor, at: datetime
) -> tuple[str, str]:
    """The posting, its decision and its maker as post_one() reads them, and the fingerprint."""
    overrides = standing.overrides_at(at) if standing.overrides else ()
    decision = require_allowed(decide(move, standing.asked, overrides, standing.freezes))
    fingerprint = r.fingerprint().hex()
    day: date | None = r.effective_on
    said: dict[str, Any] = {
        "key": r.key, "status": r.status, "use_case": r.use_case, "payment_id": r.payment_id,
        "partner_reference": r.partner_reference, "batch_reference": r.batch_reference,
        "effective_on": day and day.isoformat(), "corrects": corrects, "metadata": r.metadata,
        "fingerprint": fingerprint, "entries": [[e.account, e.direction, str(e.amount_minor)] for e in r.entries],
        "decision": {
            "policy": decision.policy, "version": decision.version, "move": decision.move.name,
            "inputs": decision.move.facts, "outcome": decision.outcome, "rule": decision.rule,
            "reason": decision.reason, "override": decision.override, "stamp": standing.stamp,
        },
        "actor": {"kind": actor.kind, "id": actor.id, "role": actor.role, "policy_version": decision.policy_version},
    }  # fmt: skip
    if standing.shadows:
        said["decision"]["shadows"] = shadows_of(decision, standing, at)
    return json.dumps(said), fingerprint
