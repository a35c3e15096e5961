"""The latest checks as the commands and the API state them: amounts as text of minor units, UNKNOWN without a drift."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from ledger.models import LedgerTransaction
from reconciliation.bank.models import BankAccount, BankLine
from reconciliation.drift.models import DriftCheck, DriftContribution
from reconciliation.errors import NotFound


def latest_checks(
    accounts: Iterable[BankAccount], *, period: date | None, after: str = "", most: int | None = None
) -> list[DriftCheck]:
    """The latest check of each account and day (of one day when `period` is given), by account and day: those behind the
    check with the public id `after`, `most` of them. Needs a scope. Raises NotFound when `after` is no check."""
    checks = DriftCheck.objects.filter(bank_account__in=list(accounts)).select_related("bank_account")
    if period is not None:
        checks = checks.filter(day=period)
    if after:
        code, day = _position(after)
        checks = checks.filter(Q(bank_account__code__gt=code) | Q(bank_account__code=code, day__gt=day))
    return list(checks.order_by("bank_account__code", "day", "-id").distinct("bank_account__code", "day")[:most])


def _position(mark: str) -> tuple[str, date]:
    try:
        found = DriftCheck.objects.filter(public_id=UUID(mark)).values_list("bank_account__code", "day").first()
    except ValueError:
        found = None  # a place that nobody gave
    if found is None:
        raise NotFound(f"no check stands at {mark!a:.60}")
    return found


def report(checks: Sequence[DriftCheck]) -> dict[str, Any]:
    """{"checks": […]} in the shape of the commands. Three queries, however many checks."""
    contributions: dict[int, list[DriftContribution]] = {}
    rows = DriftContribution.objects.filter(check_of__in=[c.id for c in checks]).order_by("check_of_id", "position")
    for row in rows:
        contributions.setdefault(row.check_of_id, []).append(row)
    names = _names([row for group in contributions.values() for row in group])
    return {"checks": [_check(c, contributions.get(c.id, []), names) for c in checks]}


def _check(c: DriftCheck, rows: Sequence[DriftContribution], names: dict[str, str]) -> dict[str, Any]:
    return {
        "account": c.bank_account.code,
        "period": c.day.isoformat(),
        "verdict": c.verdict,
        "timing_only": c.timing_only,
        "ledger_total": str(int(c.ledger_total)),
        "statement_total": _text(c.statement_total),
        "drift": _text(c.drift),
        "gross": _text(c.gross),
        "unexplained": _text(c.unexplained),
        "unknown_because": c.unknown_because,
        "check": str(c.public_id),
        "ledger_as_of": c.ledger_as_of.isoformat(),
        "statement_as_of": c.statement_as_of.isoformat(),
        "contributions": [
            {
                "contribution": str(int(r.contribution_minor)),
                "class": r.exception_class,
                "cause": r.cause,
                "payment_ids": r.payment_ids,
                "entries": [names[ref] for ref in r.entry_refs],
                "lines": [names[f"line {n}"] for n in r.line_ids],
                "reason": r.reason,
            }
            for r in rows
        ],
    }


def _text(amount: object) -> str | None:
    return None if amount is None else str(int(amount))  # type: ignore[call-overload]


def _names(rows: Sequence[DriftContribution]) -> dict[str, str]:
    """Outside names of the rows: transaction id and leg, statement id and line number."""
    refs = {ref for r in rows for ref in r.entry_refs}
    ids = {int(ref.partition(".")[0]) for ref in refs}
    public = dict(LedgerTransaction.objects.filter(id__in=ids).values_list("id", "public_id"))
    names = {}
    for ref in refs:
        number, dot, leg = ref.partition(".")
        names[ref] = f"{public[int(number)]}{dot}{leg}"
    lines = BankLine.objects.filter(id__in={n for r in rows for n in r.line_ids})
    for line_id, statement, place in lines.values_list("id", "statement__public_id", "number"):
        names[f"line {line_id}"] = f"{statement}/{place}"
    return names
