"""The book against its audit rows: what each posting's audit row vouches for, put together again from the rows as they
stand. Part of the verifier: shares no code with the book's writer."""

from collections import defaultdict
from hashlib import sha256
from typing import Any

import psycopg

from ledger.verify_lines import SEP, unescaped

# Format: transaction_canonical in ledger/sql/070_book.sql; the columns behind it are what cannot be told from the
# digest.
TRANSACTIONS = r"""
COPY (SELECT 'v1', t.tenant_id, t.id, t.public_id, t.use_case, coalesce(t.payment_id, ''),
             coalesce(t.partner_reference, ''), coalesce(t.batch_reference, ''),
             CASE WHEN m.id IS NULL AND t.status <> 'PENDING' THEN t.status || ' ' || t.effective_on ELSE 'PENDING' END,
             (extract(epoch FROM t.recorded_at) * 1000000)::bigint, coalesce(t.reverses_id, 0),
             coalesce(t.corrects_id, 0), t.decision_id, t.idempotency_key,
             t.metadata::text || CASE WHEN m.id IS NULL THEN coalesce(E'\x1f' || 'adjusts ' || t.adjusts_on, '') ELSE '' END,
             coalesce(e.legs, ''),
             (m.id IS NULL OR m.effective_on = t.effective_on AND m.adjusts_on IS NOT DISTINCT FROM t.adjusts_on)
             AND t.status || ' ' || coalesce(t.posted_at::text, '') =
                 CASE WHEN m.to_status = 'POSTED' THEN 'POSTED ' || m.at
                      WHEN m.to_status = 'FAILED' THEN 'FAILED '
                      WHEN t.status = 'PENDING' THEN 'PENDING '
                      ELSE 'POSTED ' || t.recorded_at END,
             coalesce(encode(a.content_sha256, 'hex'), '')
        FROM ledger_transaction t
        LEFT JOIN (SELECT transaction_id,
                          string_agg(account_id || ' ' || direction || ' ' || amount_minor, ',' ORDER BY leg) AS legs
                     FROM ledger_entry WHERE tenant_id = {tenant} GROUP BY transaction_id) e
               ON e.transaction_id = t.id
        LEFT JOIN ledger_transaction_move m ON m.tenant_id = t.tenant_id AND m.transaction_id = t.id
        LEFT JOIN audit_entry a ON a.tenant_id = t.tenant_id AND a.subject = t.public_id::text
              AND a.content_sha256 IS NOT NULL
       WHERE t.tenant_id = {tenant} ORDER BY t.id)
  TO STDOUT (DELIMITER E'\x1f')
"""
WITHOUT_TRANSACTION = """
SELECT a.id, a.subject FROM audit_entry a
 WHERE a.tenant_id = %(tenant)s AND a.content_sha256 IS NOT NULL AND NOT EXISTS (
       SELECT FROM ledger_transaction t WHERE t.tenant_id = a.tenant_id AND t.public_id::text = a.subject)
 ORDER BY a.id LIMIT 1
"""
LONE_ENTRY = """
SELECT e.transaction_id, e.leg FROM ledger_entry e
 WHERE e.tenant_id = %(tenant)s AND NOT EXISTS (
       SELECT FROM ledger_transaction t WHERE t.tenant_id = e.tenant_id AND t.id = e.transaction_id)
 ORDER BY 1, 2 LIMIT 1
"""
UNTOLD_MOVE = """
SELECT t.public_id, m.to_status FROM ledger_transaction_move m
  JOIN ledger_transaction t ON t.tenant_id = m.tenant_id AND t.id = m.transaction_id
 WHERE m.tenant_id = %(tenant)s AND NOT EXISTS (
       SELECT FROM audit_entry a WHERE a.tenant_id = m.tenant_id AND a.subject = t.public_id::text AND a.at = m.at
          AND a.action = CASE m.to_status WHEN 'POSTED' THEN 'transaction.confirmed' ELSE 'transaction.failed' END
          AND a.detail = jsonb_strip_nulls(jsonb_build_object('to', m.to_status, 'effective_on', m.effective_on,
              'adjusts_on', m.adjusts_on, 'decision', m.decision_id)))
 ORDER BY m.id LIMIT 1
"""
LOST_MOVE = """
SELECT a.id, a.subject FROM audit_entry a
 WHERE a.tenant_id = %(tenant)s AND a.action IN ('transaction.confirmed', 'transaction.failed') AND NOT EXISTS (
       SELECT FROM ledger_transaction t JOIN ledger_transaction_move m ON m.tenant_id = t.tenant_id AND
           m.transaction_id = t.id
        WHERE t.tenant_id = a.tenant_id AND t.public_id::text = a.subject)
 ORDER BY a.id LIMIT 1
"""


