"""How the rows of a committed test go away: through a superuser, for the app may neither delete nor
truncate."""

from typing import Any

import psycopg
from psycopg import sql

TABLES = """
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
"""


class Emptying:
    """Knows which tables the migrations filled, and brings every table back to how it was before the first
    test."""

    def __init__(self, admin: psycopg.Connection[Any]) -> None:
        self._admin = admin
        tables = [row[0] for row in admin.execute(TABLES).fetchall()]
        self._filled = {table: rows for table in tables if (rows := self._rows(table))}
        self._emptied = [table for table in tables if table not in self._filled]

    def _rows(self, table: str) -> int:
        row = self._admin.execute(sql.SQL("SELECT count(*) FROM ") + sql.SQL(table)).fetchone()
        return int(row[0]) if row else 0

    def empty(self) -> None:
        """Delete what tests committed. Raises AssertionError when a test changed a table that migrations
        filled."""
        with self._admin.transaction():
            # Neither foreign keys nor the append-only triggers speak under this setting; TRUNCATE would
            # still refuse
            # a referenced table, and wait for every connection that a test left open.
            self._admin.execute("SET LOCAL session_replication_role = replica")
            for table in self._holding_rows():
                self._admin.execute(sql.SQL("DELETE FROM ") + sql.SQL(table))
        changed = {table for table, rows in self._filled.items() if self._rows(table) != rows}
        assert not changed, f"this test changed reference tables and must put them back: {sorted(changed)}"

    def _holding_rows(self) -> list[str]:
        if not self._emptied:
            return []
        ask = "SELECT {} WHERE EXISTS (SELECT 1 FROM {})"
        asks = [sql.SQL(ask).format(sql.Literal(table), sql.SQL(table)) for table in self._emptied]
        return [row[0] for row in self._admin.execute(sql.SQL(" UNION ALL ").join(asks)).fetchall()]
