"""Run the matcher over days of one account: pins version and as-of times, settles, and says what is left on each day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from reconciliation.bank.models import BankAccount
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import CannotBe
from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.rows import Group
from reconciliation.matching.scope import Days, Scope, days_of
from reconciliation.matching.settle_rows import Pass, Totals, by_day, settle_rows


@dataclass(frozen=True, slots=True)
class DayFound:
    """One day as a run left it: the totals of its rows and the groups that did not settle plainly."""

    ordinal: int
    totals: Totals
    groups: Sequence[Group]


@dataclass(frozen=True, slots=True)
class Found:
    """A run's outcome before it is stored: the scope it ran in and every day it judged, the touched ones included."""

    scope: Scope
    days: dict[int, DayFound]
    entries: int
    lines: int
    settled: int


def run_matching(
    account: BankAccount, first: int, last: int, *, as_of: datetime, at: datetime, checked: set[int]
) -> Found:
    """Match the days `first`..`last` (ordinals) and every already checked day that this touches. Needs a tenant scope.

    Serialises runs of one account: two at once would settle the same rows.
    """
    _lock(account)
    matcher = MatcherVersion.objects.filter(plane_pair="ledger-bank", active_from__lte=at).order_by("-number").first()
    if matcher is None:
        raise CannotBe("no matcher version is active", "matcher")
    days = days_of(account)
    decision = record_decision(
        Move(
            "matcher.settle",
            {
                "account": account.code,
                "plane_pair": "ledger-bank",
                "matcher": matcher.number,
                "days": [str(days.day(first)), str(days.day(last))],
            },
        ),
        at=at,
        count=0,
    )
    scope = Scope(account, days, first, last, matcher, as_of, as_of, _next_run_id(), decision.id)
    found: dict[int, DayFound] = {}
    done = settle_rows(scope, passed=False)
    _collect(done, scope, found)
    entries, lines, settled = done.entries, done.lines, done.settled
    queue = sorted(done.touched & checked)
    while queue:
        ordinal = queue.pop(0)
        if ordinal not in found:
            near = replace(scope, first=ordinal, last=ordinal)
            again = settle_rows(near, passed=True)
            _collect(again, near, found)
            settled += again.settled
            queue += sorted((again.touched & checked) - set(found) - set(queue))
    return Found(scope, found, entries, lines, settled)


def _collect(done: Pass, scope: Scope, found: dict[int, DayFound]) -> None:
    groups = by_day(done.groups)
    for ordinal in range(scope.first, scope.last + 1):
        if ordinal in done.totals:
            found[ordinal] = DayFound(ordinal, done.totals[ordinal], groups.get(ordinal, []))


def _lock(account: BankAccount) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7002, %s)", [account.id % 2147483647])
        cursor.execute("SET LOCAL work_mem = '256MB'")


def _next_run_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('match_run_id_seq')")
        return int(cursor.fetchone()[0])


__all__ = ["DayFound", "Days", "Found", "run_matching"]
