"""Tables × verbs × {foreign, none, '', garbage}: no tenant sees another's rows, and no scope means an error, not 0 rows."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from ledger.errors import TenantSwitchRefused
from ledger.models import Account, Tenant
from ledger.tenancy import tenant
from reconciliation.postings.open_account import open_account
from tests.ledger.test_append_only import world, written_columns  # noqa: F401  world is a fixture
from tests.people import SET_UP
from tests.stories.world import World

RawAs = Callable[..., psycopg.Connection[Any]]
ALL = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a "
    "ON a.attrelid = c.oid WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attname = 'tenant_id' "
    "ORDER BY 1"
)


def verbs(table: str, columns: str) -> list[str]:
    return [
        f"SELECT count(*) FROM {table}",
        f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {table}",
        f"UPDATE {table} SET tenant_id = tenant_id",
        f"DELETE FROM {table}",
    ]


def test_a_foreign_tenant_sees_and_touches_nothing(world: World, raw_as: RawAs) -> None:
    superuser = raw_as("superuser", autocommit=True)
    other = superuser.execute(
        "INSERT INTO ledger_tenant (slug, name) VALUES ('other', 'Other') RETURNING id"
    ).fetchone()
    tables = [name for (name,) in superuser.execute(ALL)]
    for role in ("app", "audit", "owner"):
        connection = raw_as(role, autocommit=True)
        connection.execute("SELECT set_config('app.tenant_id', %s, false)", [str(other[0])])  # type: ignore[index]
        for table in tables:
            own = superuser.execute(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", [other[0]]).fetchone()[0]  # type: ignore[index]
            for verb in verbs(table, written_columns(superuser, table)):
                try:
                    cursor = connection.execute(verb)
                except psycopg.Error as error:
                    told = str(error)
                    refused = "permission denied" in told or "append-only" in told
                    assert refused or (own and isinstance(error, psycopg.IntegrityError)), (role, verb, error)
                    continue
                affected = cursor.fetchone()[0] if verb.startswith("SELECT") else cursor.rowcount  # type: ignore[index]
                assert affected in (0, own), (role, verb)  # what every tenant starts with


@pytest.mark.parametrize("setting", [None, "", "0x1", "1; DROP TABLE x", "-1", "99999999999999", "abc"])
def test_without_a_tenant_every_table_raises(world: World, raw_as: RawAs, setting: str | None) -> None:
    superuser = raw_as("superuser", autocommit=True)
    app = raw_as("app", autocommit=True)
    if setting is not None:
        app.execute("SELECT set_config('app.tenant_id', %s, false)", [setting])
    filled = [
        t
        for (t,) in superuser.execute(ALL)
        if superuser.execute(f"SELECT EXISTS (SELECT FROM {t})").fetchone() == (True,)
    ]
    assert len(filled) > 12  # an empty table has nothing to hide, and its policy is not even asked
    for table in filled:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"no tenant|permission denied"):
            app.execute(f"SELECT count(*) FROM {table}")


def test_writing_for_another_tenant_is_refused(world: World, raw_as: RawAs) -> None:
    app = raw_as("app", autocommit=True)
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(world.tenant_id)])
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        app.execute(
            "INSERT INTO outbox_item (tenant_id, kind, unique_key, due_at, created_at) VALUES (%s, 'x', 'x', now(), now())",
            [world.tenant_id + 1],
        )


def test_a_scope_refuses_to_switch_and_leaves_nothing_behind(acme: Tenant, rival: Tenant) -> None:
    from django.db import connection

    with tenant(acme.id):
        with pytest.raises(TenantSwitchRefused), tenant(rival.id):
            pass
        assert Account.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.tenant_id', true)")
        assert cursor.fetchone()[0] in ("", None)


@pytest.mark.django_db(transaction=True)
def test_the_connection_forgets_the_tenant_after_the_scope(request: pytest.FixtureRequest) -> None:
    from django.db import ProgrammingError

    acme: Tenant = request.getfixturevalue("acme")
    with tenant(acme.id):
        open_account(code="1", name="One", kind="ASSET", asset="ETB", actor=SET_UP, at=acme.created_at)
    with pytest.raises(ProgrammingError, match="no tenant"):
        Account.objects.count()
