-- The postings that an incident's bundle holds, and the requests about them, by id. Values: incident, ledger_account, keys, payments,
-- subjects, first and until (days, half-open), as_of; then transactions and asked, as they are found.

-- step: transactions
-- With what they reverse: a reversal is proven beside its original.
WITH chosen AS MATERIALIZED (
    SELECT t.id, t.reverses_id
      FROM (SELECT id FROM ledger_transaction WHERE effective_on >= %(first)s AND effective_on < %(until)s
             UNION SELECT transaction_id FROM ledger_transaction_move WHERE at > %(as_of)s
             UNION SELECT id FROM ledger_transaction WHERE reference_key = ANY(%(keys)s) OR payment_id = ANY(%(payments)s)) n
      JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = n.id
      LEFT JOIN ledger_transaction_move m ON m.tenant_id = t.tenant_id AND m.transaction_id = t.id
     WHERE t.recorded_at <= %(as_of)s
       AND (t.reference_key = ANY(%(keys)s) OR t.payment_id = ANY(%(payments)s)
            OR EXISTS (SELECT FROM ledger_entry e WHERE e.tenant_id = t.tenant_id AND e.transaction_id = t.id AND e.account_id = %(ledger_account)s)
               AND CASE WHEN m.at IS NULL AND t.status = 'PENDING' OR m.at > %(as_of)s THEN (t.recorded_at AT TIME ZONE 'UTC')::date
                        ELSE t.effective_on END BETWEEN %(first)s AND %(until)s::date - 1)
)
SELECT coalesce(array_agg(DISTINCT id), '{}') FROM (
    SELECT id FROM chosen UNION SELECT reverses_id FROM chosen WHERE reverses_id IS NOT NULL) n

-- fragment: decided_on
SELECT decision_id AS id FROM ledger_transaction WHERE id = ANY(%(transactions)s)
     UNION SELECT decision_id FROM ledger_transaction_move WHERE transaction_id = ANY(%(transactions)s)

-- step: asked
SELECT coalesce(array_agg(r.id), '{}') FROM approval_request r
 WHERE r.made_at <= %(as_of)s
   AND (r.touches @> to_jsonb(%(ledger_account)s::bigint) AND r.made_at >= %(first)s OR r.subject = ANY(%(subjects)s)
        OR r.decision_id = ANY(ARRAY({decided_on})))

-- step: decided
SELECT coalesce(array_agg(DISTINCT id), '{}') FROM (
    {decided_on}
     UNION SELECT decision_id FROM approval_request WHERE id = ANY(%(asked)s)
     UNION SELECT decision_id FROM incident WHERE id = %(incident)s) n
