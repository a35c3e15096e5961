"""Reads an account's statements and says which settlement days they cover."""

from collections.abc import Sequence
from datetime import date, datetime

from reconciliation.bank.coverage import DayCoverage, Span, coverage
from reconciliation.bank.models import BankAccount, BankStatement


def coverage_of(account: BankAccount, days: Sequence[date], *, as_of: datetime) -> dict[date, DayCoverage]:
    """The coverage of each settlement day by the statements imported until `as_of`. Needs a tenant scope."""
    rows = BankStatement.objects.filter(bank_account=account, imported_at__lte=as_of).values_list(
        "id", "from_on", "until_on", "opening_minor", "closing_minor", "in_force", "sequence", "findings"
    )
    spans = [
        Span(i, start, end, _int(opening), _int(closing), in_force, sequence, _first(findings))
        for i, start, end, opening, closing, in_force, sequence, findings in rows
    ]
    return coverage(days, spans)


def _int(value: object) -> int | None:
    return None if value is None else int(value)  # type: ignore[call-overload]


def _first(findings: list[dict[str, str]]) -> str:
    refusing = [f["what"] for f in findings if f.get("level") == "refuse"] or [f["what"] for f in findings]
    return refusing[0] if refusing else ""
