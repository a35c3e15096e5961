"""Receipts in suspense and claims: which still are, and the posting that gives one to its payment (STORIES S20, N2)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from ledger.dating import Dated
from ledger.models import Account, Entry, LedgerTransaction
from ledger.transaction_ids import whole_id
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts
from reconciliation.errors import NoCorrection, NotFound
from reconciliation.named_sql import read_steps
from reconciliation.postings.held import freeze
from reconciliation.postings.requests import PostingRequest, RequestedEntry

SQL = read_steps(__file__, "receipts.sql")
RECEIPT, USE_CASE = "suspense_receipt", "identify"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it stands in the book. `suspense` is the account that it waits on, `amount_minor` a positive integer of that
    account's asset."""

    transaction: LedgerTransaction
    suspense: Account
    amount_minor: int

    @property
    def currency(self) -> str:
        return self.suspense.asset_id


@dataclass(frozen=True, slots=True)
class Waiting:
    """A receipt that is still in suspense, or a payment that nobody here made and that is still claimed: since when, of which bank
    account, and by which request it may leave. `amount_minor` is + on the normal side of the account that it waits on."""

    public_id: UUID
    effective_on: date
    reference: str
    account: str
    bank: str
    amount_minor: int
    currency: str
    asked: int | None
    use_case: str = RECEIPT

    @property
    def is_receipt(self) -> bool:
        return self.use_case == RECEIPT


@dataclass(frozen=True, slots=True)
class Watched:
    """An account that receipts or claims wait on, with its balance in minor units, + on its normal side."""

    code: str
    name: str
    currency: str
    balance: int


def in_suspense() -> list[Waiting]:
    """All receipts that nobody has identified and all claims that stand, the oldest first. One query. Needs a tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["in_suspense"])
        return [Waiting(r[0], r[1], r[2], r[3], r[4], int(r[5]), r[6], r[7], r[8]) for r in cursor.fetchall()]


def watched_accounts() -> list[Watched]:
    """The accounts that were ever set for receipts or claims, by code. One query. Needs a tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["balances"])
        return [Watched(r[0], r[1], r[2], int(r[3])) for r in cursor.fetchall()]


def receipt_named(named: str) -> Receipt:
    """By its transaction's id, whole or short. Raises NotFound, and NoCorrection for one that was reversed or identified."""
    found = LedgerTransaction.objects.filter(public_id=whole_id(named), use_case=RECEIPT, reverses=None).first()
    if found is None:
        raise NotFound(f"no unidentified receipt has the id {named!r:.60}")
    if why := why_gone(found):
        raise NoCorrection(f"{found} is in suspense no more: {why}")
    entry = Entry.objects.select_related("account").get(
        transaction=found, direction="CREDIT", account__bank_account=None
    )
    return Receipt(found, entry.account, int(entry.amount_minor))


def why_gone(receipt: LedgerTransaction) -> str:
    """Why the receipt is not in suspense any more, "" while it is."""
    if receipt.status != "POSTED":
        return f"it is {receipt.status}"
    if back := LedgerTransaction.objects.filter(reverses_id=receipt.id).first():
        return f"{back} reversed it"
    standing = [payment for payment, was_reversed in _identifications(receipt) if not was_reversed]
    return f"it was identified as {standing[0]}" if standing else ""


def key_of(receipt: LedgerTransaction) -> str:
    """The idempotency key of its next identification: of the receipt, and of how often one was reversed. Rivals make the same."""
    before = len(_identifications(receipt))
    return f"identify {receipt.public_id}" + (f" {before + 1}" if before else "")


def _identifications(receipt: LedgerTransaction) -> list[tuple[str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL["identifications"], {"receipt": str(receipt.public_id), "id": receipt.id})
        return [(payment, was_reversed) for payment, was_reversed in cursor.fetchall()]


def freeze_identification(
    receipt: Receipt, payment_id: str, counter: Account, *, on: date, reason_code: str, note: str
) -> Payload:
    """Out of suspense onto the counter account, tied to the payment, dated `on`."""
    r = PostingRequest(
        key=key_of(receipt.transaction), use_case=USE_CASE, effective_on=on, payment_id=payment_id,
        metadata={"receipt": str(receipt.transaction.public_id)}, entries=[
            RequestedEntry(receipt.suspense.code, "DEBIT", receipt.amount_minor),
            RequestedEntry(counter.code, "CREDIT", receipt.amount_minor),
        ],
    )  # fmt: skip
    return freeze(r, Dated(on), {a.code: a for a in (receipt.suspense, counter)}, None) | {
        "kind": USE_CASE, "fingerprint": r.fingerprint().hex(), "behind": [], "reason_code": reason_code, "note": note,
        "receipt": str(receipt.transaction.public_id), "receipt_id": receipt.transaction.id,
        "amount_minor": str(receipt.amount_minor), "currency": receipt.currency,
    }  # fmt: skip


def policy_facts_of(payload: Payload) -> Facts:
    """What policy may look at, of a frozen identification."""
    return {
        "use_case": USE_CASE, "reason_code": payload["reason_code"], "asset": [payload["currency"]],
        "account": sorted(e["account"] for e in payload["entries"]),
        "amounts": {payload["currency"]: payload["amount_minor"]},
    }  # fmt: skip


def since(receipt: Waiting, at: datetime) -> int:
    """How many days it has waited."""
    return max(0, (at.date() - receipt.effective_on).days)
