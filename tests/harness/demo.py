"""The demo, loaded once a session: every journey on it works on a copy of its own, gone when the journey ends."""

import fcntl
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from console import gate_badge
from console.demo.load import load
from console.demo.rows import Plan
from console.demo.tenant import make_people
from tests.harness.database import connected_to, copy_database, drop_database
from tests.harness.servers import TEMPLATE

LOADED = "demo_loaded"
# What a process remembers of tenants by number must not meet one of another test's database.
FIRST_TENANT = 1_000_000


@pytest.fixture
def demo(transactional_db: None, server: dict[str, str], worker_id: str) -> Iterator[tuple[int, Plan]]:
    """(tenant's id, what was planted) of a copy of the demo; Django's connections are on it while the test runs."""
    found = _loaded(server)
    copy = f"demo_{worker_id}"
    copy_database(server, LOADED, copy)
    gate_badge.forget()
    with connected_to(copy):
        yield found
    gate_badge.forget()
    drop_database(server, copy)


def _loaded(server: dict[str, str]) -> tuple[int, Plan]:
    """The first worker that asks loads it; the others wait for that."""
    folder = Path(server["host"])
    told = folder / "demo.pickle"
    with (folder / "demo.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            copy_database(server, TEMPLATE, LOADED)
            with psycopg.connect(**server, dbname=LOADED, autocommit=True) as admin:
                admin.execute("SELECT setval(pg_get_serial_sequence('ledger_tenant', 'id'), %s)", [FIRST_TENANT])
            with connected_to(LOADED):
                now = datetime.now(UTC)
                tenant_id = make_people(now - timedelta(days=45))
                today = (now - timedelta(hours=8)).date()
                plan = load(tenant_id, seed=1, today=today, now=now, scale=1, progress=lambda *_: None)
            with psycopg.connect(**server, dbname=LOADED, autocommit=True) as admin:
                admin.execute("VACUUM ANALYZE")
            told.write_bytes(pickle.dumps((tenant_id, plan)))
    found: tuple[int, Plan] = pickle.loads(told.read_bytes())  # noqa: S301  this session's own file
    return found
