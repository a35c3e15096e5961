"""The book's only writer. Every function needs a tenant scope, takes the clock as `at`, and writes its audit rows itself.
Only reconciliation.postings imports this module."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, cast
from uuid import UUID

from django.db import connection

from ledger.actors import Actor
from ledger.balancing import Direction, Leg, mirror, require_balance
from ledger.errors import (
    AlreadyReversed,
    CannotReverseReversal,
    KeyReusedForAnotherPayload,
    NotPending,
    NotPosted,
    UnknownTransaction,
)
from ledger.models import Entry, LedgerTransaction
from ledger.one_call import bound_cursor
from ledger.refusals import refusals_by_constraint

HOLD = """
SELECT pg_advisory_xact_lock(7003, one) FROM (
    SELECT DISTINCT (id %% 2147483647)::integer AS one FROM unnest(%s::bigint[]) id ORDER BY 1) many
"""


@dataclass(frozen=True, slots=True)
class Posting:
    """What a transaction will be. `effective_on` of a PENDING one is a plan; `key` makes it idempotent within the tenant.

    `fingerprint` tells whether a known key comes with the same content; None: it is taken from the posting itself.
    `decision_id` and `policy_version` are those of the whole call where None. `adjusts_on`: the day in closed books that it
    belongs to; it is dated on the first open one.
    """

    key: str
    use_case: str
    effective_on: date
    legs: Sequence[Leg]
    status: Literal["PENDING", "POSTED"] = "POSTED"
    payment_id: str | None = None
    partner_reference: str | None = None
    batch_reference: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    reverses: int | None = None
    corrects: int | None = None
    adjusts_on: date | None = None
    why: str = ""
    fingerprint: bytes | None = None
    decision_id: int | None = None
    policy_version: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """The transaction's ids; `created` is False when the key was known and nothing was written."""

    id: int
    public_id: UUID
    created: bool


def post(
    postings: Sequence[Posting], *, actor: Actor, at: datetime, decision_id: int = 0, policy_version: str = "-"
) -> list[Posted]:
    """Write postings in one statement, in order; a known key with the same content writes nothing.

    Raises Unbalanced, BadPosting, UnknownAccount, KeyReusedForAnotherPayload, AlreadyReversed, AlreadyReposted,
    OriginalStillStands, CannotReverseReversal, PeriodClosed; then nothing of the batch is stored.
    """
    items = [_item(n, p, decision_id if p.decision_id is None else p.decision_id) for n, p in enumerate(postings)]
    who = {"kind": actor.kind, "id": actor.id, "role": actor.role, "policy_version": policy_version}
    with refusals_by_constraint(), bound_cursor() as cursor:
        cursor.execute(
            "SELECT ordinal, transaction_id, public_id, fingerprint FROM ledger_post(%s::jsonb, %s::jsonb, %s)",
            [json.dumps(items), json.dumps(who), at],
        )
        made = {row[0]: Posted(row[1], row[2], True) for row in cursor.fetchall()}
    missing = [n for n in range(len(items)) if n not in made]
    if missing:
        known = _by_key([items[n]["key"] for n in missing])
        for n in missing:
            made[n] = same_or_refuse(known[items[n]["key"]], items[n]["fingerprint"])
    return [made[n] for n in range(len(items))]


def same_or_refuse(known: LedgerTransaction, fingerprint: str) -> Posted:
    """What stands under a known key, when the content is the same. Raises KeyReusedForAnotherPayload."""
    if bytes(known.fingerprint).hex() != fingerprint:
        raise KeyReusedForAnotherPayload(f"key {known.idempotency_key} stands for {known}, which has another content")
    return Posted(known.id, known.public_id, False)


def confirm(
    transaction_id: int,
    *,
    effective_on: date,
    decision_id: int,
    actor: Actor,
    at: datetime,
    policy_version: str,
    why: str,
    adjusts_on: date | None = None,
) -> None:
    """PENDING → POSTED on `effective_on`, by compare-and-set. Raises NotPending, PeriodClosed."""
    _settle(transaction_id, "POSTED", effective_on, decision_id, actor, at, policy_version, why, adjusts_on)


def fail(transaction_id: int, *, decision_id: int, actor: Actor, at: datetime, policy_version: str, why: str) -> None:
    """PENDING → FAILED, by compare-and-set. Raises NotPending."""
    _settle(transaction_id, "FAILED", None, decision_id, actor, at, policy_version, why)


