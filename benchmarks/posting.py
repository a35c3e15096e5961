"""bench posting: one balanced transaction at a time through the product's door (decision, header, entries, audit row, one
database transaction each) against django-hordak's; and batches of 1,000 against the same rows inserted bare under RLS."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from benchmarks.database import NAME, admin_connection, bench_database
from benchmarks.matching_rows import Books, open_books
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.postings.one_round_trip import post_alone
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry

CORE = Actor("token", "benchmark", frozenset({"integration"}))
ROUNDS, BATCH = 9, 1000
BARE = ("ledger_transaction", "ledger_entry", "audit_entry", "checkpoint_decision")


def run(rows: int) -> dict[str, Any]:
    """Alternate product and peer, batch and floor; the medians of the rounds make the ratios. `rows`: single posts in all."""
    each = max(20, rows // ROUNDS)
    with bench_database() as admin, _hordak() as hordak:
        books = open_books("bench", 20)
        ours, theirs, batches, floors, number = [], [], [], [], 0
        for _ in range(ROUNDS + 1):
            number, seconds = _one_by_one(books, number, each)
            ours, theirs = [*ours, seconds], [*theirs, hordak(each)]
        _bare_tables(admin)
        for _ in range(ROUNDS + 1):
            number, batch = _batches(books, number, 5)
            batches, floors = [*batches, batch], [*floors, _bare(books, admin, 5)]
        stored = _count(books)
    middle = ROUNDS // 2
    # The first round of each pair warms up.
    one, peer, batch, floor = (sorted(x[1:])[middle] for x in (ours, theirs, batches, floors))
    return {
        "name": "posting",
        "rows": number,
        "seconds": round(one, 4),
        "rows_per_second": int(each / one),
        "hordak_seconds": round(peer, 4),
        "hordak_rows_per_second": int(each / peer),
        "ratio_to_hordak": round(peer / one, 2),
        "batch_rows_per_second": int(5 * BATCH / batch),
        "floor_seconds": round(floor, 4),
        "floor_rows_per_second": int(5 * BATCH / floor),
        "ratio_to_floor": round(batch / floor, 2),
        "batch_ratio_to_floor": round(floor / batch, 2),
        **stored,
    }


def _request(books: Books, number: int) -> PostingRequest:
    amount = 1000 + number % 900
    return PostingRequest(
        key=f"bench {number}", use_case="ewa_disbursement", effective_on=date(2026, 1, 6), payment_id=f"pay_{number}",
        entries=[RequestedEntry("emp", "DEBIT", amount), RequestedEntry("clr", "CREDIT", amount)],
        partner_reference=f"DSH-EWA-{number}", metadata={"ewa_id": f"ewa-{number}"},
    )  # fmt: skip


def _one_by_one(books: Books, number: int, count: int) -> tuple[int, float]:
    requests = [_request(books, number + n) for n in range(count)]
    started = time.perf_counter()
    for request in requests:
        post_alone(books.tenant_id, request, actor=CORE, at=books.at)
    return number + count, time.perf_counter() - started


def _batches(books: Books, number: int, count: int) -> tuple[int, float]:
    batches = [[_request(books, number + b * BATCH + n) for n in range(BATCH)] for b in range(count)]
    started = time.perf_counter()
    for batch in batches:
        with tenant(books.tenant_id):
            post_transactions(batch, actor=CORE, at=books.at, day_of=settlement_day)
    return number + count * BATCH, time.perf_counter() - started


def _bare_tables(admin: psycopg.Connection[Any]) -> None:
    """The shipped tables with their rows so far, columns and indexes under the same row policy, without triggers and foreign
    keys."""
    for table in BARE:
        admin.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
        admin.execute(f"ALTER TABLE bare_{table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        names = ", ".join(name for name, _ in _columns(admin, table))
        admin.execute(f"INSERT INTO bare_{table} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM {table}")
        policy = "(tenant_id = (SELECT tenant()))"
        admin.execute(f"CREATE POLICY tenant_only ON bare_{table} USING {policy} WITH CHECK {policy}")
        admin.execute(f"GRANT SELECT, INSERT ON bare_{table} TO plumbline_app")


def _bare(books: Books, admin: psycopg.Connection[Any], count: int) -> float:
    """The rows of the last `count` batches, sent again by hand: one transaction for each batch, one INSERT a table, the rows
    as one array a column, which is the quickest way that the driver has for rows under a row policy."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    last = admin.execute("SELECT max(id) FROM ledger_transaction").fetchone()[0]  # type: ignore[index]
    seconds = 0.0
    for batch in range(count):
        first, until = last - (count - batch) * BATCH, last - (count - batch - 1) * BATCH
        of = f"SELECT %s FROM ledger_transaction WHERE id > {first} AND id <= {until}"
        rows = {
            "ledger_transaction": f"id IN ({of % 'id'})",
            "ledger_entry": f"transaction_id IN ({of % 'id'})",
            "audit_entry": f"subject IN ({of % 'public_id::text'})",
            "checkpoint_decision": f"id IN ({of % 'decision_id'})",
        }
        sent = [_sent(admin, table, rows[table]) for table in BARE]
        started = time.perf_counter()
        with tenant(books.tenant_id), psycopg.Cursor(connection.connection) as raw:
            for statement, columns in sent:
                raw.execute(statement, columns, prepare=True)
        seconds += time.perf_counter() - started
    return seconds


def _sent(admin: psycopg.Connection[Any], table: str, which: str) -> tuple[str, list[list[str | None]]]:
    """The INSERT of a table's rows and its parameters: the columns, each a list of its rows' texts."""
    names = _columns(admin, table)
    as_text = ", ".join(f"{name}::text" for name, _ in names)
    rows = admin.execute(f"SELECT {as_text} FROM {table} WHERE {which} ORDER BY {names[1][0]}").fetchall()
    arrays = ", ".join(f"%s::{kind}[]" for _, kind in names)
    into = ", ".join(name for name, _ in names)
    statement = f"INSERT INTO bare_{table} ({into}) OVERRIDING SYSTEM VALUE SELECT * FROM unnest({arrays})"
    return statement, [list(column) for column in zip(*rows, strict=True)]


def _columns(admin: psycopg.Connection[Any], table: str) -> list[tuple[str, str]]:
    """Names and types of what a writer states."""
    return admin.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
        "AND NOT attisdropped AND attgenerated = '' AND attname NOT IN ('xid', 'created_xid') ORDER BY attnum",
        [table],
    ).fetchall()


def _count(books: Books) -> dict[str, int]:
    with tenant(books.tenant_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM ledger_transaction), (SELECT count(*) FROM audit_entry WHERE action LIKE 'transaction.%%')"
        )
        transactions, audited = cursor.fetchone()
    return {"transactions": transactions, "audit_rows": audited}


@contextmanager
def _hordak() -> Iterator[Any]:
    name = f"{NAME}_hordak"
    with admin_connection("postgres") as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
        owner = settings.DATABASES["owner"]
        peer = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("hordak_peer.py")), owner["HOST"], owner["USER"], name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert peer.stdin and peer.stdout and peer.stdout.readline().strip() == "ready"

        def ask(count: int) -> float:
            peer.stdin.write(f"{count}\n")
            peer.stdin.flush()
            return float(peer.stdout.readline())

        try:
            yield ask
        finally:
            peer.stdin.close()
            peer.wait(30)
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
