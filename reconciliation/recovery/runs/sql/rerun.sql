-- What a re-run reads: the orders and payments of the period with all that these name by their keys, as of an instant. Of providers it
-- reads the event log alone, of the shop its orders and their moves; the book is no source here.

-- step: tables
-- Everything below is joined as sets, with nested loops switched off: a plan made without statistics costs one scan, and not one for
-- every row.
CREATE TEMP TABLE rr_order (id bigint) ON COMMIT DROP;
CREATE TEMP TABLE rr_payment (id bigint, endpoint_id bigint, payment_ref text) ON COMMIT DROP;
CREATE TEMP TABLE rr_event (id bigint, payment bigint, order_ref text) ON COMMIT DROP;

-- step: orders
-- An order says nothing of accounts at providers: where the run names some, its orders are those that their payments name.
INSERT INTO rr_order
SELECT id FROM commerce_order
 WHERE tenant_id = tenant() AND placed_at >= %(since)s AND placed_at < %(until)s AND recorded_at <= %(as_of)s
   AND %(endpoints)s::bigint[] IS NULL AND (%(payments)s::text[] IS NULL OR payment_id = ANY(%(payments)s));

-- step: payments
INSERT INTO rr_payment
SELECT p.id, p.endpoint_id, p.payment_ref
  FROM (SELECT DISTINCT endpoint_id, payment_ref FROM provider_event
         WHERE tenant_id = tenant() AND occurred_at >= %(since)s AND occurred_at < %(until)s AND logged_at <= %(as_of)s
           AND payment_ref <> '' AND {in_scope} AND (%(payments)s::text[] IS NULL OR payment_ref = ANY(%(payments)s))) e
  JOIN provider_payment p ON p.tenant_id = tenant() AND p.endpoint_id = e.endpoint_id AND p.payment_ref = e.payment_ref;

-- fragment: in_scope
endpoint_id <> ALL(ARRAY(SELECT id FROM provider_endpoint WHERE scheme = 'bank'))
   AND (%(endpoints)s::bigint[] IS NULL OR endpoint_id = ANY(%(endpoints)s))

-- step: events
INSERT INTO rr_event
SELECT e.id, p.id, e.order_ref FROM rr_payment p
  JOIN provider_event e ON e.tenant_id = tenant() AND e.endpoint_id = p.endpoint_id AND e.payment_ref = p.payment_ref
 WHERE e.logged_at <= %(as_of)s;

-- step: orders_named
INSERT INTO rr_order
SELECT o.id FROM commerce_order o
 WHERE o.tenant_id = tenant() AND o.recorded_at <= %(as_of)s
   AND o.id IN (SELECT x.id FROM commerce_order x JOIN rr_event r ON r.order_ref = x.order_ref WHERE x.tenant_id = tenant()
                 UNION SELECT x.id FROM commerce_order x JOIN rr_event r ON r.order_ref = x.merchant_reference
                        WHERE x.tenant_id = tenant() AND x.merchant_reference <> ''
                 UNION SELECT x.id FROM commerce_order x JOIN rr_payment p ON p.payment_ref = x.payment_id
                        WHERE x.tenant_id = tenant() AND x.payment_id <> ''
                EXCEPT SELECT id FROM rr_order);

-- step: payments_named
INSERT INTO rr_payment
SELECT p.id, p.endpoint_id, p.payment_ref
  FROM (SELECT v.endpoint_id, v.payment_ref FROM provider_payment v JOIN {wanted} w ON w.payment_id = v.payment_ref
         WHERE v.tenant_id = tenant() AND w.payment_id <> '' AND {in_scope}
         UNION
        SELECT v.endpoint_id, v.payment_ref FROM provider_event v JOIN {wanted} w ON v.order_ref = w.order_ref
         WHERE v.tenant_id = tenant() AND v.order_ref <> '' AND v.payment_ref <> '' AND v.logged_at <= %(as_of)s AND {in_scope}
         UNION
        SELECT v.endpoint_id, v.payment_ref FROM provider_event v JOIN {wanted} w ON v.order_ref = w.merchant_reference
         WHERE v.tenant_id = tenant() AND v.order_ref <> '' AND v.payment_ref <> '' AND v.logged_at <= %(as_of)s AND {in_scope}
        EXCEPT SELECT endpoint_id, payment_ref FROM rr_payment) n
  JOIN provider_payment p ON p.tenant_id = tenant() AND p.endpoint_id = n.endpoint_id AND p.payment_ref = n.payment_ref;

