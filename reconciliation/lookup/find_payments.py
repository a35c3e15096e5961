"""Find payments by whatever key somebody has: exact hits first, then what begins so, or an amount on a day."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from ledger.transaction_ids import span_of
from reconciliation.lookup.keys import Sought
from reconciliation.named_sql import read_steps

SQL = read_steps(__file__, "find.sql")
MOST = 20
NO_ID = UUID(int=0)
AFTER_ALL = "\U0010ffff"
SHORTEST_BEGINNING = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """A payment by its thread, and by what it was found. "line 12": a bank line that no payment of ours explains."""

    thread: str
    found_by: str
    exact: bool


def find_payments(sought: Sought) -> list[Hit]:
    """At most 20, exact hits before others. Two queries at most. Needs a tenant scope."""
    first, last = _span(sought.text)
    values = {
        "text": sought.text, "after": sought.text + AFTER_ALL, "most": MOST, "first": first, "last": last,
        "day": sought.day, "amount": sought.amount, "asset": sought.asset,
    }  # fmt: skip
    hits = _run("exact", values, exact=True)
    if not hits and sought.amount is not None:
        hits = _run("amounts", values, exact=False)
    elif not hits and len(sought.text) >= SHORTEST_BEGINNING:
        hits = _run("begins", values, exact=False)
    return hits[:MOST]


def _span(text: str) -> tuple[UUID, UUID]:
    if (span := span_of(text)) is not None:
        return span
    try:
        return UUID(text), UUID(text)
    except ValueError:
        return NO_ID, NO_ID


def _run(step: str, values: dict[str, Any], *, exact: bool) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], values)
        rows = sorted(cursor.fetchall(), key=lambda row: (row[2], row[0]))
    return [Hit(thread, found_by, exact) for thread, found_by, _ in rows]