def reversal_of(
    transaction_id: int, *, effective_on: date, key: str, why: str, adjusts_on: date | None = None
) -> Posting:
    """The posting that reverses a POSTED transaction, locked until commit. Raises NotPosted, CannotReverseReversal,
    AlreadyReversed, UnknownTransaction. Posting it is still guarded by the unique `reverses_id`."""
    _lock(transaction_id)
    original = LedgerTransaction.objects.filter(id=transaction_id).first()
    if original is None:
        raise UnknownTransaction(f"transaction {transaction_id} is not in the book")
    if original.reverses_id is not None:
        raise CannotReverseReversal(f"{original} is itself a reversal; re-post the original instead")
    if original.status != LedgerTransaction.Status.POSTED:
        raise NotPosted(f"{original} is {original.status}; only a POSTED transaction is reversed")
    if LedgerTransaction.objects.filter(reverses_id=transaction_id).exists():
        raise AlreadyReversed(f"{original} was reversed already")
    return Posting(
        key=key, use_case=original.use_case, effective_on=effective_on, legs=mirror(legs_of(transaction_id)),
        payment_id=original.payment_id, partner_reference=original.partner_reference,
        batch_reference=original.batch_reference, metadata=original.metadata, reverses=transaction_id, why=why,
        adjusts_on=adjusts_on,
    )  # fmt: skip


def hold_many(transaction_ids: Sequence[int]) -> None:
    """Let nobody else reverse any of these until commit."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [list(transaction_ids)])


def correct_many(
    transaction_ids: Sequence[int], directions: Mapping[str, str], *, decision_id: int, actor: Actor, at: datetime,
    policy_version: str, why: str,
) -> list[tuple[int, int, int]]:  # fmt: skip
    """Reverse each and post it anew with these directions by account id, in one statement; (original, reversal, re-post) of each.

    Raises AlreadyReversed, NotPosted, CannotReverseReversal, Unbalanced, AgainstRule; then nothing of it is stored."""
    who = {"kind": actor.kind, "id": actor.id, "role": actor.role, "policy_version": policy_version}
    with refusals_by_constraint(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT transaction_id, reversal_id, repost_id FROM ledger_correct(%s, %s::jsonb, %s, %s::jsonb, %s, %s)",
            [list(transaction_ids), json.dumps(directions), decision_id, json.dumps(who), why, at],
        )
        return [(int(a), int(b), int(c)) for a, b, c in cursor.fetchall()]


def legs_of(transaction_id: int) -> list[Leg]:
    """The transaction's legs in their order."""
    rows = Entry.objects.filter(transaction_id=transaction_id).order_by("leg").values_list(
        "account_id", "account__asset_id", "direction", "amount_minor"
    )  # fmt: skip
    return [Leg(account, asset, cast(Direction, direction), int(amount)) for account, asset, direction, amount in rows]


def _item(n: int, p: Posting, decision_id: int) -> dict[str, Any]:
    require_balance(p.legs)
    item: dict[str, Any] = {
        "key": p.key, "status": p.status, "use_case": p.use_case, "payment_id": p.payment_id,
        "partner_reference": p.partner_reference, "batch_reference": p.batch_reference,
        "effective_on": p.effective_on.isoformat(), "reverses": p.reverses, "corrects": p.corrects,
        "metadata": p.metadata, "legs": [[x.account_id, x.direction, str(x.amount_minor)] for x in p.legs],
    }  # fmt: skip
    item["fingerprint"] = (p.fingerprint or _fingerprint(item)).hex()
    if p.adjusts_on is not None:
        item["adjusts_on"] = p.adjusts_on.isoformat()
    return item | {"n": n, "decision": decision_id, "why": p.why, "policy_version": p.policy_version}


def _fingerprint(item: dict[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(item, sort_keys=True, separators=(",", ":")).encode()).digest()


def _lock(transaction_id: int) -> None:
    # Not FOR UPDATE: that asks for the right to update, which nobody has on the book.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7003, %s)", [transaction_id % 2147483647])


def _by_key(keys: list[str]) -> dict[str, LedgerTransaction]:
    return {t.idempotency_key: t for t in LedgerTransaction.objects.filter(idempotency_key__in=keys)}


def _settle(
    transaction_id: int,
    to: str,
    day: date | None,
    decision_id: int,
    actor: Actor,
    at: datetime,
    version: str,
    why: str,
    adjusts_on: date | None = None,
) -> None:
    who = {"kind": actor.kind, "id": actor.id, "role": actor.role, "policy_version": version}
    with refusals_by_constraint(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT guard.settle_transaction(%s, %s, %s, %s, %s::jsonb, %s, %s, %s)",
            [transaction_id, to, day, decision_id, json.dumps(who), why, at, adjusts_on],
        )
        (moved,) = cursor.fetchone()
    if moved is None:
        raise NotPending(f"transaction {transaction_id} is not PENDING (any more)")
