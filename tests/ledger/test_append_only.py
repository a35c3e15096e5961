"""Every append-only table × UPDATE, DELETE, TRUNCATE, MERGE, ON CONFLICT × role, as raw SQL: refused, and the rows stand."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from ledger.models import Tenant
from tests.stories.notation import Check, Line, Tx
from tests.stories.world import World

RawAs = Callable[..., psycopg.Connection[Any]]
ROLES = ("app", "owner", "check", "audit")
APPEND_ONLY = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attname = 'tenant_id' AND EXISTS
           (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'append_only') ORDER BY 1
"""


@pytest.fixture
def world(transactional_db: None, request: pytest.FixtureRequest) -> World:
    acme: Tenant = request.getfixturevalue("acme")
    world = World(acme.id)
    world.post(Tx("T1", "2026-03-10", "POSTED", "ewa", [("emp", "DEBIT", 400), ("clr", "CREDIT", 400)], "D1", "p1"))
    world.line(Line("L1", "clr", "2026-03-10", -390, "D1"))
    world.check(Check("clr", "2026-03-10", 400, 390, 10, "DRIFTED"))
    return world


def written_columns(connection: psycopg.Connection[Any], table: str) -> str:
    """The columns that an INSERT may name: all but the generated ones."""
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    return ", ".join(name for (name,) in rows)


def attacks(table: str, column: str, columns: str) -> dict[str, str]:
    copy = f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {table}"
    return {
        "UPDATE": f"UPDATE {table} SET {column} = {column}",
        "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
        "MERGE": f"MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
        "MERGE UPDATE": f"MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN UPDATE SET {column} = t.{column}",
        "ON CONFLICT": f"{copy} ON CONFLICT ON CONSTRAINT {table}_pkey DO UPDATE SET {column} = excluded.{column}",
    }


def test_every_attack_by_every_role_is_refused(world: World, raw_as: RawAs) -> None:
    superuser = raw_as("superuser", autocommit=True)
    tables = [name for (name,) in superuser.execute(APPEND_ONLY)]
    assert {"ledger_entry", "ledger_transaction", "audit_entry", "bank_line", "drift_check"} <= set(tables)
    before = {
        t: superuser.execute(f"SELECT count(*), md5(string_agg(x::text, '' ORDER BY x::text)) FROM {t} x").fetchone()
        for t in tables
    }
    assert before["ledger_entry"] != (0, None)
    refused = 0
    for role in ROLES:
        connection = raw_as(role, autocommit=True)
        connection.execute("SELECT set_config('app.tenant_id', %s, false)", [str(world.tenant_id)])
        for table in tables:
            for what, statement in attacks(table, "tenant_id", written_columns(superuser, table)).items():
                with pytest.raises(psycopg.Error, match=r"append-only|permission denied"):
                    connection.execute(statement)
                refused += 1
                assert what
    assert refused == len(ROLES) * len(tables) * 6
    after = {
        t: superuser.execute(f"SELECT count(*), md5(string_agg(x::text, '' ORDER BY x::text)) FROM {t} x").fetchone()
        for t in tables
    }
    assert after == before


def test_the_one_status_move_goes_through_its_function_alone(world: World, raw_as: RawAs) -> None:
    app = raw_as("app", autocommit=True)
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(world.tenant_id)])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("UPDATE ledger_transaction SET status = 'FAILED'")
    posted = app.execute("SELECT id FROM ledger_transaction").fetchone()
    moved = app.execute(
        "SELECT guard.settle_transaction(%s, 'POSTED', '2026-03-11', 1, '{}', '', now())", posted
    ).fetchone()
    assert moved == (None,), "a POSTED transaction does not move again"


def test_a_leg_cannot_join_a_transaction_of_another_database_transaction(world: World, raw_as: RawAs) -> None:
    app = raw_as("app", autocommit=True)
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(world.tenant_id)])
    add = (
        "INSERT INTO ledger_entry (transaction_id, leg, account_id, direction, amount_minor) "
        "SELECT transaction_id, leg + 2, account_id, direction, 7 FROM ledger_entry"
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="transaction_is_sealed"):
        app.execute(add)
