"""Rows for bench backtest, made in SQL: recorded decisions, each with its posting, its provider's payment, one in 500 with a case."""

import json
from typing import Any

import psycopg

from benchmarks.matching_rows import Books
from reconciliation.checkpoints.documents import SCHEMA, digest_of

RULES, EACH, DAYS = 200, 20, 90
SET_UP_FIRST = 1000  # ids below are those of setting up
USE_CASES = tuple(f"payout_{n}" for n in range(20))
DECISIONS = """
INSERT INTO checkpoint_decision (tenant_id, id, at, policy, policy_version, move, inputs, outcome, rule, reason, quorum, subject_count, subjects_sha256)
OVERRIDING SYSTEM VALUE
SELECT %(tenant)s, i, %(at)s - (i %% %(span)s) * interval '1 second', 'Postings', 1, 'posting.post',
       jsonb_build_object('by', 'core', 'door', 'api', 'role', '["integration"]'::jsonb, 'use_case', 'payout_' || i %% 20,
                          'account', '["clr", "emp"]'::jsonb), 'automatic', '1', 'A posting by the system that owns its use case.', 0, 1, '\\x00'
  FROM generate_series(%(first)s::bigint, %(until)s::bigint) i
"""
POSTINGS = """
INSERT INTO ledger_transaction (tenant_id, id, status, use_case, payment_id, partner_reference, effective_on, recorded_at, posted_at,
       decision_id, idempotency_key, fingerprint) OVERRIDING SYSTEM VALUE
SELECT %(tenant)s, d.id, 'POSTED', d.inputs->>'use_case', 'pay-' || d.id, 'PR-' || d.id, d.at::date, d.at, d.at, d.id, 'bench ' || d.id, '\\x00'
  FROM checkpoint_decision d WHERE d.tenant_id = %(tenant)s AND d.id BETWEEN %(first)s AND %(until)s
"""
ENTRIES = """
INSERT INTO ledger_entry (tenant_id, transaction_id, leg, account_id, direction, amount_minor)
SELECT %(tenant)s, i, l.leg, l.account, l.direction, 1000 + (i * 7919) %% 9000000 FROM generate_series(%(first)s::bigint, %(until)s::bigint) i
 CROSS JOIN (VALUES (1, %(debit)s::bigint, 'DEBIT'), (2, %(credit)s::bigint, 'CREDIT')) AS l(leg, account, direction)
"""
PAYMENTS = """
INSERT INTO provider_payment (tenant_id, endpoint_id, payment_ref, payment_id, status, asset, detected_at, confirmed_at, first_event_at, last_event_at,
       changed_at)
SELECT %(tenant)s, 1, 'inv-' || t.id, t.payment_id, 'confirmed', 'ETB', t.posted_at - interval '9 minutes',
       t.posted_at + CASE WHEN t.id %% 100 = 0 THEN interval '5 minutes' ELSE -interval '5 minutes' END, t.posted_at - interval '10 minutes',
       t.posted_at, t.posted_at
  FROM ledger_transaction t WHERE t.tenant_id = %(tenant)s AND t.id BETWEEN %(first)s AND %(until)s
"""
CASES = """
INSERT INTO exception_case (tenant_id, number, plane_pair, day, exception_class, kind, title, contribution_minor, currency, payment_id, severity, state,
       due_at, opened_at, opened_run_id, seen_run_id, evidence, decision_id)
SELECT %(tenant)s, t.id, 'provider-ledger', t.effective_on, 'illegal_transition', 'posted_early', 'posted early', 0, 'ETB', t.payment_id, 2, 'open',
       %(at)s, t.posted_at, 1, 1, '{}', 1
  FROM ledger_transaction t WHERE t.tenant_id = %(tenant)s AND t.id BETWEEN %(first)s AND %(until)s AND t.id %% 500 = 0
"""
POLICY = """
WITH one AS (INSERT INTO checkpoint_policy (tenant_id, key, created_at, created_by) VALUES (%(tenant)s, %(key)s, %(at)s, 'bench') RETURNING id)
INSERT INTO checkpoint_version (tenant_id, policy_id, number, state, document, document_sha256, made_by_label, made_at, edited_at, active_from)
SELECT %(tenant)s, id, 1, 'active', %(document)s::jsonb, %(digest)s, 'bench', %(at)s, %(at)s, %(at)s FROM one
"""


def rules() -> list[dict[str, Any]]:
    """200 clauses about postings, of which none fits an ordinary one: the worst case of the order."""
    made: list[dict[str, Any]] = []
    for n in range(RULES // EACH):
        clauses = [{
            "moves": ["posting.post"], "when": {"use_case": [f"other_{n}_{m}"], "account": ["clr"], "door": ["api"]},
            "amounts": {"ETB": {"from": str(1000 * (m + 1))}}, "outcome": "forbidden", "reason": "Not by this use case.",
        } for m in range(EACH)]  # fmt: skip
        made.append({
            "schema": SCHEMA, "key": f"bench-{n}", "title": f"Bench {n}", "owner": "bench", "precedence": 100 + n, "clauses": clauses,
        })  # fmt: skip
    return made


def draft() -> dict[str, Any]:
    """Bands of amounts and states at the provider: everything that a group can be told apart by."""
    people = {"roles": ["controller"], "quorum": 1, "bands": {"ETB": [{"from": "8000000", "quorum": 2}]}}
    return {
        "schema": SCHEMA, "key": "draft", "title": "Draft", "owner": "bench", "precedence": 50,
        "clauses": [
            {"moves": ["posting.post"], "when": {"provider_state": ["pending", "paid", "expired", "failed"]}, "outcome": "forbidden",
             "reason": "Posting before Confirmed is forbidden."},
            {"moves": ["posting.post"], "when": {"use_case": list(USE_CASES[:5])}, "amounts": {"ETB": {"from": "5000000"}},
             "outcome": "approval", "approval": people, "reason": "Large payouts are approved."},
        ],
    }  # fmt: skip


def fill(books: Books, admin: psycopg.Connection[Any], rows: int) -> None:
    """Not measured: triggers are off."""
    values = {
        "tenant": books.tenant_id, "at": books.at, "span": DAYS * 86_400, "debit": books.debit, "credit": books.account.ledger_account_id,
    }  # fmt: skip
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        for document in rules():
            admin.execute(
                POLICY,
                values | {"key": document["key"], "document": json.dumps(document), "digest": digest_of(document)},
            )
        for first in range(SET_UP_FIRST, SET_UP_FIRST + rows, 250_000):
            part = values | {"first": first, "until": min(first + 249_999, SET_UP_FIRST + rows - 1)}
            for step in (DECISIONS, POSTINGS, ENTRIES, PAYMENTS, CASES):
                admin.execute(step, part)
    admin.execute("VACUUM ANALYZE")
    admin.execute("CHECKPOINT")
