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
from reconciliation.checkpoints.decide import require_allowed
from reconciliation.checkpoints.rules import Move, decide
from reconciliation.permissions import Permission, require
from reconciliation.postings.requests import PostingRequest

CALL = "post_one"


def posting_move(requests: Sequence[PostingRequest], actor: Actor) -> Move:
    """What policy is asked about a batch of postings."""
    name = "posting.plan" if all(r.status == "PENDING" for r in requests) else "posting.post"
    return Move(name, {"use_cases": sorted({r.use_case for r in requests}), "by": actor.id})


def can_stand_alone(requests: Sequence[PostingRequest]) -> bool:
    """Whether the postings need nothing read before: one, with its day, that corrects nothing."""
    return len(requests) == 1 and requests[0].effective_on is not None and requests[0].corrects is None


def post_alone(tenant_id: int, r: PostingRequest, *, actor: Actor, at: datetime) -> book.Posted:
    """Post or plan one transaction in a scope of its own, committed on return: what `can_stand_alone` allows, outside any
    scope. Raises what `post_transactions` raises."""
    require(actor, Permission.POST)
    said, fingerprint = _said(r, None, actor)
    with refusals_by_constraint():
        made = call_alone(tenant_id, CALL, [said, at.isoformat()])
    if made:
        return _posted(made)
    with tenant(tenant_id):
        return _known(r, fingerprint)


def post_at_once(r: PostingRequest, corrects: int | None, *, actor: Actor, at: datetime) -> book.Posted:
    """Post or plan one transaction in the open scope; a known key with the same content writes nothing. Raises what the
    book raises."""
    said, fingerprint = _said(r, corrects, actor)
    with refusals_by_constraint():
        made = call_within(CALL, [said, at.isoformat()])
    return _posted(made) if made else _known(r, fingerprint)


def _posted(made: str) -> book.Posted:
    """post_one() answers "id public_id"."""
    number, _, public_id = made.partition(" ")
    return book.Posted(int(number), UUID(public_id), True)


def _known(r: PostingRequest, fingerprint: str) -> book.Posted:
    return book.same_or_refuse(LedgerTransaction.objects.get(idempotency_key=r.key), fingerprint)


def _said(r: PostingRequest, corrects: int | None, actor: Actor) -> tuple[str, str]:
    """The posting, its decision and its maker as post_one() reads them, and the fingerprint."""
    decision = require_allowed(decide(posting_move([r], actor)))
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
            "reason": decision.reason,
        },
        "actor": {"kind": actor.kind, "id": actor.id, "role": actor.role, "policy_version": decision.policy_version},
    }  # fmt: skip
    return json.dumps(said), fingerprint
