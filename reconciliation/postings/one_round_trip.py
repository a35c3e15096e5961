"""The hot path of the door: one posting with its decision, entries and audit row in one round trip to the database."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from ledger import book
from ledger.actors import Actor
from ledger.models import LedgerTransaction
from ledger.refusals import refusals_by_constraint
from reconciliation.checkpoints.decide import require_allowed
from reconciliation.checkpoints.rules import Move, decide
from reconciliation.postings.requests import PostingRequest

CALL = (
    "SELECT transaction_id, public_id FROM post_one(%s::jsonb, %s::text[], %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, "
    "%s::text[], %s::numeric[], %s::jsonb, %s, %s)"
)


def posting_move(requests: Sequence[PostingRequest], actor: Actor) -> Move:
    """What policy is asked about a batch of postings."""
    name = "posting.plan" if all(r.status == "PENDING" for r in requests) else "posting.post"
    return Move(name, {"use_cases": sorted({r.use_case for r in requests}), "by": actor.id})


def post_at_once(r: PostingRequest, day: date, corrects: int | None, *, actor: Actor, at: datetime) -> book.Posted:
    """Post or plan one transaction; a known key with the same content writes nothing. Raises what the book raises."""
    decision = require_allowed(decide(posting_move([r], actor)))
    decided = {
        "policy": decision.policy,
        "version": decision.version,
        "move": decision.move.name,
        "inputs": decision.move.facts,
        "outcome": decision.outcome,
        "rule": decision.rule,
        "reason": decision.reason,
    }
    who = {"kind": actor.kind, "id": actor.id, "role": actor.role, "policy_version": decision.policy_version}
    fingerprint = r.fingerprint()
    with refusals_by_constraint(), connection.cursor() as cursor:
        cursor.execute(
            CALL,
            [
                json.dumps(decided),
                [e.account for e in r.entries],
                r.key,
                fingerprint,
                r.status,
                r.use_case,
                r.payment_id,
                r.partner_reference,
                r.batch_reference,
                day,
                corrects,
                json.dumps(r.metadata),
                [e.direction for e in r.entries],
                [str(e.amount_minor) for e in r.entries],
                json.dumps(who),
                "",
                at,
            ],
        )
        row = cursor.fetchone()
    if row is not None:
        return book.Posted(row[0], row[1], True)
    return book.same_or_refuse(LedgerTransaction.objects.get(idempotency_key=r.key), fingerprint.hex())
