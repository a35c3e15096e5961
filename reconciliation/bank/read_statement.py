"""Read a received file and show what importing it would do, without doing it. In steps of their own, each committed, so
that whoever waits at the screen sees them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from ledger import audit
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.statement import ParsedStatement
from reconciliation.bank.imports import kept_file, parse
from reconciliation.bank.models import BankImport
from reconciliation.permissions import Permission, require

Trial = Callable[[BankImport, Sequence[ParsedStatement], datetime, str], dict[str, Any]]
"""Stores the statements, reconciles the days they touch, takes all of it back, and returns the preview. What a day
would look like is known above this package, so the edge passes it in; the text is the format found. Raises
StatementRefused."""


def read_statement(tenant_id: int, import_id: int, *, actor: Actor, at: datetime, trial: Trial) -> None:
    """received → read, or → refused with the reason. Opens its own scopes; reading again what was read does nothing.

    Raises NotPermitted.
    """
    require(actor, Permission.IMPORT_STATEMENT)
    with tenant(tenant_id):
        made = BankImport.objects.select_related("bank_account__ledger_account", "profile").get(id=import_id)
        if made.state != BankImport.State.RECEIVED:
            return
        content = kept_file(made)
        _show(made, step="reading", bytes=len(content))
    try:
        found, statements = parse(content, made.format, made.profile)
        lines = sum(len(s.lines) for s in statements)
        with tenant(tenant_id):
            _show(made, step="trial", lines=lines)
        with tenant(tenant_id):
            preview = trial(made, statements, at, found)
    except StatementRefused as refusal:
        with tenant(tenant_id):
            _refuse(made, refusal, actor, at)
        return
    with tenant(tenant_id):
        BankImport.objects.filter(id=made.id, state=BankImport.State.RECEIVED).update(
            state=BankImport.State.READ, format=found, preview=preview, line_count=lines,
            new_line_count=preview["new_lines"], progress={"step": "waiting", "lines": lines},
        )  # fmt: skip


def _show(made: BankImport, **progress: Any) -> None:
    BankImport.objects.filter(id=made.id, state=BankImport.State.RECEIVED).update(progress=progress)


def _refuse(made: BankImport, refusal: StatementRefused, actor: Actor, at: datetime) -> None:
    error = {"code": refusal.code, "message": refusal.message, "where": refusal.where}
    moved = BankImport.objects.filter(id=made.id, state=BankImport.State.RECEIVED).update(
        state=BankImport.State.REFUSED, preview={"error": error}, progress={"step": "refused"}, ended_at=at
    )
    if moved:
        audit.record(actor, at, "statement.refused", made.file_name, why=str(refusal)[:500], code=refusal.code)
