"""The figures around the queue: how many each saved view holds, the nets of what matches, the depth by class and age,
and
what its filters can be set to. Three queries."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from reconciliation.cases.counted import Counted
from reconciliation.cases.queue import (
    AGES,
    AWAKE,
    LAST_DAY,
    MOST_COUNTED,
    MOST_SHOWN,
    VIEWS,
    Asked,
    matching,
    to_open,
)
from reconciliation.permissions import Permission, holders

# Who works on cases, and who holds one still.
OWNERS = """
(SELECT coalesce(json_agg(json_build_array(id, name) ORDER BY name, id), '[]')
   FROM (SELECT p.id, p.name FROM reconciliation_person p
          WHERE EXISTS (SELECT FROM reconciliation_user u JOIN reconciliation_membership m ON m.user_id = u.id
                         WHERE u.person_id = p.id AND u.is_active AND m.ended_at IS NULL AND m.role = ANY(%s))) worker)
"""
ACCOUNTS = "(SELECT coalesce(json_agg(json_build_array(code, name) ORDER BY name, code), '[]') FROM bank_account)"
MATCHED = """
SELECT currency, plane_pair = 'ledger-bank', count(*), sum(contribution_minor), count(*) FILTER (WHERE awake AND due_at < %%s),
       min(due_at) FILTER (WHERE awake AND due_at >= %%s)
  FROM (SELECT *, {awake} AS awake FROM (%s) matching) found GROUP BY 1, 2 ORDER BY count(*) DESC, currency
""".replace("{awake}", AWAKE.replace("{at}", "%%s"))
DEPTH = """
SELECT exception_class, CASE WHEN opened_at > %s THEN 0 WHEN opened_at > %s THEN 1 WHEN opened_at > %s THEN 2
       WHEN opened_at > %s THEN 3 ELSE 4 END AS age, count(*)
  FROM exception_case WHERE state <> 'resolved' GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Around:
    """counts: by saved view, more than 1,000 reading as 1,001; `last_day` the last closed day of most
    accounts; accounts as (code,
    name),
    owners as (person id, name); `next` the number of the case that the reader would take up next, None when there is none."""

    counts: dict[str, int]
    last_day: date | None
    accounts: list[tuple[str, str]]
    owners: list[tuple[int, str]]
    next: int | None


@dataclass(frozen=True, slots=True)
class Matched:
    """What matches: how many (more than 10,000 reads as 10,001), signed nets in minor units by currency, never added
    across: `nets` of bank drift and `between` the other planes, which are no part of it; how
    many are overdue, and when the next falls due; those that are put off are neither."""

    count: int
    nets: dict[str, int]
    between: dict[str, int]
    overdue: int
    next_due: datetime | None


def around(asked: Asked, *, me: int | None, at: datetime) -> Around:
    """One query for the frame of the queue; its search narrows every view's count to what it names."""
    asks: list[str] = []
    values: list[Any] = []
    for view in VIEWS:
        sql, given = _capped(Counted(matching(Asked(view, q=asked.q), me=me, at=at), MOST_SHOWN))
        asks.append(sql)
        values += given
    roles = holders(Permission.WORK_CASES)
    first, given = to_open(asked, me=me, at=at).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(asks)}, {LAST_DAY}, {ACCOUNTS}, {OWNERS}, ({first})",
            [*values, at, at, at, roles, *given],
        )
        *counts, last_day, accounts, owners, first_due = cursor.fetchone()
    return Around(dict(zip(VIEWS, counts, strict=True)), last_day, _pairs(accounts), _pairs(owners), first_due)


def matched(asked: Asked, *, me: int | None, at: datetime) -> Matched:
    """One query over at most 10,001 of the cases that match."""
    found = (
        matching(asked, me=me, at=at)
        .order_by()
        .values("currency", "plane_pair", "contribution_minor", "due_at", "state", "snoozed_until")
    )
    sql, given = found[: MOST_COUNTED + 1].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(MATCHED % sql, [at, at, at, *given])
        rows = cursor.fetchall()
    bank, between = ({r[0]: int(r[3]) for r in rows if r[1] is own} for own in (True, False))
    return Matched(
        sum(r[2] for r in rows), bank, between, sum(r[4] for r in rows),
        min((r[5] for r in rows if r[5] is not None), default=None),
    )  # fmt: skip


def depth(at: datetime) -> dict[str, list[int]]:
    """Open cases by class and age bucket, youngest first (see AGES). One query over all of them."""
    with connection.cursor() as cursor:
        cursor.execute(DEPTH, [at - age for age in AGES])
        rows = cursor.fetchall()
    found: dict[str, list[int]] = {}
    for exception_class, age, count in rows:
        found.setdefault(exception_class, [0] * (len(AGES) + 1))[age] = count
    return found


def workers() -> list[tuple[int, str]]:
    """Persons who hold a role here that works on cases, as (id, name)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + OWNERS, [holders(Permission.WORK_CASES)])
        return _pairs(cursor.fetchone()[0])


def _capped(part: Counted) -> tuple[str, tuple[Any, ...]]:
    sql, given = part.cases.order_by().values("id")[: part.most + 1].query.sql_with_params()
    return f"(SELECT count(*) FROM ({sql}) counted)", given  # noqa: S608 (compiled by Django)


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    rows = json.loads(value) if isinstance(value, str) else value
    return [(first, second) for first, second in rows]
