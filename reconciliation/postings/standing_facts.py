"""A transaction that stands in the book as policy sees it: use case, accounts, and what it moves of which asset."""

from typing import Any

from django.db.models import Sum

from ledger.actors import Actor
from ledger.models import Entry, LedgerTransaction
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.rules import Move


def settling_move(name: str, transaction: LedgerTransaction, actor: Actor, **more: Any) -> Move:
    """The move `name` of a transaction with its facts; `more` are those of the caller's own. Two queries."""
    facts = {"use_case": transaction.use_case} | standing_facts(transaction.id) | by(actor) | more
    return Move(name, facts, transaction.payment_id or "")


def standing_facts(transaction_id: int) -> dict[str, Any]:
    """The accounts (codes), assets and amounts (debits per asset, minor units as text) of a transaction."""
    entries = Entry.objects.filter(transaction_id=transaction_id)
    codes = entries.order_by("account__code").values_list("account__code", flat=True).distinct()
    debits = entries.filter(direction="DEBIT").values("account__asset_id").annotate(moved=Sum("amount_minor"))
    amounts = {str(d["account__asset_id"]): str(int(d["moved"])) for d in debits.order_by("account__asset_id")}
    return {"account": list(codes), "asset": sorted(amounts), "amounts": amounts}
