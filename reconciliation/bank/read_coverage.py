"""Reads an account's statements and says which settlement days they cover."""

from collections.abc import Sequence
from datetime import date, datetime

from reconciliation.bank.coverage import DayCoverage, Span, coverage
from reconciliation.bank.formats.statement import OPENING_DERIVED, PAGES_AFTER, PAGES_BEFORE
from reconciliation.bank.models import BankAccount, BankStatement


def coverage_of(account: BankAccount, days: Sequence[date], *, as_of: datetime) -> dict[date, DayCoverage]:
    """The coverage of each settlement day by the statements imported until `as_of`. Needs a tenant scope."""
    rows = BankStatement.objects.filter(bank_account=account, intraday=False, imported_at__lte=as_of)
    return coverage(days, [span_of(s) for s in rows])


def span_of(s: BankStatement) -> Span:
    """A stored statement as the pure rules take it. Its finding is the sentence that speaks against it, "" without one."""
    codes = {f.get("code") for f in s.findings}
    opening, closing = (None if m is None else int(m) for m in (s.opening_minor, s.closing_minor))
    return Span(
        s.id, s.from_on, s.until_on, opening, closing, s.in_force, s.sequence, _against(s.findings),
        begins=PAGES_BEFORE not in codes, ends=PAGES_AFTER not in codes,
        stated=OPENING_DERIVED not in codes,
    )  # fmt: skip


def _against(findings: list[dict[str, str]]) -> str:
    """What refuses it, else what makes it partial, else whatever else was found."""

    def rank(f: dict[str, str]) -> int:
        return 0 if f.get("level") == "refuse" else 1 if f.get("code") in (PAGES_BEFORE, PAGES_AFTER) else 2

    return min(findings, key=rank)["what"] if findings else ""