# An account means what it meant when it was opened: entries name it by its id.
CHANGED_ACCOUNT = """
SELECT c.code FROM ledger_account c
 WHERE c.tenant_id = %(tenant)s AND NOT EXISTS (
       SELECT FROM audit_entry a WHERE a.tenant_id = c.tenant_id AND a.subject = c.code AND a.action = 'account.opened'
          AND a.at = c.opened_at AND a.detail @> jsonb_build_object('account', c.id, 'kind', c.kind, 'asset', c.asset))
 ORDER BY c.id LIMIT 1
"""


def broken_book(cursor: psycopg.Cursor[Any], tenant_id: int, told: int) -> tuple[int, str | None]:
    """The number of transactions, and the first that does not hold, in words, or None. `told` is how many postings the
    audit trail tells of."""
    assets = dict(cursor.execute("SELECT id, asset FROM ledger_account WHERE tenant_id = %s", [tenant_id]).fetchall())
    count, vouched, last, bad = 0, 0, b"", None
    with cursor.copy(TRANSACTIONS.format(tenant=int(tenant_id))) as copy:
        for data in copy:
            if bad is not None:
                continue  # COPY is read to its end, or the connection is lost with it
            body, moved, content = bytes(data)[:-1].rsplit(SEP, 2)
            this = body.split(SEP, 3)[2]
            if this == last:
                bad = f"{_named(body)} has two audit rows that tell of it"
            count, vouched, last = count + 1, vouched + (content != b""), this
            bad = bad or _fault(body, moved, content, assets)
    return count, bad or _fault_of_the_whole(cursor, tenant_id, vouched, told)


def _fault(body: bytes, moved: bytes, content: bytes, assets: dict[int, str]) -> str | None:
    if not content:
        return f"{_named(body)} has no audit row that tells of it"
    plain = body if b"\\" not in body else unescaped(body)
    if sha256(plain).hexdigest().encode() != content:
        return f"{_named(body)} differs from what its audit row vouches for"
    if moved != b"t":
        return f"{_named(body)}: its status and day are not what its recorded move made of it"
    return _imbalance(body, assets)


def _imbalance(body: bytes, assets: dict[int, str]) -> str | None:
    sums: dict[str, int] = defaultdict(int)
    for leg in body.rpartition(SEP)[2].split(b","):
        account, direction, amount = leg.split(b" ")
        sums[assets.get(int(account), "an unknown account")] += int(amount) if direction == b"DEBIT" else -int(amount)
    off = next((asset for asset, total in sums.items() if total), None)
    return None if off is None else f"{_named(body)} does not balance in {off}"


def _fault_of_the_whole(cursor: psycopg.Cursor[Any], tenant_id: int, vouched: int, told: int) -> str | None:
    at = {"tenant": tenant_id}
    if vouched != told and (row := cursor.execute(WITHOUT_TRANSACTION, at).fetchone()):
        return f"transaction {row[1]} is gone: audit row {row[0]} tells of it"
    if row := cursor.execute(CHANGED_ACCOUNT, at).fetchone():
        return f"account {row[0]} is not what its audit row says that was opened"
    if row := cursor.execute(LONE_ENTRY, at).fetchone():
        return f"entry {row[0]}.{row[1]} stands without its transaction"
    if row := cursor.execute(UNTOLD_MOVE, at).fetchone():
        return f"transaction {row[0]}: no audit row tells of its move to {row[1]}"
    if row := cursor.execute(LOST_MOVE, at).fetchone():
        return f"transaction {row[1]}: its move is gone, audit row {row[0]} tells of it"
    return None


def _named(body: bytes) -> str:
    return f"transaction {body.split(SEP, 4)[3].decode()}"
