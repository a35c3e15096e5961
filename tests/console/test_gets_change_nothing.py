"""Looking has no effect: whoever opens whatever page, every row of every table stays as it was."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import time_machine
from psycopg import sql

from ledger.models import Tenant
from reconciliation.people.models import User
from tests.console.routes import PAGES, ROLES, WHEN, prepared
from tests.console.working import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'django_session' ORDER BY 1
"""
# Sessions are left out: the framework may prolong one. Everything else counts, down to the last field.
ROWS = "SELECT {name}::text, count(*), coalesce(md5(string_agg(x::text, chr(10) ORDER BY x::text)), '') FROM {table} x"
State = dict[str, tuple[int, str]]


def state(admin: psycopg.Connection[Any]) -> State:
    """Rows and a digest of each table, seen past every policy."""
    tables = [row[0] for row in admin.execute(TABLES).fetchall()]
    asks = [sql.SQL(ROWS).format(name=sql.Literal(name), table=sql.Identifier(name)) for name in tables]
    found = admin.execute(sql.SQL(" UNION ALL ").join(asks)).fetchall()
    return {name: (count, digest) for name, count, digest in found}


def test_no_row_changes(
    acme: Tenant, user_of: Callable[..., User], raw_as: Callable[..., psycopg.Connection[Any]]
) -> None:
    admin = raw_as("superuser", autocommit=True)
    with time_machine.travel(WHEN):
        words = prepared(acme.id, user_of)
        readers = {role: signed_in(user_of(f"The {role} reads", role)) for role in ROLES}
        before = state(admin)
        assert before["exception_case"][0] and before["approval_request"][0], "an empty house proves nothing"
        for name, page in PAGES.items():
            for client in readers.values():
                client.get(page.address.format(**words))
                client.get(page.address.format(**words), headers={"HX-Request": "true", "HX-Target": "rows"})
            after = state(admin)
            changed = {table for table in after if after[table] != before[table]}
            assert not changed, f"{name} changed {changed}"
