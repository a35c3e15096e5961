"""One scope for tenant rows. `tenant(tid)` opens the durable database transaction and names the tenant in it; nothing
else in the product sets `app.tenant_id`. The setting is local to the transaction, so a pooled connection cannot carry it over."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from django.db.models import Func, IntegerField
from django.db.transaction import atomic

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
            _name_tenant(str(int(tid)))
            yield tid
            # A test that wraps itself in a transaction keeps it open behind us: without this the setting would
            # outlive the scope. On an error the rollback to the savepoint takes the setting back by itself.
            if connection.savepoint_ids and not connection.needs_rollback:
                _name_tenant("")
    finally:
        _current.reset(token)


def _name_tenant(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [value])
