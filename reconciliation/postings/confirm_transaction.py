"""Confirm or fail a PENDING transaction, as the system that owns it reports."""

from datetime import date, datetime

from ledger import book
from ledger.actors import Actor
from ledger.errors import UnknownTransaction
from ledger.models import Entry, LedgerTransaction
from ledger.transaction_ids import whole_id
from reconciliation.checkpoints.decide import record_decision
from reconciliation.permissions import Permission, require
from reconciliation.postings.requests import DayOf
from reconciliation.postings.standing_facts import settling_move


def confirm_transaction(
    transaction: LedgerTransaction,
    *,
    effective_on: date | None,
    actor: Actor,
    at: datetime,
    day_of: DayOf,
    why: str = "",
) -> None:
    """PENDING → POSTED on the bank's value date, else on the day of the confirm. Raises NotPermitted, NotPending."""
    require(actor, Permission.POST)
    decided = record_decision(
        settling_move("posting.confirm", transaction, actor), at=at, subjects=[str(transaction.public_id)]
    )
    accounts = list(Entry.objects.filter(transaction=transaction).values_list("account_id", flat=True))
    book.confirm(
        transaction.id, effective_on=effective_on or day_of(accounts, at), decision_id=decided.id, actor=actor,
        at=at, policy_version=decided.decision.policy_version, why=why,
    )  # fmt: skip


def fail_transaction(transaction: LedgerTransaction, *, actor: Actor, at: datetime, why: str = "") -> None:
    """PENDING → FAILED. Raises NotPermitted, NotPending."""
    require(actor, Permission.POST)
    decided = record_decision(
        settling_move("posting.fail", transaction, actor), at=at, subjects=[str(transaction.public_id)]
    )
    book.fail(
        transaction.id,
        decision_id=decided.id,
        actor=actor,
        at=at,
        policy_version=decided.decision.policy_version,
        why=why,
    )


def find_transaction(named: str) -> LedgerTransaction:
    """The transaction of an id, whole or short. Raises UnknownTransaction, also for what is not an id at all, and
    AmbiguousTransaction."""
    public_id = whole_id(named)
    try:
        return LedgerTransaction.objects.get(public_id=public_id)
    except LedgerTransaction.DoesNotExist as error:
        raise UnknownTransaction(f"no transaction has the id {public_id}") from error
