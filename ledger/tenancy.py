"""One scope for tenant rows. `tenant(tid)` opens the durable database transaction and names the tenant in it. Nothing else
in the product sets `app.tenant_id`, but for the functions that `one_call.py` calls. The setting is local to the transaction,
so a pooled connection cannot carry it over."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from django.db.models import Func, IntegerField
from django.db.transaction import atomic
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus

from ledger.errors import NoTenant, TenantSwitchRefused

_current: ContextVar[int | None] = ContextVar("tenant", default=None)


class CurrentTenant(Func):
    """`tenant()` as a column default: the database names the tenant of a new row."""

    function = "tenant"
    template = "%(function)s()"
    output_field = IntegerField()


def current_tenant() -> int:
    """The tenant id of the open scope. Raises NoTenant outside one."""
    tid = _current.get()
    if tid is None:
        raise NoTenant("no tenant scope is open")
    return tid


def scope_is_open() -> bool:
    """Whether a tenant scope is open here."""
    return _current.get() is not None


@contextmanager
def tenant(tid: int) -> Iterator[int]:
    """Open a tenant scope: one database transaction in which row policies see tenant `tid`.

    Nested scopes of the same tenant join the open one; another tenant inside an open scope is refused, because a
    deferred check would then run under the wrong tenant.
    """
    held = _current.get()
    if held is not None:
        if held != tid:
            raise TenantSwitchRefused(f"tenant {held} is in scope; a scope for {tid} needs a transaction of its own")
        yield tid
        return
    token = _current.set(tid)
    try:
        with atomic(durable=True):
            _begin_as(int(tid))
            yield tid
            # A test that wraps itself in a transaction keeps it open behind us: without this the setting would
            # outlive the scope. On an error the rollback to the savepoint takes the setting back by itself.
            if connection.savepoint_ids and not connection.needs_rollback:
                _name_tenant("")
    finally:
        _current.reset(token)


def _begin_as(tid: int) -> None:
    """Begin and name the tenant in one round trip; a transaction that a test holds open is only told the name."""
    raw = connection.connection
    if connection.savepoint_ids or raw.info.transaction_status != TransactionStatus.IDLE:
        _name_tenant(str(tid))
        return
    with connection.wrap_database_errors:
        result = raw.pgconn.exec_(f"BEGIN; SELECT set_config('app.tenant_id', '{tid:d}', true)".encode())
        if result.status != ExecStatus.TUPLES_OK:
            raise error_from_result(result)


def _name_tenant(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [value])
