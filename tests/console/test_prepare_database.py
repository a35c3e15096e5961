"""The preparation is what every guarantee of the database rests on: who is who, and who may do what."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError
from psycopg import sql

from console.management.commands.prepare_database import prepare_roles, prepare_schemas

Raw = Callable[..., psycopg.Connection[Any]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "role", ["plumbline_owner", "plumbline_app", "plumbline_check", "plumbline_audit", "plumbline_figures"]
)
def test_no_role_may_bypass_row_security(raw_as: Raw, role: str) -> None:
    row = raw_as("superuser").execute(
        "SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = %s",
        [role],
    )
    assert row.fetchone() == (role in {"plumbline_app", "plumbline_audit"}, False, False, False, False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["app", "audit"])
@pytest.mark.parametrize(
    "attack",
    [
        "CREATE TABLE public.mine (id integer)",
        "CREATE TABLE guard.mine (id integer)",
        "SET ROLE plumbline_owner",
        "SET ROLE plumbline_check",
        "ALTER ROLE plumbline_app BYPASSRLS",
        "SET session_replication_role = replica",
    ],
)
def test_a_login_cannot_climb(raw_as: Raw, role: str, attack: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_as(role).execute(attack)  # type: ignore[call-overload]


@pytest.mark.django_db(transaction=True)
def test_the_auditor_reads_no_session_and_no_second_factor(raw_as: Raw) -> None:
    for table in ("django_session", "mfa_authenticator", "account_emailaddress"):
        with raw_as("audit") as audit, pytest.raises(psycopg.errors.InsufficientPrivilege):
            audit.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))


@pytest.mark.django_db(transaction=True)
def test_preparing_twice_changes_nothing(raw_as: Raw) -> None:
    admin = raw_as("superuser")
    seen = []
    for _ in range(2):
        prepare_roles(admin, {})
        prepare_schemas(admin)
        seen.append(admin.execute("SELECT nspname, nspowner, nspacl::text FROM pg_namespace ORDER BY 1").fetchall())
    assert seen[0] == seen[1]
    admin.rollback()


@pytest.mark.django_db(transaction=True)
def test_a_role_that_bypasses_row_security_is_refused(raw_as: Raw) -> None:
    admin = raw_as("superuser")
    admin.execute("ALTER ROLE plumbline_app BYPASSRLS")
    with pytest.raises(CommandError, match="plumbline_app may bypass row security"):
        prepare_roles(admin, {})
    admin.rollback()
