"""bench matching: reconcile n × n rows of one account (matches, legs, shifts, cases, contributions and checks stored) against
the same rows written into the same tables, indexes and triggers by hand-written INSERT … SELECT."""

import time
from datetime import timedelta
from typing import Any

import psycopg
from django.db import connection

from benchmarks.database import bench_database
from benchmarks.matching_rows import FIRST, Books, fill, open_books
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.drift.reconcile_account import reconcile_account

JOB = Actor("job", "reconcile", frozenset({"job"}))
WRITTEN = (
    "match",
    "match_leg",
    "counted_shift",
    "exception_case",
    "case_row",
    "case_event",
    "match_run",
    "drift_check",
    "drift_contribution",
)
ORDER = {
    "match_leg": "side, row_id, leg",
    "counted_shift": "transaction_id, leg, part",
    "case_row": "side, row_id, leg, day",
    "drift_contribution": "check_id, position",
}
DAYS = 20


def run(rows: int, rounds: int = 3) -> dict[str, Any]:
    """Alternate product and floor `rounds` times; the medians make the ratio."""
    with bench_database() as admin:
        books = open_books("bench", DAYS)
        fill(books, admin, n=rows, days=DAYS)
        seconds, floors, found = [], [], {}
        for _ in range(rounds):
            seconds.append(reconcile(books))
            found = outcome(books)
            floors.append(write_floor(books, admin))
            empty(admin)
    product, floor = sorted(seconds)[rounds // 2], sorted(floors)[rounds // 2]
    return {
        "name": "matching",
        "rows": rows,
        "seconds": round(product, 3),
        "rows_per_second": int(2 * rows / product),
        "floor_seconds": round(floor, 3),
        "ratio_to_floor": round(product / floor, 3),
        "all_seconds": [round(s, 3) for s in seconds],
        "all_floor_seconds": [round(s, 3) for s in floors],
        **found,
    }


def reconcile(books: Books, first: Any = FIRST, days: int = DAYS + 1) -> float:
    """Reconcile the days and return the seconds, commit included."""
    started = time.perf_counter()
    with tenant(books.tenant_id):
        reconcile_account(books.account, first, first + timedelta(days=days), actor=JOB, at=books.at)
    return time.perf_counter() - started


def outcome(books: Books) -> dict[str, int]:
    """What the run stored, so that a fast run that did nothing cannot pass."""
    with tenant(books.tenant_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM match), (SELECT count(*) FROM match_leg), (SELECT count(*) FROM exception_case), "
            "(SELECT sum(abs(unexplained)) FROM drift_check)"
        )
        matches, legs, cases, unexplained = cursor.fetchone()
    return {"matches": matches, "legs": legs, "cases": cases, "unexplained": int(unexplained)}


def write_floor(books: Books, admin: psycopg.Connection[Any]) -> float:
    """Write the run's rows again by hand, in one transaction, as the app role under row policies and triggers."""
    for table in WRITTEN:
        admin.execute(f"DROP TABLE IF EXISTS floor_{table}")
        admin.execute(f"CREATE UNLOGGED TABLE floor_{table} AS SELECT * FROM {table}")
        admin.execute(f"GRANT SELECT ON floor_{table} TO plumbline_app")
    empty(admin)
    columns = {
        t: ", ".join(
            c
            for (c,) in admin.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                [t],
            )
        )
        for t in WRITTEN
    }
    started = time.perf_counter()
    with tenant(books.tenant_id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        for table in WRITTEN:
            names, order = columns[table], ORDER.get(table, "id")
            overriding = "OVERRIDING SYSTEM VALUE" if "id" in names.split(", ") else ""
            cursor.execute(
                f"INSERT INTO {table} ({names}) {overriding} SELECT {names} FROM floor_{table} ORDER BY {order}"
            )
    return time.perf_counter() - started


def empty(admin: psycopg.Connection[Any]) -> None:
    """Take the run's rows away again, as only a superuser can."""
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute(f"TRUNCATE {', '.join(WRITTEN)}, match_leg_retired CASCADE")
    admin.execute("VACUUM ANALYZE")
    admin.execute("CHECKPOINT")
