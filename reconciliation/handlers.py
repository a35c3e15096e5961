"""Which effect answers which kind of outbox item. Stands above every package, so that those below need only enqueue."""

from datetime import date, datetime
from typing import Any

from ledger.actors import Actor
from reconciliation.bank.models import BankAccount
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.outbox import HANDLERS, Handler


def reconcile(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    """{"account": bank account id, "from", "until": days, half-open, "key": the run's unique key}."""
    account = BankAccount.objects.get(id=payload["account"])
    first, until = date.fromisoformat(payload["from"]), date.fromisoformat(payload["until"])
    reconcile_account(account, first, until, actor=actor, at=at, unique_key=payload["key"])


HANDLERS.update({"reconcile": Handler(reconcile)})
