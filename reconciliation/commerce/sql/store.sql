-- Storing orders set by set. The rows go in by their reference, so that two batches of the same orders do not wait for each
-- other in a circle.

-- step: known
SELECT order_ref, state, fingerprint FROM commerce_order WHERE order_ref = ANY(%(refs)s);

-- step: store
INSERT INTO commerce_order (order_ref, payment_id, merchant_reference, expected_minor, asset, rail, network, placed_at, due_at,
       recorded_at, source, metadata, fingerprint, decision_id)
SELECT x.order_ref, x.payment_id, x.merchant_reference, x.expected, x.asset, x.rail, x.network, x.placed_at, x.due_at,
       %(at)s, %(source)s, x.metadata, decode(x.fingerprint, 'hex'), %(decision)s
  FROM jsonb_to_recordset(%(rows)s::jsonb) AS x (order_ref text, payment_id text, merchant_reference text, expected numeric,
       asset text, rail text, network text, placed_at timestamptz, due_at timestamptz, metadata jsonb, fingerprint text)
 ORDER BY x.order_ref COLLATE "C"
ON CONFLICT (tenant_id, order_ref) DO NOTHING
RETURNING order_ref;
