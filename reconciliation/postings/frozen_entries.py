"""An entry as the frozen payload of a request states it: the account by id and by name, the amount as text of minor units."""

from collections.abc import Iterable, Mapping
from typing import Any

from ledger.models import Account, Entry
from reconciliation.approvals.digest import Payload
from reconciliation.checkpoints.facts import looked_up


def frozen_entry(account: Account, direction: str, amount_minor: int) -> Payload:
    """`amount_minor` is a positive integer; the direction carries the sign."""
    return {
        "account_id": account.id, "account": account.code, "name": account.name, "currency": account.asset_id,
        "direction": direction, "amount_minor": str(amount_minor),
    }  # fmt: skip


def frozen_entries(entries: Iterable[Entry]) -> list[Payload]:
    """Those of a transaction that stands, with their accounts at hand, in their order."""
    return [frozen_entry(e.account, e.direction, int(e.amount_minor)) for e in entries]


def moved(entries: Iterable[Mapping[str, Any]]) -> tuple[int, str]:
    """What a request says that it is about: the debits in the asset of the first entry."""
    listed = list(entries)
    asset = str(listed[0]["currency"])
    same = (e for e in listed if e["direction"] == "DEBIT" and e["currency"] == asset)
    return sum(int(e["amount_minor"]) for e in same), asset


def payment_stands(payment_id: str) -> dict[str, Any]:
    """The fact that a posting about a payment rests on: what it is at its provider."""
    found = looked_up(frozenset({"provider_state"}), [payment_id])
    return {"payment_state": found[payment_id]["provider_state"]}
