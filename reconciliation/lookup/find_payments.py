"""Find payments by whatever key somebody has: exact hits first, then other forms and beginnings, or an amount on a day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from ledger.transaction_ids import span_of
from reconciliation.lookup.keys import Sought
from reconciliation.named_sql import read_steps

SQL = read_steps(__file__, "find.sql")
MOST = 20
NOWHERE = (UUID(int=0), UUID(int=0))
AFTER_ALL = "\U0010ffff"
SHORTEST_BEGINNING = 4
LAST_EXACT = 9
NEAR = timedelta(days=2)
LISTED = "the provider's listing"


@dataclass(frozen=True, slots=True)
class Hit:
    """A payment by its thread, and by what it was found. "line 12": a bank line that no payment of ours explains."""

    thread: str
    found_by: str
    exact: bool

    @property
    def opens(self) -> bool:
        """It has a page: neither a bank line alone, nor what only a provider lists."""
        return not self.thread.startswith("line ") and self.found_by != LISTED


def find_payments(sought: Sought, today: date) -> list[Hit]:
    """At most 20, exact hits before others. Two queries at most. An amount without a day is looked for around `today`.
    Needs a tenant scope."""
    if sought.amount is not None:
        return _of_amount(sought, sought.day or today)
    hits = _keys("exact", [sought.text], sought.text)
    return hits or _keys("near", list(sought.others), sought.text)


def _of_amount(sought: Sought, day: date) -> list[Hit]:
    values = {"most": MOST, "amount": sought.amount, "asset": sought.asset}
    on_day = {"since": day, "until": day, "by": "amount and date"}
    hits = _run("amounts", values | on_day) if sought.day else []
    if hits:
        return [Hit(thread, by, True) for thread, by, _ in hits][:MOST]
    near = {"since": day - NEAR, "until": day + NEAR, "by": f"amount, near {day:%d %b %Y}".replace(" 0", " ")}
    return [Hit(thread, by, False) for thread, by, _ in _run("amounts", values | near)][:MOST]


def _keys(step: str, texts: list[str], text: str) -> list[Hit]:
    first, last = next((span for x in (text, *texts) if (span := _span(x)) != NOWHERE), NOWHERE)
    hits = _run(step, {
        "texts": texts, "text": text, "after": text + AFTER_ALL, "begins": len(text) >= SHORTEST_BEGINNING, "most": MOST,
        "first": first, "last": last,
    })  # fmt: skip
    exact = [Hit(thread, by, True) for thread, by, rank in hits if rank <= LAST_EXACT]
    return (exact or [Hit(thread, by, False) for thread, by, _ in hits])[:MOST]


def _span(text: str) -> tuple[UUID, UUID]:
    if (span := span_of(text)) is not None:
        return span
    try:
        return UUID(text), UUID(text)
    except ValueError:
        return NOWHERE


def _run(step: str, values: dict[str, Any]) -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], values)
        return sorted(cursor.fetchall(), key=lambda row: (row[2], row[0]))
