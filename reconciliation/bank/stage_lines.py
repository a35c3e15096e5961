"""The lines of one statement in a temporary table, compared there with what is stored. PostgreSQL refuses COPY into a
table under row policies, and a hundred thousand lines are compared where they lie."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connection

from ledger.tenancy import current_tenant
from reconciliation.bank.formats.statement import Finding, ParsedLine
from reconciliation.bank.spans import Stretch, identity, occurrences

COLUMNS = (
    "number", "reference", "batch_reference", "amount_minor", "value_on", "booked_on", "status", "code", "kind",
    "charge_minor", "bank_id", "narrative", "counterparty", "raw", "identity", "occurrence",
)  # fmt: skip
NAMES = ", ".join(COLUMNS)
ENCODE = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode

STAGE = f"CREATE TEMP TABLE new_line ON COMMIT DROP AS SELECT {NAMES} FROM bank_line LIMIT 0"  # noqa: S608
FILL = f"COPY new_line ({NAMES}) FROM STDIN"
# Lines stored elsewhere on these dates that look the same are other lines: ours count on from them.
COUNT_ON = """
UPDATE new_line n SET occurrence = n.occurrence + b.base
  FROM (SELECT identity, count(*)::integer AS base FROM bank_line
         WHERE bank_account_id = %(account)s AND counts AND counts_on BETWEEN %(first)s AND %(last)s
           AND statement_id <> ALL (%(restated)s) GROUP BY 1) b
 WHERE b.identity = n.identity
"""
STORED_NEAR = """
SELECT EXISTS (SELECT FROM bank_line WHERE bank_account_id = %(account)s AND counts
               AND counts_on BETWEEN %(first)s::date - 3 AND %(last)s::date + 3)
"""
MOSTLY_THERE = """
SELECT statement_id FROM bank_line b
 WHERE bank_account_id = %(account)s AND counts AND statement_id = ANY (%(doubtful)s)
 GROUP BY 1 HAVING 2 * count(*) FILTER (WHERE EXISTS (SELECT FROM new_line n WHERE n.identity = b.identity)) >= count(*)
"""
MISSING = """
SELECT have.number, have.reference, count(*) OVER () FROM (
    SELECT b.identity, min(b.number) AS number, min(b.reference) AS reference, count(*) AS n
      FROM bank_line b JOIN bank_statement s ON s.tenant_id = b.tenant_id AND s.id = b.statement_id
     WHERE b.bank_account_id = %(account)s AND b.counts AND b.statement_id = ANY (%(restated)s)
       AND coalesce(b.booked_on, b.value_on) >= greatest(s.from_on, %(from_on)s)
       AND coalesce(b.booked_on, b.value_on) < least(s.until_on, %(until_on)s)
     GROUP BY 1) have
  LEFT JOIN (SELECT identity, count(*) AS n FROM new_line WHERE status = 'BOOK' GROUP BY 1) given USING (identity)
 WHERE have.n > coalesce(given.n, 0) ORDER BY 1 LIMIT 1
"""
BANK_ID_TWICE = """
SELECT n.number, n.bank_id, b.counts_on FROM new_line n
  JOIN bank_line b ON b.bank_id = n.bank_id AND b.kind = n.kind AND b.amount_minor = n.amount_minor
   AND b.identity <> n.identity
 WHERE b.bank_account_id = %(account)s AND b.counts AND b.counts_on BETWEEN %(first)s::date - 3 AND %(last)s::date + 3
   AND b.statement_id <> ALL (%(restated)s) AND n.bank_id <> '' AND n.status = 'BOOK'
 ORDER BY n.number LIMIT 1
"""
ANY_NEW = """
SELECT EXISTS (SELECT FROM new_line n WHERE n.status = 'BOOK' AND NOT EXISTS (
    SELECT FROM bank_line b WHERE b.tenant_id = %(tenant)s AND b.bank_account_id = %(account)s
       AND b.identity = n.identity AND b.occurrence = n.occurrence AND b.counts))
"""
# A report of the day so far repeats what the one before it showed; under its bank's id a line may have gained a date since.
SEEN_BEFORE = """
DELETE FROM new_line n WHERE EXISTS (
    SELECT FROM bank_line b JOIN bank_statement s ON s.tenant_id = b.tenant_id AND s.id = b.statement_id AND s.intraday
     WHERE b.bank_account_id = %(account)s AND b.counts_on BETWEEN %(first)s::date - 3 AND %(last)s::date + 3
       AND ((b.identity = n.identity AND b.occurrence = n.occurrence)
            OR (b.bank_id = n.bank_id AND n.bank_id <> '' AND b.amount_minor = n.amount_minor)))
