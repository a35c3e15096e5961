-- Finding payments by any key. Every way in goes by an index of its own and answers few rows, whatever the tables hold.

-- step: exact
SELECT DISTINCT ON (thread) thread, found_by, rank FROM (
    (SELECT payment_id AS thread, 'payment id' AS found_by, 1 AS rank FROM ledger_transaction
      WHERE tenant_id = tenant() AND payment_id = %(text)s LIMIT 1)
     UNION ALL
    (SELECT payment_id, 'payment id', 1 FROM commerce_order WHERE tenant_id = tenant() AND payment_id = %(text)s AND payment_id <> '' LIMIT 1)
     UNION ALL
    (SELECT payment_id, 'payment id', 1 FROM provider_payment WHERE tenant_id = tenant() AND payment_id = %(text)s AND payment_id <> '' LIMIT 1)
     UNION ALL
    (SELECT coalesce(nullif(payment_id, ''), payment_ref), 'payment at the provider', 2 FROM provider_payment
      WHERE tenant_id = tenant() AND payment_ref = %(text)s LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(nullif(p.payment_id, ''), p.payment_ref), CASE WHEN p.payment_id = %(text)s THEN 'payment id' ELSE 'transaction id of the rail' END, 3
       FROM provider_event e JOIN provider_payment p ON p.tenant_id = e.tenant_id AND p.endpoint_id = e.endpoint_id AND p.payment_ref = e.payment_ref
      WHERE e.tenant_id = tenant() AND e.txid = %(text)s AND e.txid <> '' LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(nullif(payment_id, ''), order_ref), 'order', 4 FROM commerce_order
      WHERE tenant_id = tenant() AND order_ref = %(text)s LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(nullif(payment_id, ''), payment_ref), 'order named at the provider', 5 FROM provider_payment
      WHERE tenant_id = tenant() AND order_ref = %(text)s AND order_ref <> '' LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(nullif(payment_id, ''), order_ref), 'merchant reference', 6 FROM commerce_order
      WHERE tenant_id = tenant() AND merchant_reference = %(text)s AND merchant_reference <> '' LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(payment_id, public_id::text), 'reference of the partner', 7 FROM ledger_transaction
      WHERE tenant_id = tenant() AND reference_key = reference_key(%(text)s) AND reference_key <> '' LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(payment_id, public_id::text), 'transaction', 8 FROM ledger_transaction
      WHERE tenant_id = tenant() AND public_id BETWEEN %(first)s AND %(last)s LIMIT %(most)s)
     UNION ALL
    (SELECT 'line ' || id, 'bank line', 9 FROM bank_line
      WHERE tenant_id = tenant() AND reference_key = reference_key(%(text)s) AND reference_key <> ''
        AND NOT EXISTS (SELECT FROM ledger_transaction t WHERE t.tenant_id = tenant() AND t.reference_key = reference_key(%(text)s)) LIMIT 1)
) hits ORDER BY thread, rank;

-- step: begins
SELECT DISTINCT ON (thread) thread, found_by, rank FROM (
    (SELECT coalesce(nullif(payment_id, ''), order_ref) AS thread, 'order begins so' AS found_by, 11 AS rank FROM commerce_order
      WHERE tenant_id = tenant() AND order_ref >= %(text)s AND order_ref < %(after)s ORDER BY order_ref LIMIT %(most)s)
     UNION ALL
    (SELECT payment_id, 'payment id begins so', 10 FROM ledger_transaction
      WHERE tenant_id = tenant() AND payment_id >= %(text)s AND payment_id < %(after)s ORDER BY payment_id LIMIT %(most)s)
) hits ORDER BY thread, rank;

-- step: amounts
SELECT DISTINCT ON (thread) thread, found_by, rank FROM (
    (SELECT coalesce(nullif(payment_id, ''), order_ref) AS thread, 'amount and date' AS found_by, 12 AS rank FROM commerce_order
      WHERE tenant_id = tenant() AND placed_at >= %(day)s::date AND placed_at < %(day)s::date + 1 AND expected_minor = %(amount)s
        AND asset = %(asset)s LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(t.payment_id, t.public_id::text), 'amount and date', 12 FROM ledger_transaction t
      WHERE t.tenant_id = tenant() AND t.effective_on = %(day)s
        AND EXISTS (SELECT FROM ledger_entry e JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
                     WHERE e.tenant_id = tenant() AND e.transaction_id = t.id AND e.amount_minor = %(amount)s AND a.asset = %(asset)s)
      LIMIT %(most)s)
) hits ORDER BY thread, rank;
