"""Reads the figures out of the judged flips of this transaction."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from reconciliation.backtest.result import (
    Blocked,
    Caught,
    DriftDay,
    Extra,
    Flip,
    Hindered,
    Money,
    Tally,
    Turn,
    Waiting,
    Week,
    rate,
)
from reconciliation.named_sql import read_steps

SQL = read_steps(__file__, "figures.sql")
JUDGE = read_steps(__file__, "judge.sql")
# Ends of a case that say: there was no drift. A difference that a run found gone was one while it stood.
FALSE_ALARMS = (
    "cleared_in_grace", "known_delay", "clock_explained", "observed_once", "proven_final", "released_by_policy",
    "answered_elsewhere",
)  # fmt: skip
STRICTER, RIGHT = "direction = 'stricter'", "direction = 'stricter' AND turned = 'right'"
DRIFT = "direction = 'stricter' AND turned = 'drift'"
DAY = 86_400
Span = tuple[datetime, datetime]  # [since, until)


def judge(span: Span) -> None:
    """Hold the flips against the cases of the window."""
    values: dict[str, Any] = {"since": span[0], "until": span[1], "false_alarms": list(FALSE_ALARMS)}
    with connection.cursor() as cursor:
        for step in JUDGE.values():
            cursor.execute(step, values)
        cursor.execute("ANALYZE backtest_judged")


def tally(where: str) -> Tally:
    """The flips of a kind."""
    return tallies("", where).get((), Tally())


def tallies(by: str, where: str) -> dict[tuple[Any, ...], Tally]:
    """The flips of a kind, grouped by columns, in the order of the columns."""
    count = len(by.split(", ")) if by else 0
    group = f"GROUP BY {by} ORDER BY {by}" if by else ""
    head = f"{by}, " if by else ""
    each = (
        f"SELECT {head}coalesce(sum(weight), 0), count(DISTINCT payment_id) FILTER (WHERE payment_id <> '')"  # noqa: S608
        f"  FROM backtest_judged WHERE {where} {group}"
    )
    paid = (
        f"SELECT {head}q.asset, sum(q.amount) FROM backtest_judged j JOIN backtest_money q ON q.n = j.n"  # noqa: S608
        f" WHERE {where} GROUP BY {head}q.asset ORDER BY {head}q.asset"
    )
    money: dict[tuple[Any, ...], list[Money]] = {}
    for row in _rows(paid):
        money.setdefault(row[:count], []).append(Money(row[count], str(int(row[count + 1]))))
    return {row[:count]: Tally(int(row[count]), int(row[count + 1]), money.get(row[:count], [])) for row in _rows(each)}


def turns() -> list[Turn]:
    found = tallies("place, direction, was, was_quorum, now, now_quorum", "true")
    return [Turn(key[1], key[2], key[3], key[4], key[5], counted) for key, counted in found.items()]


def blocked() -> Blocked:
    by = tallies("exception_class, cause", DRIFT)
    return Blocked(
        tally(DRIFT), tally(f"{DRIFT} AND now = 'forbidden'").moves, tally(f"{DRIFT} AND now <> 'forbidden'").moves,
        [Caught(name, cause, counted) for (name, cause), counted in by.items()],
    )  # fmt: skip


def hindered(span: Span, first_at: datetime | None) -> Hindered:
    """Rates are of the time from the first recorded move on: before it nothing could have waited."""
    seconds = max(DAY, int((span[1] - (first_at or span[0])).total_seconds()))
    extra = [
        Extra(roles.split(), int(n), int(moves), rate(int(n), seconds, 1), rate(int(n), seconds, 7))
        for roles, n, moves in _rows(SQL["extra"])
    ]
    stopped = tallies("label", f"{RIGHT} AND now = 'forbidden'")
    delayed = tallies("label", f"{RIGHT} AND now <> 'forbidden'")
    waiting = []
    for (label,), counted in sorted(tallies("label", RIGHT).items(), key=lambda found: (-found[1].moves, found[0])):
        held = [part.get((label,), Tally()).moves for part in (stopped, delayed)]
        waiting.append(Waiting(label, held[0], held[1], rate(counted.moves, seconds, 7), counted))
    ((decided, median, longest),) = _rows(SQL["waits"], span)
    return Hindered(
        tally(f"{RIGHT} AND now = 'forbidden'"),
        tally(f"{RIGHT} AND now <> 'forbidden'"),
        extra,
        waiting,
        decided,
        median,
        longest,
    )


def drift_days(span: Span) -> list[DriftDay]:
    return [DriftDay(account, day.isoformat(), bool(prevented)) for account, day, prevented in _rows(SQL["days"], span)]


def plane_cases() -> tuple[int, int]:
    """(cases between other planes that the draft prevents, all of the window)."""
    ((prevented, of),) = _rows(SQL["plane_cases"])
    return prevented, of


def weeks(span: Span) -> list[Week]:
    """Every week of the window, those without a flip too."""
    return [Week(_iso(starts), starts.isoformat(), *map(int, counts)) for starts, *counts in _rows(SQL["weeks"], span)]


def kept(most: int) -> list[Flip]:
    """The first flips: what becomes looser, then the largest of each asset."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["kept"], {"most": most})
        rows = cursor.fetchall()
    return [_flip(row) for row in rows]


def _flip(row: tuple[Any, ...]) -> Flip:
    head, at, named, count, turned = row[:5], row[5], row[6:10], row[10], row[11:15]
    live, draft, money = (json.loads(text) for text in row[15:18])
    paid = [Money(**m) for m in money]
    values: tuple[Any, ...] = (*head, at.isoformat(), *named, int(count), *turned, live, draft, paid)
    return Flip(*values)


def _iso(starts: date) -> str:
    year, week, _ = starts.isocalendar()
    return f"{year}-W{week:02d}"


def _rows(statement: str, span: Span | None = None) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"since": span[0], "until": span[1]} if span else None)
        return list(cursor.fetchall())
