-- What a bundle of postings names, found from its transactions and its threads. Values: transactions, threads, orders, asked, as_of, last.

-- step: transactions
-- With what they reverse, and what reverses them: a reversal is proven beside its original.
SELECT coalesce(array_agg(DISTINCT id), '{}') FROM (
    SELECT id FROM ledger_transaction WHERE id = ANY(%(transactions)s)
     UNION SELECT reverses_id FROM ledger_transaction WHERE id = ANY(%(transactions)s) AND reverses_id IS NOT NULL
     UNION SELECT id FROM ledger_transaction WHERE reverses_id = ANY(%(transactions)s) AND recorded_at <= %(as_of)s) n

-- step: asked
SELECT coalesce(array_agg(DISTINCT r.id), '{}') FROM approval_request r
 WHERE r.subject = ANY(ARRAY(SELECT public_id::text FROM ledger_transaction WHERE id = ANY(%(transactions)s)))
    OR r.payment_id <> '' AND r.payment_id = ANY(%(threads)s)
    OR r.decision_id = ANY(ARRAY(SELECT decision_id FROM ledger_transaction WHERE id = ANY(%(transactions)s)
                                  UNION SELECT decision_id FROM ledger_transaction_move WHERE transaction_id = ANY(%(transactions)s)))

-- step: decided
SELECT coalesce(array_agg(DISTINCT id), '{}') FROM (
    SELECT decision_id AS id FROM ledger_transaction WHERE id = ANY(%(transactions)s)
     UNION SELECT decision_id FROM ledger_transaction_move WHERE transaction_id = ANY(%(transactions)s)
     UNION SELECT decision_id FROM approval_request WHERE id = ANY(%(asked)s)
     UNION SELECT decision_id FROM commerce_move WHERE order_id = ANY(%(orders)s)) n

-- step: anchor
-- The first head kept outside the database that all of the audit rows stand below.
SELECT a.block, a.head FROM audit_anchor a WHERE a.block >= %(last)s AND a.at <= %(as_of)s ORDER BY a.block, a.id LIMIT 1
