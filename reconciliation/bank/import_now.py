"""Take a file in at one go, for the command line and the API: received, read, stored. A refused file leaves nothing."""

from dataclasses import dataclass
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.bank.imports import (
    Outcome,
    add_import,
    chosen_format,
    enqueue_checks,
    keep_file,
    parse,
    same_file,
    store_file,
)
from reconciliation.bank.models import BankAccount, BankImport
from reconciliation.permissions import Permission, require


@dataclass(frozen=True, slots=True)
class Imported:
    """The import and what became of each statement. `repeated`: the same bytes stood already, nothing was done."""

    bank_import: BankImport
    outcomes: list[Outcome]
    repeated: bool = False

    @property
    def new_lines(self) -> int:
        return sum(o.stored.new_lines for o in self.outcomes if o.stored is not None)


def import_now(
    account: BankAccount, *, file_name: str, content: bytes, actor: Actor, at: datetime, file_format: str = "auto",
    profile_name: str = "",
) -> Imported:  # fmt: skip
    """Import the file in the caller's tenant scope and ask for the checks of the days it touches.

    Raises NotPermitted, BadInput, NotFound (profile), StatementRefused; then nothing of it may be committed. A file
    that waits for its confirmation is not overtaken: it comes back as `repeated` in its own state."""
    require(actor, Permission.IMPORT_STATEMENT)
    file_format, profile = chosen_format(file_format, profile_name)
    first = same_file(account, content)
    if first is not None:
        return Imported(first, [], True)
    made = add_import(account, file_name, content, file_format, profile, actor.name or actor.id, at)
    made.format, statements = parse(content, file_format, profile)
    outcomes = store_file(statements, made, at=at)
    keep_file(made, content)
    done = Imported(made, outcomes)
    made.state, made.ended_at, made.new_line_count = BankImport.State.IMPORTED, at, done.new_lines
    made.line_count, made.progress = sum(len(s.lines) for s in statements), {"step": "imported"}
    made.save(update_fields=["state", "format", "progress", "line_count", "new_line_count", "ended_at"])
    stored = [o.stored for o in outcomes if o.stored is not None]
    enqueue_checks(account, {d for s in stored for d in s.days}, f"import {made.id}", at=at)
    audit.record(
        actor, at, "statement.imported", made.file_name, account=account.code, sha256=made.sha256.hex(),
        lines=done.new_lines, statements=[o.state for o in outcomes],
    )  # fmt: skip
    return done
