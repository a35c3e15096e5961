"""Rows for the matching benchmarks, made in SQL: n postings and n lines on one account, one in 200 planted."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.bank.models import BankAccount
from reconciliation.bank.open_bank_account import CalendarInput, open_bank_account
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.people.set_up_tenant import set_up_tenant
from reconciliation.postings.open_account import open_account

SET_UP = Actor("operator", "benchmark", frozenset({"policy_admin"}))
FIRST = date(2026, 1, 5)

# Of 400 payments: 1 entry without a line, 1 amount apart, 80 whose line comes the next day; lines shuffled within a day.
POSTINGS = """
WITH header AS (
    INSERT INTO ledger_transaction (tenant_id, status, use_case, payment_id, partner_reference, effective_on, recorded_at, posted_at,
           decision_id, idempotency_key, fingerprint, metadata)
    SELECT %(tenant)s, 'POSTED', 'ewa', 'pay' || i, 'DSH-EWA-' || i, %(first)s::date + ((i - %(from)s) * %(days)s / %(n)s)::int, %(at)s, %(at)s,
           1, 'bench ' || i, '\\x00', '{}'
      FROM generate_series(%(from)s::bigint, %(from)s::bigint + %(n)s - 1) AS i
    RETURNING id, substr(idempotency_key, 7)::bigint AS i
)
INSERT INTO ledger_entry (tenant_id, transaction_id, leg, account_id, direction, amount_minor)
SELECT %(tenant)s, id, l.leg, l.account, l.direction, 1000 + (i * 7919) %% 90000
  FROM header CROSS JOIN (VALUES (1, %(debit)s::bigint, 'DEBIT'), (2, %(credit)s::bigint, 'CREDIT')) AS l(leg, account, direction)
 ORDER BY id, l.leg
"""
LINES = """
INSERT INTO bank_line (tenant_id, bank_account_id, statement_id, number, reference, batch_reference, amount_minor, value_on, booked_on,
       counts, status, code, kind, charge_minor, bank_id, narrative, counterparty, raw, identity, occurrence, imported_at)
SELECT %(tenant)s, %(bank)s, %(statement)s, i - %(from)s + 1, 'DSH-EWA-' || i, '', -(1000 + (i * 7919) %% 90000) - (i %% 400 = 50)::int,
       d.day, d.day, true, 'BOOK', 'PMNT/ICDT/DMCT', '', NULL, '', 'EWA PAYOUT ' || i, '', '{}',
       md5(i::text || %(from)s)::uuid, 1, %(at)s
  FROM generate_series(%(from)s::bigint, %(from)s::bigint + %(n)s - 1) AS i
 CROSS JOIN LATERAL (SELECT %(first)s::date + ((i - %(from)s) * %(days)s / %(n)s)::int + (i %% 5 = 3 AND %(days)s > 1)::int AS day) d
 WHERE i %% 400 <> 75
 ORDER BY d.day, md5(i::text)
"""
STATEMENT = """
INSERT INTO bank_statement (tenant_id, bank_account_id, import_id, statement_ref, sequence, from_on, until_on, opening_minor,
       closing_minor, line_count, in_force, findings, imported_at)
SELECT %(tenant)s, %(bank)s, %(import)s, 'bench', '', %(first)s, %(first)s::date + %(days)s + 3, 0, 0, %(n)s, true, '[]', %(at)s
RETURNING id
"""
IMPORT = """
INSERT INTO bank_import (tenant_id, bank_account_id, file_name, size_bytes, sha256, format, received_at, received_by, state, ended_at)
SELECT %(tenant)s, %(bank)s, 'bench', 1, sha256(random()::text::bytea), 'csv', %(at)s, 'bench', 'imported', %(at)s RETURNING id
"""


@dataclass
class Books:
    """A tenant ready to be filled: one payout-clearing account reconciled with one bank account."""

    tenant_id: int
    account: BankAccount
    debit: int
    at: datetime


def open_books(slug: str, days: int) -> Books:
    """Set up the tenant, its accounts and its calendar, through the product's own use cases."""
    at = datetime.combine(FIRST, datetime.min.time(), UTC) + timedelta(days=days + 40)
    tid = set_up_tenant(slug=slug, name=slug, at=at).id
    with tenant(tid):
        clearing = open_account(code="clr", name="Clearing", kind="LIABILITY", asset="ETB", actor=SET_UP, at=at)
        advances = open_account(code="emp", name="Advances", kind="ASSET", asset="ETB", actor=SET_UP, at=at)
        set_matcher(actor=SET_UP, at=at - timedelta(days=1))
        account = open_bank_account(
            code="clr",
            name="Clearing",
            partner="Example Bank",
            number="0001",
            ledger_account=clearing,
            opened_on=FIRST,
            calendar=CalendarInput(),
            actor=SET_UP,
            at=at,
        )
    return Books(tid, account, advances.id, at)


def fill(
    books: Books, admin: psycopg.Connection[Any], *, n: int, days: int, start: int = 1, first: date = FIRST
) -> None:
    """Write n postings and their lines over `days` days from `first`, numbered from `start`. Not measured: triggers are off."""
    values = {
        "tenant": books.tenant_id,
        "bank": books.account.id,
        "debit": books.debit,
        "n": n,
        "days": days,
        "from": start,
        "credit": books.account.ledger_account_id,
        "first": first,
        "at": books.at - timedelta(hours=1),
    }
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute(POSTINGS, values)
        values["import"] = admin.execute(IMPORT, values).fetchone()[0]  # type: ignore[index]
        values["statement"] = admin.execute(STATEMENT, values).fetchone()[0]  # type: ignore[index]
        admin.execute(LINES, values)
    admin.execute("VACUUM ANALYZE")
    admin.execute("CHECKPOINT")
