"""The tries of all deliveries, oldest first."""

from typing import NamedTuple

from django.db import connection

from ledger.tenancy import tenant
from tests.reconciliation.oversight.escalation.watch import Watch


class Tried(NamedTuple):
    number: int
    ok: bool
    error: str


def tries(watch: Watch) -> list[Tried]:
    with tenant(watch.tenant_id), connection.cursor() as cursor:
        cursor.execute("SELECT number, ok, error FROM escalation_try ORDER BY at, delivery_id, number")
        return [Tried(*row) for row in cursor.fetchall()]
