"""Take a read file in: its statements are stored as they were previewed, and the days they touch are checked again."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.bank.imports import ImportNotOpen, Outcome, enqueue_checks, kept_file, parse, store_file
from reconciliation.bank.models import BankImport
from reconciliation.permissions import Permission, require


def confirm_import(bank_import: BankImport, *, actor: Actor, at: datetime) -> list[Outcome]:
    """read → imported; returns what became of each statement. Needs a tenant scope.

    Raises NotPermitted, ImportNotOpen, StatementRefused (the account changed since the preview).
    """
    require(actor, Permission.IMPORT_STATEMENT)
    moved = BankImport.objects.filter(id=bank_import.id, state=BankImport.State.READ).update(
        state=BankImport.State.IMPORTED, ended_at=at, progress={"step": "imported"}
    )
    if moved != 1:
        bank_import.refresh_from_db(fields=["state"])
        raise ImportNotOpen(f"{bank_import.file_name} is {bank_import.state}; only a file that was read is imported")
    _, statements = parse(kept_file(bank_import), bank_import.format, bank_import.profile)
    outcomes = store_file(statements, bank_import, at=at)
    stored = [o.stored for o in outcomes if o.stored is not None]
    new = sum(s.new_lines for s in stored)
    BankImport.objects.filter(id=bank_import.id).update(new_line_count=new)
    enqueue_checks(bank_import.bank_account, {d for s in stored for d in s.days}, f"import {bank_import.id}", at=at)
    audit.record(
        actor, at, "statement.imported", bank_import.file_name, account=bank_import.bank_account.code, lines=new,
        statements=[o.state for o in outcomes],
    )  # fmt: skip
    return outcomes
