"""The book's side of corrections: reverse a POSTED transaction, or confirm the original PENDING one. Called by the effects
of approved requests only; the decision is the request's."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from ledger import book
from ledger.actors import Actor


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
