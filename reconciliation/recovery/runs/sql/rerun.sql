-- What a re-run reads: the orders and payments of the period with all that these name by their keys, as of an instant. Of providers it
-- reads the event log alone, of the shop its orders and their moves; the book is no source here.

-- step: tables
CREATE TEMP TABLE rr_order (id bigint) ON COMMIT DROP;
CREATE TEMP TABLE rr_payment (id bigint) ON COMMIT DROP;

-- step: orders
-- An order says nothing of accounts at providers: where the run names some, its orders are those that their payments name.
INSERT INTO rr_order
SELECT id FROM commerce_order
 WHERE tenant_id = tenant() AND placed_at >= %(since)s AND placed_at < %(until)s AND recorded_at <= %(as_of)s
   AND %(endpoints)s::bigint[] IS NULL AND (%(payments)s::text[] IS NULL OR payment_id = ANY(%(payments)s));

-- step: payments
INSERT INTO rr_payment
SELECT p.id FROM (SELECT DISTINCT endpoint_id, payment_ref FROM provider_event
                   WHERE tenant_id = tenant() AND occurred_at >= %(since)s AND occurred_at < %(until)s AND logged_at <= %(as_of)s
                     AND payment_ref <> '' AND {in_scope}
                     AND (%(payments)s::text[] IS NULL OR payment_ref = ANY(%(payments)s))) e
 CROSS JOIN LATERAL (SELECT id FROM provider_payment
                      WHERE tenant_id = tenant() AND endpoint_id = e.endpoint_id AND payment_ref = e.payment_ref OFFSET 0) p;

-- fragment: in_scope
endpoint_id <> ALL(ARRAY(SELECT id FROM provider_endpoint WHERE scheme = 'bank'))
   AND (%(endpoints)s::bigint[] IS NULL OR endpoint_id = ANY(%(endpoints)s))

-- step: orders_named
INSERT INTO rr_order
SELECT * FROM (
    SELECT id FROM commerce_order WHERE tenant_id = tenant() AND recorded_at <= %(as_of)s AND order_ref = ANY(ARRAY({refs_of_payments}))
     UNION
    SELECT id FROM commerce_order WHERE tenant_id = tenant() AND recorded_at <= %(as_of)s AND merchant_reference <> ''
       AND merchant_reference = ANY(ARRAY({refs_of_payments}))
     UNION
    SELECT id FROM commerce_order WHERE tenant_id = tenant() AND recorded_at <= %(as_of)s AND payment_id <> ''
       AND payment_id = ANY(ARRAY(SELECT payment_ref FROM provider_payment WHERE tenant_id = tenant() AND id = ANY(ARRAY(SELECT id FROM rr_payment))))) x
 WHERE NOT EXISTS (SELECT FROM rr_order y WHERE y.id = x.id);

-- fragment: refs_of_payments
SELECT e.order_ref FROM (SELECT endpoint_id, payment_ref FROM provider_payment WHERE tenant_id = tenant() AND id = ANY(ARRAY(SELECT id FROM rr_payment))) p
 CROSS JOIN LATERAL (SELECT order_ref FROM provider_event WHERE tenant_id = tenant() AND endpoint_id = p.endpoint_id
                        AND payment_ref = p.payment_ref AND logged_at <= %(as_of)s AND order_ref <> '' OFFSET 0) e

-- step: payments_named
INSERT INTO rr_payment
SELECT * FROM (
    SELECT id FROM provider_payment
     WHERE tenant_id = tenant() AND {in_scope} AND payment_ref = ANY(ARRAY(
           SELECT payment_id FROM commerce_order WHERE tenant_id = tenant() AND id = ANY(ARRAY(SELECT id FROM rr_order)) AND payment_id <> ''))
     UNION
    SELECT p.id FROM (SELECT DISTINCT endpoint_id, payment_ref FROM provider_event
                       WHERE tenant_id = tenant() AND order_ref <> '' AND payment_ref <> '' AND logged_at <= %(as_of)s AND {in_scope}
                         AND order_ref = ANY(ARRAY(SELECT unnest(ARRAY[order_ref, merchant_reference]) FROM commerce_order
                                                    WHERE tenant_id = tenant() AND id = ANY(ARRAY(SELECT id FROM rr_order))))) e
     CROSS JOIN LATERAL (SELECT id FROM provider_payment
                          WHERE tenant_id = tenant() AND endpoint_id = e.endpoint_id AND payment_ref = e.payment_ref OFFSET 0) p) x
 WHERE NOT EXISTS (SELECT FROM rr_payment y WHERE y.id = x.id);

-- step: analyze
ANALYZE rr_order, rr_payment;

-- step: read_orders
SELECT o.id, o.order_ref, o.payment_id, o.merchant_reference, o.expected_minor, o.asset, o.rail, coalesce(m.to_state, 'open'), o.placed_at, o.due_at,
       h.at, h.actor
  FROM commerce_order o
  LEFT JOIN LATERAL (SELECT to_state FROM commerce_move WHERE tenant_id = tenant() AND order_id = o.id AND at <= %(as_of)s
                      ORDER BY id DESC LIMIT 1) m ON true
  LEFT JOIN LATERAL (SELECT at, actor FROM commerce_move WHERE tenant_id = tenant() AND order_id = o.id AND at <= %(as_of)s
                        AND to_state = 'fulfilled' AND source = 'operator' ORDER BY id LIMIT 1) h ON true
 WHERE o.tenant_id = tenant() AND o.id = ANY(ARRAY(SELECT id FROM rr_order)) ORDER BY o.id;

-- step: read_events
SELECT p.id, n.scheme, e.event_id, e.type, e.provider_type, e.payment_ref, e.order_ref, e.occurred_at, e.amount_minor, e.asset, e.txid, e.flags,
       e.detail, e.public_id
  FROM (SELECT id, endpoint_id, payment_ref FROM provider_payment WHERE tenant_id = tenant() AND id = ANY(ARRAY(SELECT id FROM rr_payment))) p
  JOIN provider_endpoint n ON n.tenant_id = tenant() AND n.id = p.endpoint_id
 CROSS JOIN LATERAL (SELECT * FROM provider_event WHERE tenant_id = tenant() AND endpoint_id = p.endpoint_id AND payment_ref = p.payment_ref
                        AND logged_at <= %(as_of)s OFFSET 0) e
 ORDER BY p.id, e.id;

-- step: log
-- The log of the period as it stands, whole: a row more, less or other is another digest.
SELECT count(*), encode(sha256(coalesce(string_agg(public_id::text::bytea || content_sha256, ''::bytea ORDER BY id), ''::bytea)), 'hex')
  FROM provider_event
 WHERE tenant_id = tenant() AND occurred_at >= %(since)s AND occurred_at < %(until)s AND logged_at <= %(as_of)s
   AND (%(endpoints)s::bigint[] IS NULL OR endpoint_id = ANY(%(endpoints)s))
   AND (%(payments)s::text[] IS NULL OR payment_ref = ANY(%(payments)s));

-- step: drop
DROP TABLE rr_order, rr_payment;
