-- What the list of a lookup says of each payment found. Every statement goes by index over at most 20 threads.

-- step: payments
SELECT p.payment_ref, p.payment_id, p.order_ref, p.status, coalesce(p.confirmed_minor, p.detected_minor), p.asset, p.first_event_at, n.name
  FROM provider_payment p JOIN provider_endpoint n ON n.tenant_id = p.tenant_id AND n.id = p.endpoint_id
 WHERE p.tenant_id = tenant() AND p.id = ANY(ARRAY(
       SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_id = ANY(%(threads)s::text[]) AND payment_id <> ''
        UNION SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_ref = ANY(%(threads)s::text[])
        UNION SELECT id FROM provider_payment WHERE tenant_id = tenant() AND order_ref <> '' AND order_ref = ANY(%(threads)s::text[] || ARRAY(
              SELECT order_ref FROM commerce_order WHERE tenant_id = tenant() AND payment_id = ANY(%(threads)s::text[]) AND payment_id <> ''))))
 ORDER BY p.first_event_at DESC, p.id DESC LIMIT 200;

-- step: orders
SELECT payment_id, order_ref, state, expected_minor, asset, placed_at
  FROM commerce_order WHERE tenant_id = tenant() AND id = ANY(ARRAY(
       SELECT id FROM commerce_order WHERE tenant_id = tenant() AND payment_id = ANY(%(threads)s::text[]) AND payment_id <> ''
        UNION SELECT id FROM commerce_order WHERE tenant_id = tenant() AND order_ref = ANY(%(orders)s::text[])))
 ORDER BY placed_at, id LIMIT 200;

-- step: transactions
SELECT coalesce(t.payment_id, t.public_id::text), t.status, t.recorded_at, e.amount, e.asset
  FROM ledger_transaction t
 CROSS JOIN LATERAL (SELECT sum(e.amount_minor) FILTER (WHERE e.direction = 'DEBIT') AS amount, min(a.asset) AS asset
                       FROM ledger_entry e JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
                      WHERE e.tenant_id = tenant() AND e.transaction_id = t.id OFFSET 0) e
 WHERE t.tenant_id = tenant() AND t.id = ANY(ARRAY(
       SELECT id FROM ledger_transaction WHERE tenant_id = tenant() AND payment_id = ANY(%(threads)s::text[])
        UNION SELECT id FROM ledger_transaction WHERE tenant_id = tenant() AND public_id = ANY(%(ids)s::uuid[])))
 ORDER BY t.id LIMIT 200;

-- step: listed
SELECT DISTINCT ON (g.payment_ref) g.payment_ref, n.name, g.order_ref, g.amount_minor, g.asset, g.occurred_at, max(c.number) OVER (PARTITION BY g.payment_ref)
  FROM provider_gap g
  JOIN provider_endpoint n ON n.tenant_id = g.tenant_id AND n.id = g.endpoint_id
  LEFT JOIN case_row r ON r.tenant_id = g.tenant_id AND r.side = %(side)s AND r.row_id = g.id AND r.leg = %(leg)s
  LEFT JOIN exception_case c ON c.tenant_id = r.tenant_id AND c.id = r.case_id
 WHERE g.tenant_id = tenant() AND g.payment_ref = ANY(%(threads)s::text[]) AND g.payment_ref <> '' AND g.kind = 'missing'
 ORDER BY g.payment_ref, (g.amount_minor IS NULL), g.id DESC;