"""
INSERT = f"""
INSERT INTO bank_line (tenant_id, bank_account_id, statement_id, imported_at, counts, {NAMES})
SELECT %(tenant)s, %(account)s, %(statement)s, %(at)s, %(in_force)s AND status = 'BOOK', {NAMES}
  FROM new_line ORDER BY number
"""  # noqa: S608 - the names are ours
ONLY_NEW = INSERT + "ON CONFLICT (tenant_id, bank_account_id, identity, occurrence) WHERE counts DO NOTHING"


class Staged:
    """The staged lines of one statement of one account, beside the stored statements that it states again.

    `doubtful` share dates with it and no balance: stated again only when most of their lines are here too. Otherwise
    they
    are another part of the day, and what lies between shows as a gap in the balances.
    """

    def __init__(
        self, account_id: int, lines: Sequence[ParsedLine], again: Sequence[Stretch], doubtful: Sequence[Stretch]
    ) -> None:
        dates = [d for x in lines if (d := x.value_on or x.booked_on) is not None]
        self.values: dict[str, Any] = {
            "account": account_id, "tenant": current_tenant(),
            "first": min(dates, default=date.max), "last": max(dates, default=date.min),
        }  # fmt: skip
        self.again = list(again)
        if doubtful:
            known = self._all(MOSTLY_THERE, doubtful=[s.id for s in doubtful])
            self.again += [s for s in doubtful if s.id in known]
        self.values["restated"] = [s.id for s in self.again]
        near = self._ask(STORED_NEAR) if dates else None
        self._near = bool(near and near[0])
        if self._near:
            self._run("ANALYZE new_line")
            self._run(COUNT_ON)

    def conflicts(self, from_on: date, until_on: date) -> list[Finding]:
        """Lines stored for dates of [from_on, until_on) that the file no longer has: the bank changed its word."""
        if not self.values["restated"]:
            return []
        row = self._ask(MISSING, from_on=from_on, until_on=until_on)
        if row is None:
            return []
        number, reference, count = row
        stands = f"line {number} {reference}".strip()
        what = f"{count} stored lines of these days are not in this file or differ in it, the first is {stands}"
        return [Finding("statement", what, "refuse", "conflict")]

    def bank_ids_twice(self) -> list[Finding]:
        """A bank's unique id that a stored line of another statement carries: the same movement would count twice."""
        row = self._ask(BANK_ID_TWICE) if self._near else None
        if row is None:
            return []
        number, bank_id, day = row
        what = f"bank id {bank_id[:80]} stands already on {day}, in another statement and on a line that differs"
        return [Finding(f"line {number}", what, "refuse", "bank_id_twice")]

    def not_yet_seen(self) -> int:
        """Leave only lines that no intraday report has shown; returns how many are left."""
        self._run(SEEN_BEFORE)
        row = self._ask("SELECT count(*) FROM new_line")
        return int(row[0]) if row else 0

    def any_new(self) -> bool:
        row = self._ask(ANY_NEW)
        return bool(row and row[0])

    def insert(self, statement_id: int, *, in_force: bool, at: datetime) -> int:
        """Store the lines that are not stored yet; returns how many."""
        return self._run(ONLY_NEW if self._near else INSERT, statement=statement_id, in_force=in_force, at=at)

    def _ask(self, query: str, **more: Any) -> tuple[Any, ...] | None:
        with connection.cursor() as cursor:
            cursor.execute(query, self.values | more)
            row: tuple[Any, ...] | None = cursor.fetchone()
        return row

    def _all(self, query: str, **more: Any) -> set[Any]:
        with connection.cursor() as cursor:
            cursor.execute(query, self.values | more)
            return {row[0] for row in cursor.fetchall()}

    def _run(self, query: str, **more: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute(query, self.values | more)
            return int(cursor.rowcount)


def hold_lines(account_id: int) -> None:
    """Until commit, nobody else stores lines of the account: two files that share dates would each not see the
    other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7006, %s)", [account_id % 2147483647])


@contextmanager
def staged(
    account_id: int, lines: Sequence[ParsedLine], again: Sequence[Stretch], doubtful: Sequence[Stretch]
) -> Iterator[Staged]:
    """Stage the lines for the duration of the block. Needs a tenant scope."""
    marks = [identity(x) for x in lines]
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(FILL) as copy:
            for x, mark, occurrence in zip(lines, marks, occurrences(marks), strict=True):
                copy.write_row(
                    (x.number, x.reference, x.batch_reference, x.amount, x.value_on, x.booked_on, x.status, x.code,
                     x.kind, x.charge, x.bank_id, x.narrative, x.counterparty,
                     ENCODE(x.references | {"where": x.where}), mark, occurrence)
                )  # fmt: skip
    yield Staged(account_id, lines, again, doubtful)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE new_line")
