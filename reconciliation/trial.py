"""What importing a file would make of the days it touches: the real thing, done in a savepoint and taken back whole."""

import logging
from collections.abc import Sequence
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

from django.db.transaction import atomic, set_rollback

from ledger.actors import Actor
from reconciliation.bank.formats.statement import ParsedStatement
from reconciliation.bank.imports import Outcome, store_file, stretches
from reconciliation.bank.models import BankAccount, BankImport
from reconciliation.bank.preview import preview
from reconciliation.bank.unknown_days import with_unknown_days
from reconciliation.drift.models import DriftCheck
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.errors import BadInput

TRIAL = Actor("job", "trial", frozenset({"job"}))
MOST_DAYS = 62
_trying: ContextVar[bool] = ContextVar("trying", default=False)


def only_what_counts(record: logging.LogRecord) -> bool:
    """Drift that a trial met is nobody's alarm."""
    return not _trying.get()


logging.getLogger("plumbline.drift").addFilter(only_what_counts)


def trial(
    bank_import: BankImport, statements: Sequence[ParsedStatement], at: datetime, found_format: str
) -> dict[str, Any]:
    """The preview of the import. Needs a tenant scope; leaves no row behind. Raises StatementRefused when no statement
    of the file can be taken in."""
    account = bank_import.bank_account
    token = _trying.set(True)
    try:
        with atomic():
            outcomes = with_unknown_days(account, store_file(statements, bank_import, at=at), at=at)
            days = _days(account, outcomes, at)
            set_rollback(True)
    finally:
        _trying.reset(token)
    return preview(found_format, outcomes, days)


def _days(account: BankAccount, outcomes: Sequence[Outcome], at: datetime) -> list[dict[str, Any]]:
    touched = {d for o in outcomes if o.stored is not None for d in o.stored.days}
    told: list[dict[str, Any]] = []
    for first, until in stretches(account, touched, at=at):
        if len(told) >= MOST_DAYS:
            break
        before = {c.day: c for c in _checks(account, first, until)}
        try:
            with atomic():
                done = reconcile_account(account, first, until, actor=TRIAL, at=at)
        except BadInput:
            return told  # no matcher is in force yet: there is nothing to try against
        for check in DriftCheck.objects.filter(id__in=done.check_ids, day__gte=first, day__lt=until).order_by("day"):
            told.append(_told(check, before.get(check.day)))
    return told


def _checks(account: BankAccount, first: date, until: date) -> list[DriftCheck]:
    rows = DriftCheck.objects.filter(bank_account=account, day__gte=first, day__lt=until)
    return list(rows.order_by("day", "-id").distinct("day"))


def _told(check: DriftCheck, before: DriftCheck | None) -> dict[str, Any]:
    return {
        "day": str(check.day), "verdict": check.verdict, "timing_only": check.timing_only,
        "ledger_total": _text(check.ledger_total), "statement_total": _text(check.statement_total),
        "drift": _text(check.drift), "unexplained": _text(check.unexplained), "differences": check.open_count,
        "because": check.unknown_because,
        "before": None if before is None else {"verdict": before.verdict, "drift": _text(before.drift)},
    }  # fmt: skip


def _text(amount: object) -> str | None:
    return None if amount is None else str(amount)
