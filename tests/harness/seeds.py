"""Rows that many tests begin with, made once a session by the product itself and afterwards copied: the product's own rows, byte
for byte, under another tenant. A test in a transaction of its own, or on another database, gets them made anew."""

import re
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection, connections
from psycopg import sql

TABLES = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
       AND a.attname <> 'tenant_id'
 WHERE n.nspname = 'public' AND c.relkind = 'r' AND EXISTS (
       SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id') GROUP BY 1 ORDER BY 1
"""
OUT = "COPY (SELECT '@', {columns} FROM {table} WHERE tenant_id = {tenant}) TO STDOUT"
INTO = "COPY {table} (tenant_id, {columns}) FROM STDIN"
Copies = list[tuple[str, list[str], bytes]]


class Seeds:
    """`give` makes the rows of a name for a tenant, or copies them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Copies] = {}
        self._admins: dict[str, psycopg.Connection[Any]] = {}

    def give(self, name: str, tenant_id: int, make: Callable[[], None]) -> None:
        """`make` must write what does not depend on the tenant, in a tenant that holds no rows of those tables."""
        database = str(connection.settings_dict["NAME"])
        if connection.in_atomic_block:
            make()
            return
        admin = self._admin(database)
        kept = self._kept.get((name, database))
        if kept is not None and not any(_holds_rows(admin, table) for table, _, _ in kept if table in ONLY_HERE):
            _copy_in(admin, kept, tenant_id)
            return
        before = {table: rows for table, _, rows in _copy_out(admin, tenant_id)} if kept is None else {}
        make()
        if kept is None:
            self._kept[name, database] = [
                (table, columns, new) for table, columns, rows in _copy_out(admin, tenant_id)
                if (new := _without(rows, before.get(table, b"")))
            ]  # fmt: skip

    def _admin(self, database: str) -> psycopg.Connection[Any]:
        """The superuser's connection to this worker's database; under it neither triggers nor foreign keys speak."""
        if database not in self._admins:
            where = connections.settings["owner"]
            self._admins[database] = psycopg.connect(
                host=where["HOST"], user=where["USER"], dbname=database, autocommit=True
            )
        return self._admins[database]


ONLY_HERE = {"ledger_account", "bank_account"}
SEEDS = Seeds()


def _copy_out(admin: psycopg.Connection[Any], tenant_id: int) -> Copies:
    found: Copies = []
    for table, columns in admin.execute(TABLES).fetchall():
        ask = sql.SQL(OUT).format(columns=_names(columns), table=sql.Identifier(table), tenant=sql.Literal(tenant_id))
        with admin.cursor() as cursor, cursor.copy(ask) as out:
            rows = b"".join(bytes(piece) for piece in out)
        found.append((table, columns, rows))
    return found


def _copy_in(admin: psycopg.Connection[Any], kept: Copies, tenant_id: int) -> None:
    with admin.transaction(), admin.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, columns, rows in kept:
            with cursor.copy(sql.SQL(INTO).format(table=sql.Identifier(table), columns=_names(columns))) as into:
                into.write(re.sub(rb"^@", str(tenant_id).encode(), rows, flags=re.MULTILINE))


def _without(rows: bytes, before: bytes) -> bytes:
    known = set(before.splitlines())
    return b"".join(line + b"\n" for line in rows.splitlines() if line not in known)


def _holds_rows(admin: psycopg.Connection[Any], table: str) -> bool:
    row = admin.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))).fetchone()
    return bool(row and row[0])


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
