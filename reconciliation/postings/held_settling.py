"""A planned posting whose confirmation or failure waits for an approval: what is frozen, what it rests on, and what then runs."""

from datetime import datetime
from typing import Literal

from ledger import book
from ledger.actors import Actor
from ledger.dating import Dated
from ledger.errors import NotPending
from ledger.models import Entry, LedgerTransaction
from reconciliation.approvals.answering import Answering
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.make_request import Draft, make_request
from reconciliation.approvals.waited_before import waited_before
from reconciliation.postings.dated_on import as_payload, dated_now, day_of
from reconciliation.postings.frozen_entries import frozen_entries, moved, payment_stands
from reconciliation.postings.standing_facts import settling_move

Settling = Literal["posting.confirm", "posting.fail"]
ACTS = {"posting.confirm": "Confirm", "posting.fail": "Fail"}


def hold_settling(
    transaction: LedgerTransaction, move: Settling, on: Dated, *, why: str, actor: Actor, at: datetime,
    answering: Answering | None = None, told: Payload | None = None,
) -> Made:  # fmt: skip
    """Lay the confirmation, dated `on`, or the failure of a PENDING transaction before its checkers; sent again it is the same
    request. `told`: the "payment" at the provider, and its "reference" there, of a callback, which nobody sends again. Needs a
    tenant scope. Raises NotPending, RequestNotOpen (it was rejected), and what `make_request` does."""
    if transaction.status != LedgerTransaction.Status.PENDING:
        raise NotPending(f"{transaction} is {transaction.status}")
    before = waited_before([move], str(transaction.public_id), move, by=actor, at=at)
    if before.made:
        return before.made
    rows = Entry.objects.filter(transaction=transaction).select_related("account").order_by("leg")
    payload: Payload = {
        "kind": move, "transaction_id": transaction.id, "transaction": str(transaction.public_id), "fingerprint": move,
        "entries": frozen_entries(rows), "payment_id": transaction.payment_id or "",
        "why": why, "told": told, "case_id": None, "case": None,
        "behind": sorted(answering.behind) if answering else [],
    } | as_payload(on)  # fmt: skip
    amount, currency = moved(payload["entries"])
    return make_request(
        Draft(
            kind=move, title=f"{ACTS[move]} {transaction}", subject=str(transaction.public_id), payload=payload,
            amount_minor=amount, currency=currency, reason_code="", note=why or f"{actor.name or actor.id} sent it",
            idempotency_key=before.next_key, payment_id=transaction.payment_id or "",
            facts=settling_move(move, transaction, actor).facts, answering=answering,
        ),
        maker=actor, at=at,
    )  # fmt: skip


def facts_of(payload: Payload) -> Facts:
    """What must still hold: the transaction is PENDING, its payment is what it was at its provider, and so is what was told."""
    transaction = LedgerTransaction.objects.get(id=payload["transaction_id"])
    told = {"told": payment_stands(payload["told"]["reference"])["payment_state"]} if payload["told"] else {}
    day = dated_now(payload) if payload["kind"] == "posting.confirm" else {}
    return {"status": transaction.status} | day | payment_stands(payload["payment_id"]) | told


def effect(payload: Payload, *, decision_id: int, policy_version: str, actor: Actor, at: datetime) -> list[int]:
    """Move the transaction as frozen; answers its id. Raises NotPending."""
    if payload["kind"] == "posting.confirm":
        day = day_of(payload)
        book.confirm(
            payload["transaction_id"], effective_on=day.effective_on, adjusts_on=day.adjusts_on, decision_id=decision_id,
            actor=actor, at=at, policy_version=policy_version, why=payload["why"],
        )  # fmt: skip
    else:
        book.fail(
            payload["transaction_id"], decision_id=decision_id, actor=actor, at=at, policy_version=policy_version,
            why=payload["why"],
        )  # fmt: skip
    return [payload["transaction_id"]]
