"""What the benchmarks of pages share: two databases, a small and a large one, each with a person signed in, asked in turn."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.database import NAME, bench_database, point_at
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.people.add_person import add_person
from reconciliation.people.set_up_tenant import set_up_tenant

SET_UP = Actor("operator", "benchmark", frozenset({"policy_admin"}))
BETWEEN = """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
 WHERE indrelid = %s::regclass AND NOT indisprimary AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"""


@dataclass
class Reader:
    """A person signed in to one of the databases."""

    name: str
    admin: psycopg.Connection[Any]
    tenant_id: int
    client: Client


@contextmanager
def two_readers(role: str) -> Iterator[tuple[Reader, Reader]]:
    """A reader of the small and one of the large database, both still empty."""
    with bench_database() as small_admin:
        small = _reader(NAME, small_admin, role)
        with bench_database(f"{NAME}_large") as large_admin:
            yield small, _reader(f"{NAME}_large", large_admin, role)


def _reader(name: str, admin: psycopg.Connection[Any], role: str) -> Reader:
    at = datetime.now(UTC)
    made = set_up_tenant(slug="bench", name="Bench", at=at)
    with tenant(made.id):
        user = add_person(
            name="Reader",
            email="reader@example.test",
            roles=[role],
            password="correct-horse-battery",
            actor=SET_UP,
            at=at,
        )
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return Reader(name, admin, made.id, client)


@contextmanager
def bulk(admin: psycopg.Connection[Any], tables: Sequence[str]) -> Iterator[None]:
    """Triggers and secondary indexes of the tables are off while they are filled, and stand again afterwards."""
    left = [index for table in tables for index in admin.execute(BETWEEN, [table]).fetchall()]
    for name, _ in left:
        admin.execute(f"DROP INDEX {name}")
    admin.execute("SET session_replication_role = replica")
    yield
    admin.execute("RESET session_replication_role")
    for _, definition in left:
        admin.execute(definition)
    for table in tables:
        admin.execute(f"VACUUM ANALYZE {table}")
    admin.execute("CHECKPOINT")


def in_turn(
    readers: tuple[Reader, Reader],
    addresses: tuple[Callable[[int], str], Callable[[int], str]],
    *,
    rounds: int,
    each: int,
) -> tuple[list[float], list[float], int]:
    """Seconds of every page, small and large in turn, the first round left out, and the most queries that one asked."""
    took: tuple[list[float], list[float]] = ([], [])
    most = 0
    for number in range(rounds + 1):
        for which, reader in enumerate(readers):
            point_at(reader.name)
            for n in range(each):
                seconds = _page(reader.client, addresses[which](number * each + n))
                if number:
                    took[which].append(seconds)
            with CaptureQueriesContext(connection) as asked:
                _page(reader.client, addresses[which](number))
            most = max(
                most, sum(not query["sql"].startswith(("BEGIN", "COMMIT", "SELECT set_config")) for query in asked)
            )
    return *took, most


def _page(client: Client, address: str) -> float:
    started = time.perf_counter()
    reply = client.get(address, follow=True)  # one hit opens: both answers count
    seconds = time.perf_counter() - started
    if reply.status_code != 200:
        raise RuntimeError(f"{address} answered {reply.status_code}")
    return seconds


def share(took: Sequence[float], part: float) -> float:
    """The value below which this part of them lies."""
    return sorted(took)[min(int(len(took) * part), len(took) - 1)]