-- fragment: wanted
(SELECT o.payment_id, o.order_ref, o.merchant_reference FROM commerce_order o JOIN rr_order r ON r.id = o.id WHERE o.tenant_id = tenant())

-- step: events_named
INSERT INTO rr_event
SELECT e.id, p.id, e.order_ref FROM rr_payment p
  JOIN provider_event e ON e.tenant_id = tenant() AND e.endpoint_id = p.endpoint_id AND e.payment_ref = p.payment_ref
 WHERE e.logged_at <= %(as_of)s AND p.id NOT IN (SELECT payment FROM rr_event);

-- step: analyze
ANALYZE rr_order, rr_payment, rr_event;

-- step: read_orders
SELECT o.id, o.order_ref, o.payment_id, o.merchant_reference, o.expected_minor, o.asset, o.rail, coalesce(m.to_state, 'open'), o.placed_at, o.due_at,
       h.at, h.actor
  FROM commerce_order o JOIN rr_order r ON r.id = o.id
  LEFT JOIN (SELECT DISTINCT ON (k.order_id) k.order_id, k.to_state FROM commerce_move k JOIN rr_order x ON x.id = k.order_id
              WHERE k.tenant_id = tenant() AND k.at <= %(as_of)s ORDER BY k.order_id, k.id DESC) m ON m.order_id = o.id
  LEFT JOIN (SELECT DISTINCT ON (k.order_id) k.order_id, k.at, k.actor FROM commerce_move k JOIN rr_order x ON x.id = k.order_id
              WHERE k.tenant_id = tenant() AND k.at <= %(as_of)s AND k.to_state = 'fulfilled' AND k.source = 'operator'
              ORDER BY k.order_id, k.id) h ON h.order_id = o.id
 WHERE o.tenant_id = tenant() ORDER BY o.id;

-- step: read_events
SELECT r.payment, n.scheme, e.event_id, e.type, e.provider_type, e.payment_ref, e.order_ref, e.occurred_at, e.amount_minor, e.asset, e.txid, e.flags,
       e.detail, e.public_id
  FROM rr_event r JOIN provider_event e ON e.tenant_id = tenant() AND e.id = r.id
  JOIN provider_endpoint n ON n.tenant_id = tenant() AND n.id = e.endpoint_id
 ORDER BY r.payment, e.id;

-- step: log
-- The log of the period as it stands, whole: a row more, less or other is another digest.
SELECT count(*), encode(sha256(coalesce(string_agg(public_id::text::bytea || content_sha256, ''::bytea ORDER BY id), ''::bytea)), 'hex')
  FROM provider_event
 WHERE tenant_id = tenant() AND occurred_at >= %(since)s AND occurred_at < %(until)s AND logged_at <= %(as_of)s
   AND (%(endpoints)s::bigint[] IS NULL OR endpoint_id = ANY(%(endpoints)s))
   AND (%(payments)s::text[] IS NULL OR payment_ref = ANY(%(payments)s) OR payment_ref <> '' AND payment_ref = ANY(ARRAY({told_of})));

-- fragment: told_of
-- What providers call the payments that the run names, by the keys of their orders: our ids are not theirs.
SELECT v.payment_ref FROM provider_event v
 WHERE v.tenant_id = tenant() AND v.logged_at <= %(as_of)s AND v.payment_ref <> '' AND v.order_ref <> '' AND v.order_ref = ANY(ARRAY(
       SELECT k.key FROM commerce_order o CROSS JOIN LATERAL (VALUES (o.order_ref), (o.merchant_reference)) k (key)
        WHERE o.tenant_id = tenant() AND o.recorded_at <= %(as_of)s AND o.payment_id = ANY(%(payments)s) AND k.key <> ''))

-- step: drop
DROP TABLE rr_order, rr_payment, rr_event;
