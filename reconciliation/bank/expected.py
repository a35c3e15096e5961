"""What became of the lines that intraday reports showed. Read from the booked lines each time: nothing about a line that was
only expected is ever written again."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection

Fate = Literal["expected", "booked", "expired"]

# Certain are the bank's own id with the amount, and a reference with the amount when the booked lines are as many as the
# expected ones. One of two lines that look the same says nothing of the other.
FATES = """
WITH seen AS MATERIALIZED (
    SELECT b.id, b.bank_account_id, b.counts_on, b.amount_minor, b.bank_id, b.reference_key
      FROM bank_line b JOIN bank_statement s ON s.tenant_id = b.tenant_id AND s.id = b.statement_id AND s.intraday
     WHERE {which} AND b.status = 'PDNG'),
reports AS MATERIALIZED (SELECT id FROM bank_statement WHERE intraday),
alike AS MATERIALIZED (
    SELECT b.bank_account_id, b.counts_on, b.amount_minor, b.bank_id, b.reference_key, b.counts
      FROM bank_line b
     WHERE b.bank_account_id = ANY(ARRAY(SELECT bank_account_id FROM seen))
       AND b.counts_on BETWEEN (SELECT min(counts_on) - 5 FROM seen) AND (SELECT max(counts_on) + 15 FROM seen)
       AND (b.counts OR b.statement_id = ANY(ARRAY(SELECT id FROM reports)))
       AND ((b.bank_id <> '' AND b.bank_id = ANY(ARRAY(SELECT bank_id FROM seen)))
         OR (b.reference_key <> '' AND b.reference_key = ANY(ARRAY(SELECT reference_key FROM seen))))),
by_reference AS (
    SELECT e.id, count(*) FILTER (WHERE a.counts) AS booked, count(*) FILTER (WHERE NOT a.counts) AS shown
      FROM seen e JOIN alike a ON a.bank_account_id = e.bank_account_id AND a.reference_key = e.reference_key
       AND a.amount_minor = e.amount_minor AND a.counts_on BETWEEN e.counts_on - 1 AND e.counts_on + 10
     WHERE e.reference_key <> '' GROUP BY e.id)
SELECT e.id, e.bank_account_id, e.counts_on, e.amount_minor,
       EXISTS (SELECT FROM alike a WHERE a.counts AND a.bank_account_id = e.bank_account_id AND a.bank_id = e.bank_id
                  AND e.bank_id <> '' AND a.amount_minor = e.amount_minor) OR coalesce(r.booked >= r.shown, false),
       EXISTS (SELECT FROM bank_period p WHERE p.bank_account_id = e.bank_account_id AND p.day <= e.counts_on
                  AND p.until_on > e.counts_on AND p.ends_at <= %(at)s)
  FROM seen e LEFT JOIN by_reference r USING (id)
"""
BY_ID = FATES.format(which="b.id = ANY(%(ids)s)")
BY_DAY = FATES.format(
    which="""b.statement_id = ANY(ARRAY(SELECT id FROM bank_statement WHERE intraday AND from_on < %(until)s
       AND until_on > %(first)s AND imported_at <= %(at)s)) AND b.counts_on >= %(first)s AND b.counts_on < %(until)s
       AND b.bank_account_id = ANY(%(accounts)s)"""
)


def fates(line_ids: Sequence[int], *, at: datetime) -> dict[int, Fate]:
    """What became of each of the lines that an intraday report showed; other lines are left out. One query, none without
    lines. Needs a tenant scope."""
    if not line_ids:
        return {}
    return {line: _fate(booked, over) for line, _, _, _, booked, over in _rows(BY_ID, ids=list(line_ids), at=at)}


def expected_money(
    account_ids: Iterable[int], first: date, until: date, *, at: datetime
) -> dict[tuple[int, date], tuple[int, int]]:
    """(bank account, date) → how many lines are still expected there, and their sum in minor units, as the bank signs them.
    One query. Needs a tenant scope."""
    found: dict[tuple[int, date], tuple[int, int]] = {}
    for _, account, on, amount, booked, over in _rows(
        BY_DAY, accounts=list(account_ids), first=first, until=until, at=at
    ):
        if _fate(booked, over) == "expected":
            number, total = found.get((account, on), (0, 0))
            found[account, on] = number + 1, total + int(amount)
    return found


def _fate(booked: bool, over: bool) -> Fate:
    return "booked" if booked else "expired" if over else "expected"


def _rows(query: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
