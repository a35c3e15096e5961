-- Finding payments by any key. Every way in goes by an index of its own and answers few rows, whatever the tables hold.

-- fragment: keys
    (SELECT payment_id AS thread, 'payment id' AS found_by, 1 AS rank FROM ledger_transaction
      WHERE tenant_id = tenant() AND payment_id = ANY(%(texts)s::text[]) LIMIT 1)
     UNION ALL
    (SELECT payment_id, 'payment id', 1 FROM commerce_order WHERE tenant_id = tenant() AND payment_id = ANY(%(texts)s::text[]) AND payment_id <> '' LIMIT 1)
     UNION ALL
    (SELECT payment_id, 'payment id', 1 FROM provider_payment WHERE tenant_id = tenant() AND payment_id = ANY(%(texts)s::text[]) AND payment_id <> '' LIMIT 1)
     UNION ALL
    (SELECT coalesce(nullif(payment_id, ''), payment_ref), 'payment at the provider', 2 FROM provider_payment
      WHERE tenant_id = tenant() AND payment_ref = ANY(%(texts)s::text[]) LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(nullif(p.payment_id, ''), p.payment_ref), CASE WHEN p.payment_id = ANY(%(texts)s::text[]) THEN 'payment id' ELSE 'transaction id of the rail' END, 3
       FROM provider_event e JOIN provider_payment p ON p.tenant_id = e.tenant_id AND p.endpoint_id = e.endpoint_id AND p.payment_ref = e.payment_ref
      WHERE e.tenant_id = tenant() AND e.txid = ANY(%(texts)s::text[]) AND e.txid <> '' LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(nullif(payment_id, ''), order_ref), 'order', 4 FROM commerce_order
      WHERE tenant_id = tenant() AND order_ref = ANY(%(texts)s::text[]) LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(nullif(payment_id, ''), payment_ref), 'order named at the provider', 5 FROM provider_payment
      WHERE tenant_id = tenant() AND order_ref = ANY(%(texts)s::text[]) AND order_ref <> '' LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(nullif(payment_id, ''), order_ref), 'merchant reference', 6 FROM commerce_order
      WHERE tenant_id = tenant() AND merchant_reference = ANY(%(texts)s::text[]) AND merchant_reference <> '' LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(payment_id, public_id::text), 'reference of the partner', 7 FROM ledger_transaction
      WHERE tenant_id = tenant() AND reference_key = ANY(ARRAY(SELECT reference_key(x) FROM unnest(%(texts)s::text[]) x)) AND reference_key <> '' LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(payment_id, public_id::text), 'transaction', 8 FROM ledger_transaction
      WHERE tenant_id = tenant() AND public_id BETWEEN %(first)s AND %(last)s LIMIT %(most)s)
     UNION ALL
    (SELECT 'line ' || id, 'bank line', 9 FROM bank_line
      WHERE tenant_id = tenant() AND reference_key = ANY(ARRAY(SELECT reference_key(x) FROM unnest(%(texts)s::text[]) x)) AND reference_key <> ''
        AND NOT EXISTS (SELECT FROM ledger_transaction t WHERE t.tenant_id = tenant() AND t.reference_key = ANY(ARRAY(SELECT reference_key(x) FROM unnest(%(texts)s::text[]) x))) LIMIT 1)

-- fragment: listed
    -- What a provider lists and our log lacks, as its newest poll still says.
    (SELECT g.payment_ref, 'the provider''s listing', 9 FROM provider_gap g JOIN provider_poll p ON p.tenant_id = g.tenant_id AND p.id = g.poll_id
      WHERE g.tenant_id = tenant() AND g.id = ANY(ARRAY(
            SELECT id FROM provider_gap WHERE tenant_id = tenant() AND payment_ref = ANY(%(texts)s::text[] || %(text)s::text) AND payment_ref <> ''
             UNION SELECT id FROM provider_gap WHERE tenant_id = tenant() AND order_ref = ANY(%(texts)s::text[] || %(text)s::text) AND order_ref <> '' AND payment_ref <> ''))
        AND g.kind = 'missing'
        AND NOT EXISTS (SELECT FROM provider_payment x WHERE x.tenant_id = tenant() AND x.endpoint_id = g.endpoint_id
                           AND x.payment_ref = g.payment_ref AND x.event_count > 0)
        AND NOT EXISTS (SELECT FROM provider_poll q WHERE q.tenant_id = tenant() AND q.endpoint_id = g.endpoint_id AND q.id > g.poll_id
                           AND q.compared = p.compared AND q.since <= g.occurred_at AND g.occurred_at < q.until) LIMIT %(most)s)

-- fragment: beginnings
    (SELECT coalesce(nullif(payment_id, ''), order_ref), 'order begins so', 11 FROM commerce_order
      WHERE tenant_id = tenant() AND order_ref >= %(text)s AND order_ref < %(after)s ORDER BY order_ref LIMIT %(most)s)
     UNION ALL
    (SELECT payment_id, 'payment id begins so', 10 FROM ledger_transaction
      WHERE tenant_id = tenant() AND payment_id >= %(text)s AND payment_id < %(after)s ORDER BY payment_id LIMIT %(most)s)

-- step: exact
SELECT DISTINCT ON (thread) thread, found_by, rank FROM (
{keys}
) hits ORDER BY thread, rank;

-- step: near
-- `texts` are other forms of what was typed. A beginning needs a text of some length.
SELECT DISTINCT ON (thread) thread, found_by, rank FROM (
{keys}
     UNION ALL
{listed}
     UNION ALL
    (SELECT * FROM (
{beginnings}
    ) b WHERE %(begins)s)
) hits ORDER BY thread, rank;

-- step: amounts
SELECT DISTINCT ON (thread) thread, found_by, rank FROM (
    (SELECT coalesce(nullif(payment_id, ''), order_ref) AS thread, %(by)s AS found_by, 12 AS rank FROM commerce_order
      WHERE tenant_id = tenant() AND placed_at >= %(since)s::date AND placed_at < %(until)s::date + 1 AND expected_minor = %(amount)s
        AND asset = %(asset)s LIMIT %(most)s)
     UNION ALL
    (SELECT coalesce(t.payment_id, t.public_id::text), %(by)s, 12 FROM ledger_transaction t
      WHERE t.tenant_id = tenant() AND t.effective_on BETWEEN %(since)s AND %(until)s
        AND EXISTS (SELECT FROM ledger_entry e JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
                     WHERE e.tenant_id = tenant() AND e.transaction_id = t.id AND e.amount_minor = %(amount)s AND a.asset = %(asset)s)
      LIMIT %(most)s)
) hits ORDER BY thread, rank;
