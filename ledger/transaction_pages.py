"""What the pages of transactions show: the list, newest first, and one transaction with all that hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Func, Q, QuerySet, Sum, Value
from django.db.models.fields import TextField

from ledger.account_pages import transaction_id
from ledger.errors import UnknownTransaction
from ledger.keyset import SIZE, Page, Place, cut
from ledger.models import AuditEntry, Entry, LedgerTransaction
from ledger.transaction_ids import span_of

AFTER = ("reversed by", "posted anew as")
LINKED = ("reverses", "corrects", "reversal", "correction")


@dataclass(frozen=True, slots=True)
class Moved:
    """What a transaction moves of one asset: the sum of its debits in minor units, and how many entries hold it."""

    asset: str
    debits: int
    entries: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A transaction, its entries in their order, and its audit rows, oldest first, with those of what reverses it or
    posts it anew."""

    transaction: LedgerTransaction
    entries: list[Entry]
    trail: list[AuditEntry]


def transactions(place: Place, *, sought: str = "", status: str = "") -> Page[LedgerTransaction]:
    """Transactions of the book, newest first, with those they are linked to. `sought` is a whole reference, payment id,
    batch reference or transaction id. Two queries at most. Raises UnknownTransaction when the place is none."""
    rows = _sought(LedgerTransaction.objects.select_related(*LINKED), sought)
    if status:
        rows = rows.filter(status=status)
    if place.mark:
        at = transaction_id(place.mark)
        rows = rows.filter(id__gt=at) if place.backwards else rows.filter(id__lt=at)
    return cut(list(rows.order_by("id" if place.backwards else "-id")[: SIZE + 1]), place)


def moved(found: Sequence[LedgerTransaction]) -> dict[int, list[Moved]]:
    """What each of the transactions moves, by asset. One query."""
    sums = (
        Entry.objects.filter(transaction_id__in=[t.id for t in found])
        .values("transaction_id", asset=F("account__asset_id"))
        .annotate(debits=Sum("amount_minor", filter=Q(direction="DEBIT")), n=Count("leg"))
        .order_by("transaction_id", "asset")
    )
    by_transaction: dict[int, list[Moved]] = {}
    for row in sums:
        by_transaction.setdefault(row["transaction_id"], []).append(
            Moved(row["asset"], int(row["debits"] or 0), row["n"])
        )
    return by_transaction


def whole(public_id: UUID) -> Whole:
    """One transaction. Three queries. Raises UnknownTransaction."""
    found = LedgerTransaction.objects.select_related(*LINKED).filter(public_id=public_id).first()
    if found is None:
        raise UnknownTransaction(f"no transaction has the id {public_id}")
    entries = Entry.objects.filter(transaction=found).select_related("account").order_by("leg")
    after = [str(other.public_id) for word, other in linked(found) if word in AFTER]
    trail = AuditEntry.objects.filter(subject__in=[str(found.public_id), *after]).order_by("id")
    return Whole(found, list(entries), list(trail))


def linked(transaction: LedgerTransaction) -> list[tuple[str, LedgerTransaction]]:
    """The transactions that this one reverses or corrects, and those that do so to it, with the word between them."""
    words = {
        "reverses": "reverses", "corrects": "posts anew", "reversal": "reversed by", "correction": "posted anew as",
    }  # fmt: skip
    found = [(word, getattr(transaction, name, None)) for name, word in words.items()]
    return [(word, other) for word, other in found if other is not None]


def _sought(rows: QuerySet[LedgerTransaction], text: str) -> QuerySet[LedgerTransaction]:
    if not text:
        return rows
    if span := span_of(text):
        return rows.filter(public_id__range=span)
    key: Any = Func(Value(text), function="reference_key", output_field=TextField())
    known = Q(reference_key=key) | Q(payment_id=text) | Q(batch_reference=text)
    try:
        return rows.filter(known | Q(public_id=UUID(text)))
    except ValueError:
        return rows.filter(known)
