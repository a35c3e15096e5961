"""The database's own catalogue, asked whether every tenant table is walled in. No table can be forgotten: the list is read."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

pytestmark = pytest.mark.django_db

RawAs = Callable[..., psycopg.Connection[Any]]
TENANT_TABLES = """
    SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 2
"""
# Rows of these may change, in the columns that their grants name; everything else is append-only.
CHANGING = {
    "ledger_counter",
    "ledger_transaction",
    "ledger_period",
    "reconciliation_membership",
    "reconciliation_api_token",
    "outbox_item",
    "bank_import",
    "bank_period",
    "match",
    "match_leg",
    "counted_shift",
    "drift_standing",
    "exception_case",
    "case_row",
    "approval_request",
    "approval_delegation",
    "approval_restriction",
    "approval_right",
    "provider_endpoint",
    "provider_key",
    "provider_inbox",
    "provider_quarantine",
    "provider_payment",
    "provider_polling",
    "plane_match",
    "plane_leg",
    "checkpoint_version",
    "checkpoint_standing",
    "checkpoint_override",
    "setting_draft",
    "correction_batch",
    "dry_run",
    "escalation_receiver",
}
MAY_DELETE = {
    "bank_period", "match_leg", "counted_shift", "case_row", "provider_inbox", "plane_leg", "approval_right",
}  # fmt: skip


@pytest.fixture
def superuser(raw_as: RawAs) -> psycopg.Connection[Any]:
    return raw_as("superuser", autocommit=True)


@pytest.fixture
def tables(superuser: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    found = superuser.execute(TENANT_TABLES).fetchall()
    assert len(found) > 25
    return found


def test_every_tenant_table_enforces_row_security_on_its_owner_too(tables: list[tuple[Any, ...]]) -> None:
    assert [name for _, name, enabled, forced, _ in tables if not (enabled and forced)] == []


def test_no_tenant_table_belongs_to_a_role_that_signs_in(tables: list[tuple[Any, ...]]) -> None:
    assert {owner for *_, owner in tables} == {"plumbline_owner"}


def test_the_policies_are_the_strict_one_and_the_checks_own(
    superuser: psycopg.Connection[Any], tables: list[tuple[Any, ...]]
) -> None:
    for oid, name, *_ in tables:
        policies = superuser.execute(
            "SELECT polname, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), "
            "ARRAY(SELECT rolname FROM pg_roles WHERE oid = ANY(polroles)) FROM pg_policy WHERE polrelid = %s ORDER BY 1",
            [oid],
        ).fetchall()
        strict = "(tenant_id = ( SELECT tenant() AS tenant))"
        assert policies == [
            ("check_sees_all", "true", "true", ["plumbline_check"]),
            ("tenant_only", strict, strict, []),
        ], name


def test_primary_and_unique_keys_lead_with_the_tenant(
    superuser: psycopg.Connection[Any], tables: list[tuple[Any, ...]]
) -> None:
    keys = superuser.execute(
        "SELECT c.relname, i.relname, a.attname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN "
        "pg_class i ON i.oid = x.indexrelid "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0] WHERE x.indisunique AND x.indrelid = ANY(%s)",
        [[oid for oid, *_ in tables]],
    ).fetchall()
    assert len(keys) >= len(tables)
    assert [key for key in keys if key[2] != "tenant_id"] == []


def test_foreign_keys_between_tenant_tables_carry_the_tenant(
    superuser: psycopg.Connection[Any], tables: list[tuple[Any, ...]]
) -> None:
    rows = superuser.execute(
        "SELECT conname, conrelid, confrelid, ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = "
        "conrelid AND attnum = ANY(conkey)) "
        "FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s) AND confrelid = ANY(%s)",
        [[t[0] for t in tables], [t[0] for t in tables]],
    ).fetchall()
    assert len(rows) > 10
    assert [name for name, _, _, columns in rows if "tenant_id" not in columns] == []


def test_the_app_may_change_only_what_is_meant_to_change(
    superuser: psycopg.Connection[Any], tables: list[tuple[Any, ...]]
) -> None:
    for _, name, *_ in tables:
        ask = (
            "SELECT has_any_column_privilege('plumbline_app', %s, 'UPDATE'), "
            "has_table_privilege('plumbline_app', %s, 'DELETE'), has_table_privilege('plumbline_app', %s, "
            "'TRUNCATE')"
        )
        update, delete, truncate = superuser.execute(ask, [name] * 3).fetchone()  # type: ignore[misc]
        assert not truncate, name
        assert delete == (name in MAY_DELETE), name
        assert not update or name in CHANGING, name
        assert not (
            update
            and superuser.execute("SELECT has_table_privilege('plumbline_app', %s, 'UPDATE')", [name]).fetchone()[0]
        ), name  # type: ignore[index]


def test_append_only_tables_carry_the_trigger(
    superuser: psycopg.Connection[Any], tables: list[tuple[Any, ...]]
) -> None:
    guarded = {
        name
        for (name,) in superuser.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = "
            "'append_only' AND t.tgenabled = 'O'"
        )
    }
    assert {name for _, name, *_ in tables} - CHANGING - guarded == set()
    assert "ledger_transaction" in guarded


def test_no_view_or_materialised_view_looks_past_the_policies(superuser: psycopg.Connection[Any]) -> None:
    views = superuser.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = "
        "'public' AND (c.relkind = 'm' "
        "OR (c.relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY(c.reloptions), false)))"
    ).fetchall()
    assert views == []


def test_definer_functions_pin_their_search_path(superuser: psycopg.Connection[Any]) -> None:
    loose = superuser.execute(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('public', 'guard') "
        "AND p.prosecdef AND NOT EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%')"
    ).fetchall()
    assert loose == []


def test_the_roles_are_as_weak_as_they_should_be(superuser: psycopg.Connection[Any]) -> None:
    rows = superuser.execute(
        "SELECT rolname, rolcanlogin, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles "
        "WHERE rolname LIKE 'plumbline_%' ORDER BY 1"
    ).fetchall()
    assert rows == [
        ("plumbline_app", True, False), ("plumbline_audit", True, False), ("plumbline_check", False, False),
        ("plumbline_figures", False, False), ("plumbline_owner", False, False),
    ]  # fmt: skip
