"""Receive a bank file: kept as it came, and read by a worker. Nothing counts before a person confirms it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.transaction import atomic

from ledger import audit
from ledger.actors import Actor
from ledger.refusals import constraint_of
from reconciliation.bank.imports import add_import, chosen_format, keep_file, same_file
from reconciliation.bank.models import BankAccount, BankImport
from reconciliation.outbox import enqueue
from reconciliation.permissions import Permission, require


@dataclass(frozen=True, slots=True)
class Received:
    """The import that stands for the file. `repeated`: the same bytes were received before, and this is that import."""

    bank_import: BankImport
    repeated: bool


def receive_statement(
    account: BankAccount, *, file_name: str, content: bytes, actor: Actor, at: datetime, file_format: str = "auto",
    profile_name: str = "",
) -> Received:  # fmt: skip
    """Keep the file and ask for it to be read. Needs a tenant scope.

    Raises NotPermitted, BadInput, NotFound (profile), StatementRefused (empty, too large).
    """
    require(actor, Permission.IMPORT_STATEMENT)
    file_format, profile = chosen_format(file_format, profile_name)
    first = same_file(account, content)
    if first is not None:
        return Received(first, True)
    try:
        with atomic():
            made = add_import(account, file_name, content, file_format, profile, actor.name or actor.id, at)
    except IntegrityError as error:
        first = same_file(account, content)  # somebody else's upload of the same bytes was quicker
        if constraint_of(error) != "import_file_is_imported_once" or first is None:
            raise
        return Received(first, True)
    keep_file(made, content)
    enqueue("read_statement", str(made.id), {"import": made.id}, at=at)
    audit.record(actor, at, "statement.received", made.file_name, account=account.code, sha256=made.sha256.hex())
    return Received(made, False)
