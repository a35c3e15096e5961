"""The check of a day that stands is the latest one; the database keeps it, and nobody else may."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.drift.models import DriftCheck
from reconciliation.drift.standing import standings
from tests.console.working import TODAY, fill
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)

RawAs = Callable[..., psycopg.Connection[Any]]
LATEST = """SELECT DISTINCT ON (bank_account_id, day) bank_account_id, day, id, verdict FROM drift_check
             WHERE tenant_id = %s ORDER BY bank_account_id, day, id DESC"""


@pytest.fixture
def books(acme: Tenant) -> World:
    world = World(acme.id)
    fill(world)
    return world


def test_the_latest_check_of_every_day_stands(books: World, raw_as: RawAs) -> None:
    for _ in range(2):
        books.reconcile("clr", date(2026, 3, 10), TODAY)
    books.reconcile("clr", date(2026, 3, 9), TODAY)
    database = raw_as("superuser", autocommit=True)
    latest = database.execute(LATEST, [books.tenant_id]).fetchall()
    stands = database.execute(
        "SELECT bank_account_id, day, check_id, verdict FROM drift_standing WHERE tenant_id = %s ORDER BY 1, 2",
        [books.tenant_id],
    ).fetchall()
    assert len(latest) == 3
    assert stands == latest


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE drift_standing SET verdict = 'CLEAN'",
        "DELETE FROM drift_standing",
        "INSERT INTO drift_standing (bank_account_id, day, check_id, verdict) VALUES (1, '2026-03-11', 1, 'CLEAN')",
    ],
)
def test_the_app_cannot_say_what_stands(books: World, raw_as: RawAs, attack: str) -> None:
    with raw_as("app") as database, database.transaction(force_rollback=True):
        database.execute("SELECT set_config('app.tenant_id', %s, true)", [str(books.tenant_id)])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(attack)


def test_open_days_add_up_to_the_latest_checks(books: World) -> None:
    with tenant(books.tenant_id):
        found = {s.code: s for s in standings(at=datetime(2026, 3, 12, 7, tzinfo=UTC))}
        check = DriftCheck.objects.get(bank_account__code="clr")
    assert found["clr"].drift == check.drift == -48200
    assert found["clr"].gross == check.gross
    assert (found["clr"].verdict, found["cash"].verdict, found["usd"].verdict) == ("DRIFTED", "CLEAN", "UNKNOWN")
    assert (found["cash"].drift, found["usd"].drift) == (0, None)
