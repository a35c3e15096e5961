"""The book's side of corrections: reverse a POSTED transaction, or confirm the original PENDING one. Called by the effects
of approved requests only; the decision is the request's."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from ledger import book
from ledger.actors import Actor
from ledger.balancing import Direction, Leg
from ledger.models import LedgerTransaction
from reconciliation.errors import ChangedSinceAsked


def reverse_transaction(
    transaction_id: int,
    *,
    effective_on: date,
    adjusts_on: date | None = None,
    key: str,
    why: str,
    decision_id: int,
    policy_version: str,
    actor: Actor,
    at: datetime,
) -> int:
    """Post the mirror of a transaction, dated `effective_on`; returns the reversal's id. `adjusts_on`: the day in closed books
    that it belongs to.

    Raises NotPosted, CannotReverseReversal, AlreadyReversed, UnknownTransaction, PeriodClosed."""
    posting = book.reversal_of(transaction_id, effective_on=effective_on, key=key, why=why, adjusts_on=adjusts_on)
    (posted,) = book.post([posting], decision_id=decision_id, actor=actor, at=at, policy_version=policy_version)
    return posted.id


def repost_transaction(
    transaction_id: int, entries: Sequence[tuple[int, str, Direction, int]], *, key: str, reversal_key: str, fails: bool,
    effective_on: date, adjusts_on: date | None, why: str, decision_id: int, policy_version: str, actor: Actor, at: datetime,
) -> list[int]:  # fmt: skip
    """Post a transaction anew with these entries (account id, asset, direction, minor units), linked by `corrects`; its references
    and metadata stay. `reversal_key`: of the reversal that goes before it in the same statement, "" where the original does not
    count; `fails`: it is PENDING, and fails first. Returns the ids written.

    Raises NotPending, AlreadyReposted, OriginalStillStands, AlreadyReversed, NotPosted, AgainstRule, PeriodClosed,
    ChangedSinceAsked."""
    postings: list[book.Posting] = []
    if fails:
        book.fail(transaction_id, decision_id=decision_id, actor=actor, at=at, policy_version=policy_version, why=why)
    if reversal_key:
        postings.append(
            book.reversal_of(
                transaction_id, effective_on=effective_on, key=reversal_key, why=why, adjusts_on=adjusts_on
            )
        )
    original = LedgerTransaction.objects.get(id=transaction_id)
    postings.append(book.Posting(
        key=key, use_case=original.use_case, effective_on=effective_on, adjusts_on=adjusts_on,
        legs=[Leg(*entry) for entry in entries], payment_id=original.payment_id,
        partner_reference=original.partner_reference, batch_reference=original.batch_reference, metadata=original.metadata,
        corrects=transaction_id, why=why,
    ))  # fmt: skip
    posted = book.post(postings, decision_id=decision_id, actor=actor, at=at, policy_version=policy_version)
    if not all(p.created for p in posted):
        raise ChangedSinceAsked(f"{original} was posted anew in the meantime; look again")
    return [p.id for p in posted]


def correct_many(
    transaction_ids: Sequence[int], directions: Mapping[str, str], *, why: str, decision_id: int, policy_version: str,
    actor: Actor, at: datetime,
) -> list[tuple[int, int, int]]:  # fmt: skip
    """Reverse each on its own day, or on the first open one where its books are closed, and post it anew with these directions by
    account id; (original, reversal, re-post) of each, as ids. The caller holds them (`hold_many`).

    Raises AlreadyReversed, NotPosted, CannotReverseReversal, Unbalanced, AgainstRule."""
    return book.correct_many(
        transaction_ids, directions, decision_id=decision_id, actor=actor, at=at, policy_version=policy_version, why=why
    )


def hold_many(transaction_ids: Sequence[int]) -> None:
    """Let nobody else reverse any of these until commit."""
    book.hold_many(transaction_ids)


def confirm_original(
    transaction_id: int,
    *,
    effective_on: date,
    adjusts_on: date | None = None,
    why: str,
    decision_id: int,
    policy_version: str,
    actor: Actor,
    at: datetime,
) -> int:
    """Move the original PENDING transaction to POSTED on the bank's day. Raises NotPending, PeriodClosed."""
    book.confirm(
        transaction_id, effective_on=effective_on, decision_id=decision_id, actor=actor, at=at,
        policy_version=policy_version, why=why, adjusts_on=adjusts_on,
    )  # fmt: skip
    return transaction_id
