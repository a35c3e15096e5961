"""A whole tenant scope in one round trip: a SQL function names the tenant, does its work, and the statement's own
transaction commits it. For hot paths that write one thing; everything else opens `tenant()`.

The statement is prepared once a connection and sent through psycopg's libpq layer: a cursor would cost about a tenth of a
posting's time. The result is text, which the caller reads."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection, connections
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

from ledger.errors import TenantSwitchRefused
from ledger.tenancy import scope_is_open, tenant

_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def call_alone(tid: int, function: str, params: Sequence[str | None]) -> str:
    """Run `SELECT function(tenant, *params)` and answer its one value as text; committed on return.

    Raises TenantSwitchRefused inside an open scope (there is a transaction already: use `call_within`), and what the
    function refuses; then nothing of it is stored.
    """
    if scope_is_open():
        raise TenantSwitchRefused(f"a scope is open; tenant {tid} cannot have one of its own inside it")
    if connection.in_atomic_block:
        # A test holds its own transaction open around us: the tenant is named for this call only.
        with tenant(tid):
            return call_within(function, params)
    return _call(function, [str(int(tid)), *params])


def call_within(function: str, params: Sequence[str | None]) -> str:
    """The same inside the open scope, whose transaction it joins."""
    return _call(function, [None, *params])


@contextmanager
def bound_cursor() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor in the open scope that sends its parameters beside the statement. Django's writes them into its text, and a
    large document would be quoted here and read again there."""
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor


def _call(function: str, params: Sequence[str | None]) -> str:
    own = connections["default"]
    own.close_if_health_check_failed()
    own.ensure_connection()
    raw = own.connection
    known = _prepared.setdefault(raw, set())
    with own.wrap_database_errors:
        if function not in known:
            places = ", ".join(f"${n}" for n in range(1, len(params) + 1))
            _checked(raw.pgconn.prepare(f"call_{function}".encode(), f"SELECT {function}({places})".encode()))
            known.add(function)
        sent = [None if p is None else p.encode() for p in params]
        result = _checked(raw.pgconn.exec_prepared(f"call_{function}".encode(), sent))
    return (result.get_value(0, 0) or b"").decode()


def _checked(result: Any) -> Any:
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        error = error_from_result(result)
        if error.sqlstate is None:  # the server did not say it: the connection is gone
            raise psycopg.OperationalError(str(error))
        raise error
    return result
