"""The figures that the metrics state of one tenant, as of an instant. What is not known is left out: an absent series says so, a
zero would say that all is well."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.db import connection

from reconciliation.bank.coverage import is_missing
from reconciliation.drift.standing import Standing, standings
from reconciliation.drift.strip_days import StripDay
from reconciliation.oversight.release_gate import release_gate

SQL = (Path(__file__).parent / "sql" / "figures.sql").read_text()
MOST_COUNTED = 100_000  # deliveries and held ones that are counted of one endpoint
VERDICTS = ("clean", "timing", "drifted", "unknown")
AS_READER = "SET TRANSACTION READ ONLY; SET LOCAL ROLE plumbline_figures; SET LOCAL statement_timeout = %s"


@dataclass(frozen=True, slots=True)
class Figure:
    """One series: its metric, the values of its labels in the metric's order (the tenant's apart), its value: minor units,
    seconds, counts, or 1 and 0."""

    metric: str
    labels: tuple[str, ...]
    value: int | Decimal


def tenant_figures(*, at: datetime, within_ms: int) -> list[Figure]:
    """Every figure of the tenant in scope, read as the role that may read these alone, in a transaction that changes nothing.
    Four queries, each given up after `within_ms`; a database error is the caller's to report, nothing is guessed."""
    with connection.cursor() as cursor:
        cursor.execute(AS_READER, [str(within_ms)])
        cursor.execute(SQL, {"at": at, "most": MOST_COUNTED})
        found = [
            Figure(metric, tuple(labels), value) for metric, labels, value in cursor.fetchall() if value is not None
        ]
    for account in standings(at=at):
        found += _of_account(account, at)
    gate = release_gate(at=at)
    found += [
        Figure("plumbline_gate_open", (), int(gate.open)),
        Figure("plumbline_gate_clean_days", (), gate.count),
        Figure("plumbline_gate_needed_days", (), gate.needed),
    ]
    return found


def _of_account(account: Standing, at: datetime) -> list[Figure]:
    labels = (account.code, account.currency)
    timing = sum(1 for d in account.drifted if d.timing_only)
    known = account.drift is not None and not account.unknown  # a zero beside a day that is unknown is none
    amounts = {"": account.drift, "gross_": account.gross, "unexplained_": account.unexplained}
    return [
        *(Figure("plumbline_drift_verdict", (*labels, v), int(v == account.verdict.lower())) for v in VERDICTS),
        *(
            Figure(f"plumbline_drift_{name}minor", labels, n)
            for name, n in amounts.items()
            if n or (n is not None and known)
        ),
        Figure("plumbline_drift_open_days", (*labels, "drifted"), len(account.drifted) - timing),
        Figure("plumbline_drift_open_days", (*labels, "timing"), timing),
        Figure("plumbline_drift_open_days", (*labels, "unknown"), len(account.unknown)),
        Figure("plumbline_statements_overdue", labels, sum(_no_statement(d, at) for d in account.unknown)),
    ]


def _no_statement(day: StripDay, at: datetime) -> bool:
    """Whether the day is unknown because its statement, due by now, has not come."""
    return day.due_at <= at and any(is_missing(reason) for reason in day.because or [])
