"""bench verify: the audit chain and the book, verified from COPY, against SHA-256 of the same bytes row by row in the same process.

Two tenants: one whose trail alone has the rows, and one with as many rows of a book and its trail (a posting is a header, two
entries and an audit row)."""

import time
from hashlib import sha256
from typing import Any

import psycopg
from django.db import connection

from benchmarks.database import bench_database
from benchmarks.matching_rows import Books, open_books
from ledger import audit
from ledger.tenancy import tenant
from ledger.verify import ROWS, Verdict, verify
from ledger.verify_book import TRANSACTIONS
from ledger.verify_lines import unescaped

BLOCKS, ROUNDS = 100, 3
TRAIL = """
INSERT INTO audit_entry (tenant_id, at, actor_kind, actor, role, action, subject, why, policy_version, detail)
SELECT %(tenant)s, now(), 'person', 'anna@example.test', 'analyst', 'case.noted', 'C-' || n, 'asked the desk about it', 'Matching v1',
       jsonb_build_object('note', 'n' || n, 'amount_minor', n::text) FROM generate_series(1, %(n)s) n
"""
BOOK = """
WITH t AS (
    INSERT INTO ledger_transaction (tenant_id, status, use_case, payment_id, partner_reference, effective_on, recorded_at, posted_at,
           decision_id, idempotency_key, fingerprint, metadata)
    SELECT %(tenant)s, 'POSTED', 'ewa_disbursement', 'pay_' || k, 'DSH-EWA-' || k, '2026-01-06', now(), now(), 1, 'bench ' || k,
           sha256(k::text::bytea), jsonb_build_object('ewa_id', 'ewa-' || k)
      FROM generate_series(%(first)s::int, %(first)s::int + %(n)s::int - 1) k RETURNING *
), e AS (
    INSERT INTO ledger_entry (tenant_id, transaction_id, leg, account_id, direction, amount_minor)
    SELECT t.tenant_id, t.id, l.leg, l.account, l.direction, 1000 + t.id %% 900
      FROM t CROSS JOIN (VALUES (1, %(debit)s::bigint, 'DEBIT'), (2, %(credit)s::bigint, 'CREDIT')) l(leg, account, direction)
)
INSERT INTO audit_entry (tenant_id, at, actor_kind, actor, role, action, subject, policy_version, content_sha256)
SELECT t.tenant_id, t.recorded_at, 'token', 'benchmark', 'integration', 'transaction.posted', t.public_id::text, 'Postings v1',
       sha256(transaction_canonical(t::ledger_transaction, false, %(debit)s || ' DEBIT ' || (1000 + t.id %% 900) || ',' || %(credit)s || ' CREDIT '
              || (1000 + t.id %% 900))) FROM t
"""


def run(rows: int) -> dict[str, Any]:
    """Medians of the rounds. `ratio` is the worse of the two, and `seconds` the longer."""
    with bench_database() as admin:
        trail, book = open_books("trail", 1), open_books("book", 1)
        _fill(admin, trail, book, rows)
        admin.execute("ANALYZE")
        told = {"chain": _measured(trail, "chain"), "book": _measured(book, "book")}
    worst = max(told, key=lambda name: told[name]["seconds"])
    return {
        "name": "verify", "rows": rows, "seconds": told[worst]["seconds"],
        "ratio": max(told[name]["ratio"] for name in told),
        **{f"{name}_{key}": value for name, found in told.items() for key, value in found.items()},
    }  # fmt: skip


def _fill(admin: psycopg.Connection[Any], trail: Books, book: Books, rows: int) -> None:
    debit, credit = (
        admin.execute(
            "SELECT id FROM ledger_account WHERE tenant_id = %s AND code = %s", [book.tenant_id, code]
        ).fetchone()[0]  # type: ignore[index]
        for code in ("emp", "clr")
    )
    each, postings = max(1, rows // BLOCKS), max(1, rows // BLOCKS // 4)
    for n in range(BLOCKS):
        with admin.transaction():
            admin.execute("SET LOCAL session_replication_role = replica")
            admin.execute(TRAIL, {"tenant": trail.tenant_id, "n": each})
            values = {"tenant": book.tenant_id, "first": n * postings, "n": postings, "debit": debit, "credit": credit}
            admin.execute(BOOK, values)
        for books in (trail, book):
            with tenant(books.tenant_id):
                audit.seal(books.at)


def _measured(books: Books, what: str) -> dict[str, Any]:
    where = connection.settings_dict
    given = {"host": where["HOST"], "port": where["PORT"], "user": where["USER"], "password": where["PASSWORD"]}
    taken, floors = [], []
    with psycopg.connect(dbname=where["NAME"], **{k: v for k, v in given.items() if v}) as own:
        lines = _bytes_of(own, books.tenant_id)
        own.commit()
        for _ in range(ROUNDS + 1):
            started = time.perf_counter()
            found = verify(own, books.tenant_id)
            taken.append(time.perf_counter() - started)
            _require(found)
            own.isolation_level = own.read_only = None
            started = time.perf_counter()
            for line in lines:
                sha256(line).digest()
            floors.append(time.perf_counter() - started)
    seconds, floor = (sorted(x[1:])[ROUNDS // 2] for x in (taken, floors))  # the first round warms up
    return {
        "seconds": round(seconds, 3), "sha256_seconds": round(floor, 3), "ratio": round(seconds / floor, 2),
        "audit_rows": found.rows, "blocks": found.blocks, "transactions": found.transactions,
    }  # fmt: skip


def _bytes_of(own: psycopg.Connection[Any], tenant_id: int) -> list[bytes]:
    """What is hashed: the canonical bytes of each audit row and each posting."""
    lines: list[bytes] = []
    own.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant_id)])
    for query in (ROWS.format(tenant=tenant_id, after=0, until=2**62), TRANSACTIONS.format(tenant=tenant_id)):
        with own.cursor() as cursor, cursor.copy(query) as copy:
            lines += [unescaped(bytes(data)) for data in copy]
    return lines


def _require(found: Verdict) -> None:
    if not found.ok:
        raise AssertionError(found.first_bad)
