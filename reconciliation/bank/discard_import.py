"""Set a file aside that will not be imported. It stays on record; the same file may be received again."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.bank.imports import ImportNotOpen
from reconciliation.bank.models import BankImport
from reconciliation.permissions import Permission, require


def discard_import(bank_import: BankImport, *, actor: Actor, at: datetime, why: str = "") -> None:
    """received or read → discarded. Needs a tenant scope. Raises NotPermitted, ImportNotOpen."""
    require(actor, Permission.IMPORT_STATEMENT)
    open_states = [BankImport.State.RECEIVED, BankImport.State.READ]
    moved = BankImport.objects.filter(id=bank_import.id, state__in=open_states).update(
        state=BankImport.State.DISCARDED, ended_at=at, progress={"step": "discarded"}
    )
    if moved != 1:
        bank_import.refresh_from_db(fields=["state"])
        raise ImportNotOpen(f"{bank_import.file_name} is {bank_import.state} already")
    audit.record(
        actor, at, "statement.discarded", bank_import.file_name, why=why, account=bank_import.bank_account.code
    )
