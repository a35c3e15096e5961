"""A posting that waits for an approval: what is frozen of it, what it rests on, and what runs when it has been given."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ledger import book
from ledger.actors import Actor
from ledger.balancing import Leg
from ledger.dating import Dated
from ledger.errors import UnknownAccount
from ledger.models import Account, LedgerTransaction
from reconciliation.approvals.answering import Answering
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.waited_before import waited_before
from reconciliation.checkpoints.decide import decision_for_preview
from reconciliation.checkpoints.trying import taken_back
from reconciliation.errors import ChangedSinceAsked
from reconciliation.postings.dated_on import as_payload, dated_now, day_of
from reconciliation.postings.frozen_entries import frozen_entry, moved, payment_stands
from reconciliation.postings.policy_facts import posting_move, whole_move
from reconciliation.postings.post_transactions import corrected
from reconciliation.postings.requests import PostingRequest
from reconciliation.postings.room import has_room, hold_room

ACTS = {"posting.post": "Post", "posting.plan": "Plan", "posting.repost": "Post anew"}
STATED = ("key", "use_case", "status", "partner_reference", "batch_reference", "corrects")
LONGEST_TITLE = 160


def hold(
    r: PostingRequest, on: date, *, actor: Actor, at: datetime, answering: Answering | None = None, up_to: int | None = None
) -> Made:  # fmt: skip
    """Lay the posting before its checkers, dated `on`; sent again it is the same request. Needs a tenant scope. `up_to`: the
    postings of its use case about its payment come to so much with it, in minor units, and it is not written where they would
    come to more.

    Raises what `make_request` does, RequestNotOpen for one that was rejected, KeyReusedForAnotherPayload, and all that the
    book would refuse when it runs."""
    move = posting_move(r, actor)
    fingerprint = r.fingerprint().hex()
    before = waited_before(list(ACTS), r.key, fingerprint, by=actor, at=at)
    if before.made:
        return before.made
    accounts = _accounts(r)
    payload = freeze(r, Dated(on, r.adjusts_on), accounts, up_to) | {
        "kind": move.name, "fingerprint": fingerprint, "behind": sorted(answering.behind) if answering else [],
    }  # fmt: skip
    with taken_back():
        effect(payload, decision_id=decision_for_preview(move.name, at), policy_version="preview", actor=actor, at=at)
    amount, currency = moved(payload["entries"])
    said = f"{actor.name or actor.id} sent it" + (f" for {r.payment_id}" if r.payment_id else "")
    made = make_request(
        Draft(
            kind=move.name, title=f"{ACTS[move.name]} {r.payment_id or r.key}, {r.use_case}"[:LONGEST_TITLE], subject=r.key,
            payload=payload,
            amount_minor=amount, currency=currency, reason_code="", note=said, idempotency_key=before.next_key,
            payment_id=r.payment_id or "", facts=whole_move(r, accounts, actor).facts, answering=answering,
        ),
        maker=actor, at=at,
    )  # fmt: skip
    if not made.created:  # a rival sent the same key meanwhile: it must have been the same posting
        waited_before(list(ACTS), r.key, fingerprint, by=actor, at=at)
    return made


def facts_of(payload: Payload) -> Facts:
    """What must still hold: nothing stands under its key, its day is open, its payment is what it was at its provider, and has room
    for it."""
    taken = LedgerTransaction.objects.filter(idempotency_key=payload["key"]).exists()
    stands = payment_stands(payload["payment_id"]) | has_room(payload)
    return {"key_is_free": not taken} | dated_now(payload) | stands


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Write the posting as frozen; answers its id. Raises ChangedSinceAsked (its key was posted meanwhile), and what the book
    refuses."""
    hold_room(payload)
    legs = [
        Leg(e["account_id"], e["currency"], e["direction"], int(e["amount_minor"])) for e in payload["entries"]
    ]  # fmt: skip
    day = day_of(payload)
    posting = book.Posting(
        key=payload["key"], use_case=payload["use_case"], effective_on=day.effective_on, adjusts_on=day.adjusts_on, legs=legs,
        status=payload["status"], payment_id=payload["payment_id"] or None, partner_reference=payload["partner_reference"],
        batch_reference=payload["batch_reference"], metadata=json.loads(payload["metadata"]),
        corrects=corrected(payload["corrects"]), fingerprint=bytes.fromhex(payload["fingerprint"]),
    )  # fmt: skip
    (posted,) = book.post([posting], decision_id=decision_id, actor=actor, at=at, policy_version=policy_version)
    if not posted.created:
        raise ChangedSinceAsked(f"the key {payload['key']:.80} was posted in the meantime; look again")
    return [posted.id]


def _accounts(r: PostingRequest) -> dict[str, Account]:
    codes = {e.account for e in r.entries}
    found = {a.code: a for a in Account.objects.filter(code__in=codes)}
    if missing := sorted(codes - found.keys()):
        raise UnknownAccount(f"no account has the code {missing[0]!r:.80}")
    return found


def freeze(r: PostingRequest, on: Dated, accounts: Mapping[str, Account], up_to: int | None) -> Payload:
    """The posting as a payload states it, dated `on`; `accounts` are by code."""
    stated: dict[str, Any] = {name: getattr(r, name) for name in STATED}
    # Metadata as text: nothing that a sender names there is read as a field of ours, and a number comes back as it was sent.
    return stated | {
        "entries": [frozen_entry(accounts[e.account], e.direction, e.amount_minor) for e in r.entries],
        "metadata": json.dumps(r.metadata), "payment_id": r.payment_id or "",
        "up_to": None if up_to is None else str(up_to), "case_id": None, "case": None,
    } | as_payload(on)  # fmt: skip
