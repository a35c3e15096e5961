"""Decisions and executions are written once: every verb, in every role that signs in, and the owner's."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from tests.reconciliation.approvals.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = (
    psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation, psycopg.errors.GeneratedAlways,
    psycopg.errors.FeatureNotSupported,  # PostgreSQL itself: a table that another one refers to is not truncated
)  # fmt: skip
TABLES = {"approval_decision": "reason", "approval_execution": "executed_at"}
VERBS = {
    "UPDATE": "UPDATE {table} SET {column} = {column}",
    "UPDATE none": "UPDATE {table} SET {column} = {column} WHERE false",
    "DELETE": "DELETE FROM {table}",
    "TRUNCATE": "TRUNCATE {table}",
    "TRUNCATE CASCADE": "TRUNCATE {table} CASCADE",
    "MERGE": "MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "ON CONFLICT": "INSERT INTO {table} TABLE {table} ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}",
}
KEYS = {"approval_decision": "tenant_id, id", "approval_execution": "tenant_id, request_id"}


@pytest.mark.parametrize("role", ["app", "audit", "check", "owner"])
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", TABLES)
def test_no_role_edits_what_was_decided_and_done(
    desk: Desk,
    maker: Actor,
    checker: Actor,
    raw_as: Callable[..., psycopg.Connection[Any]],
    table: str,
    verb: str,
    role: str,
) -> None:
    desk.decide(desk.ask(maker), checker)
    raw = raw_as(role)
    raw.execute("SELECT set_config('app.tenant_id', %s, true)", [str(desk.tenant_id)])
    admin = raw_as("superuser", autocommit=True)
    before = admin.execute(f"SELECT * FROM {table}").fetchall()
    statement = VERBS[verb].format(table=table, column=TABLES[table], key=KEYS[table])
    with pytest.raises(REFUSED):
        raw.execute(statement)
    raw.rollback()
    assert admin.execute(f"SELECT * FROM {table}").fetchall() == before
    assert len(before) == 1
