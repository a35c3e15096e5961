"""Reads the figures of a review. Reads only."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from reconciliation.named_sql import read_steps
from reconciliation.oversight.review.figures import AGES, AccountDays, CauseSum, Figures, Open, Stuck, Took
from reconciliation.oversight.review.period import Period

SQL = read_steps(__file__, "review.sql")
TREND_DAYS, MOST_TIMED = 14, 20_000
NOTHING = Open({}, (0,) * len(AGES))


def read_figures(period: Period, *, at: datetime) -> Figures:
    """What the review of a period states as of `at`, or of its end where that is over. Nine queries. Needs a tenant scope."""
    until = min(period.until, at)
    values = {
        "since": period.since, "until": until, "first": period.first, "last": period.last, "at": at, "most": MOST_TIMED,
    }  # fmt: skip
    ((payments,),) = _asked("payments", values)
    ((ended, reopened),) = _asked("reopened", values)
    instants = [until - timedelta(days=n) for n in range(TREND_DAYS - 1, -1, -1)]
    stood = _open(instants)
    return Figures(
        period, tuple(AccountDays(*row[:7], *(int(n) for n in row[7:])) for row in _asked("drift", values)),
        stood[-1], tuple(stood), payments, dict(_asked("overrides", values)), ended, reopened,
        {name: Took(median, p95, of) for name, median, p95, of in _asked("times", values)},
        tuple(Stuck(*row) for row in _asked("stuck", values)),
        tuple(CauseSum(cause, name, asset, n, int(gross)) for cause, name, asset, n, gross in _asked("causes", values)),
    )  # fmt: skip


def made_from() -> tuple[int | None, int | None]:
    """The newest rows of the ledger and of the audit trail."""
    ((ledger, audit),) = _asked("made_from", {})
    return ledger, audit


def _open(instants: list[datetime]) -> list[Open]:
    """What stood open at each, in their order."""
    by_instant: dict[datetime, list[Any]] = defaultdict(list)
    for row in _asked("open_cases", {"instants": instants}):
        by_instant[row[0]].append(row)
    return [_stood(by_instant[instant]) if instant in by_instant else NOTHING for instant in instants]


def _stood(rows: list[Any]) -> Open:
    values: dict[tuple[str, str], tuple[int, int]] = {}
    ages = [0] * len(AGES)
    for _, pair, currency, age, count, minor in rows:
        known_count, known_minor = values.get((pair, currency), (0, 0))
        values[pair, currency] = known_count + count, known_minor + int(minor)
        ages[age] += count
    return Open(values, tuple(ages))


def _asked(step: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], values or None)
        rows: list[Any] = cursor.fetchall()
        return rows
