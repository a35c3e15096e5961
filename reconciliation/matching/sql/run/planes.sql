-- What a run across the planes looks at: what changed since an instant, what still has an open case, and everything that
-- these name by their keys.

-- step: changed
-- Whether a run has anything to look at that the last one did not see.
SELECT EXISTS (SELECT FROM commerce_order WHERE recorded_at > %(since)s) OR EXISTS (SELECT FROM provider_payment WHERE changed_at > %(since)s)
    OR EXISTS (SELECT FROM commerce_order WHERE due_at > %(since)s AND due_at <= %(as_of)s)
    OR EXISTS (SELECT FROM commerce_move WHERE at > %(since)s AND at <= %(as_of)s AND source = 'operator')
    OR EXISTS (SELECT FROM ledger_transaction t WHERE t.effective_on >= %(since)s::date - 2 AND t.posted_at > %(since)s
                  AND t.use_case = ANY(%(deposits)s));

-- step: tables
-- Keys are looked up as sets (= ANY), so that a plan made without statistics costs one scan and not one for every row.
CREATE TEMP TABLE plane_order (id bigint, order_ref text, payment_id text, merchant_reference text) ON COMMIT DROP;
CREATE TEMP TABLE plane_payment (id bigint, payment_ref text, payment_id text, order_ref text) ON COMMIT DROP;
CREATE TEMP TABLE plane_posting (id bigint, payment_id text, partner_reference text, reverses_id bigint) ON COMMIT DROP;
CREATE TEMP TABLE plane_txid (txid text, payment bigint) ON COMMIT DROP;

-- step: orders
INSERT INTO plane_order
SELECT id, order_ref, payment_id, merchant_reference FROM commerce_order
 WHERE tenant_id = tenant() AND recorded_at > %(since)s AND recorded_at <= %(as_of)s
 UNION
SELECT id, order_ref, payment_id, merchant_reference FROM commerce_order
 WHERE tenant_id = tenant() AND due_at > %(since)s AND due_at <= %(as_of)s AND recorded_at <= %(as_of)s
 UNION
SELECT id, order_ref, payment_id, merchant_reference FROM commerce_order
 WHERE tenant_id = tenant() AND id = ANY(ARRAY(SELECT order_id FROM commerce_move WHERE tenant_id = tenant() AND at > %(since)s
                                                                                  AND at <= %(as_of)s AND source = 'operator'))
 UNION
SELECT o.* FROM {spans}
 CROSS JOIN LATERAL (SELECT id, order_ref, payment_id, merchant_reference FROM commerce_order
                      WHERE tenant_id = tenant() AND placed_at > x.after AND placed_at <= x.until OFFSET 0) o
 UNION
SELECT id, order_ref, payment_id, merchant_reference FROM commerce_order
 WHERE tenant_id = tenant() AND id = ANY(ARRAY({of_open_cases} WHERE w.side = 3));

-- fragment: spans
-- Spans in which what changed has come due by now, whether or not it changed since.
unnest(%(after)s::timestamptz[], %(until)s::timestamptz[]) AS x (after, until)

-- fragment: of_open_cases
SELECT w.row_id
  FROM (SELECT id FROM exception_case WHERE plane_pair <> 'ledger-bank' AND state <> 'resolved' OFFSET 0) c
 CROSS JOIN LATERAL (SELECT side, row_id FROM case_row WHERE tenant_id = tenant() AND case_id = c.id OFFSET 0) w

-- step: payments
-- What a bank partner calls back about are our own transactions: ledger and bank are matched by their statements.
INSERT INTO plane_payment
SELECT id, payment_ref, payment_id, order_ref FROM provider_payment
 WHERE tenant_id = tenant() AND changed_at > %(since)s AND changed_at <= %(as_of)s
   AND {not_of_a_bank}
 UNION
SELECT p.* FROM {spans}
 CROSS JOIN LATERAL (SELECT id, payment_ref, payment_id, order_ref FROM provider_payment
                      WHERE tenant_id = tenant() AND changed_at > x.after AND changed_at <= x.until AND {not_of_a_bank} OFFSET 0) p
 UNION
SELECT id, payment_ref, payment_id, order_ref FROM provider_payment
 WHERE tenant_id = tenant() AND id = ANY(ARRAY({of_open_cases} WHERE w.side = 2)) AND {not_of_a_bank};

-- fragment: not_of_a_bank
endpoint_id <> ALL(ARRAY(SELECT id FROM provider_endpoint WHERE scheme = 'bank'))

-- step: postings
INSERT INTO plane_posting
SELECT id, payment_id, partner_reference, reverses_id FROM ledger_transaction
 WHERE tenant_id = tenant() AND effective_on >= %(since)s::date - 31 AND use_case = ANY(%(deposits)s) AND status = 'POSTED'
   AND posted_at > %(since)s AND posted_at <= %(as_of)s
 UNION
SELECT t.* FROM {spans}
 CROSS JOIN LATERAL (SELECT id, payment_id, partner_reference, reverses_id FROM ledger_transaction
                      WHERE tenant_id = tenant() AND effective_on >= x.after::date - 31 AND effective_on <= x.until::date + 31
                        AND use_case = ANY(%(deposits)s) AND status = 'POSTED' AND posted_at > x.after AND posted_at <= x.until OFFSET 0) t
 UNION
SELECT id, payment_id, partner_reference, reverses_id FROM ledger_transaction
 WHERE tenant_id = tenant() AND id = ANY(ARRAY({of_open_cases} WHERE w.side = 5));

-- step: orders_named
INSERT INTO plane_order
SELECT * FROM (
    SELECT id, order_ref, payment_id, merchant_reference FROM commerce_order
     WHERE tenant_id = tenant() AND payment_id <> ''
       AND payment_id = ANY(ARRAY(SELECT payment_ref FROM plane_payment UNION SELECT payment_id FROM plane_posting))
     UNION
    SELECT id, order_ref, payment_id, merchant_reference FROM commerce_order
     WHERE tenant_id = tenant() AND order_ref = ANY(ARRAY(SELECT order_ref FROM plane_payment UNION SELECT payment_id FROM plane_posting))
     UNION
    SELECT id, order_ref, payment_id, merchant_reference FROM commerce_order
     WHERE tenant_id = tenant() AND merchant_reference <> '' AND merchant_reference = ANY(ARRAY(SELECT order_ref FROM plane_payment))) x
 WHERE NOT EXISTS (SELECT FROM plane_order y WHERE y.id = x.id);

-- step: txids
INSERT INTO plane_txid
SELECT DISTINCT e.txid, p.id
  FROM (SELECT DISTINCT txid, endpoint_id, payment_ref FROM provider_event
         WHERE tenant_id = tenant() AND txid <> '' AND txid = ANY(ARRAY(SELECT partner_reference FROM plane_posting))) e
 CROSS JOIN LATERAL (SELECT id FROM provider_payment
                      WHERE tenant_id = tenant() AND endpoint_id = e.endpoint_id AND payment_ref = e.payment_ref OFFSET 0) p;

-- step: payments_named
INSERT INTO plane_payment
SELECT * FROM (
    SELECT id, payment_ref, payment_id, order_ref FROM provider_payment
     WHERE tenant_id = tenant() AND {not_of_a_bank}
       AND payment_ref = ANY(ARRAY(SELECT payment_id FROM plane_order WHERE payment_id <> '' UNION SELECT payment_id FROM plane_posting))
     UNION
    SELECT id, payment_ref, payment_id, order_ref FROM provider_payment
     WHERE tenant_id = tenant() AND {not_of_a_bank} AND order_ref <> ''
       AND order_ref = ANY(ARRAY(SELECT order_ref FROM plane_order UNION SELECT merchant_reference FROM plane_order))
     UNION
    SELECT id, payment_ref, payment_id, order_ref FROM provider_payment
     WHERE tenant_id = tenant() AND {not_of_a_bank} AND payment_id <> '' AND payment_id = ANY(ARRAY(SELECT payment_id FROM plane_posting))
     UNION
    SELECT id, payment_ref, payment_id, order_ref FROM provider_payment
     WHERE tenant_id = tenant() AND {not_of_a_bank} AND id = ANY(ARRAY(SELECT payment FROM plane_txid))) x
 WHERE NOT EXISTS (SELECT FROM plane_payment y WHERE y.id = x.id);

-- step: postings_named
INSERT INTO plane_posting
SELECT id, payment_id, partner_reference, reverses_id FROM ledger_transaction t
 WHERE tenant_id = tenant() AND use_case = ANY(%(deposits)s) AND status = 'POSTED' AND posted_at <= %(as_of)s
   AND payment_id = ANY(ARRAY(SELECT payment_ref FROM plane_payment UNION SELECT payment_id FROM plane_payment WHERE payment_id <> ''
                               UNION SELECT payment_id FROM plane_order WHERE payment_id <> ''))
   AND NOT EXISTS (SELECT FROM plane_posting y WHERE y.id = t.id);

-- step: analyze
ANALYZE plane_order, plane_payment, plane_posting, plane_txid;

-- step: read_orders
SELECT o.id, o.order_ref, o.payment_id, o.expected_minor, o.asset, o.rail, o.state, o.placed_at, o.due_at
  FROM plane_order x CROSS JOIN LATERAL (SELECT * FROM commerce_order WHERE tenant_id = tenant() AND id = x.id OFFSET 0) o ORDER BY o.id;

-- step: read_payments
SELECT p.id, p.payment_ref, p.order_ref, p.status, p.flags, p.asset, p.other_asset, p.detected_minor, p.confirmed_minor,
       p.detected_at, p.confirmed_at, p.first_event_at, p.last_event_at, p.doubts
  FROM plane_payment x CROSS JOIN LATERAL (SELECT * FROM provider_payment WHERE tenant_id = tenant() AND id = x.id OFFSET 0) p ORDER BY p.id;

-- step: read_postings
SELECT t.id, coalesce(t.payment_id, ''), s.amount, s.asset, t.posted_at, t.reverses_id
  FROM plane_posting x CROSS JOIN LATERAL (SELECT * FROM ledger_transaction WHERE tenant_id = tenant() AND id = x.id OFFSET 0) t
 CROSS JOIN LATERAL (SELECT sum(CASE e.direction WHEN 'DEBIT' THEN e.amount_minor ELSE -e.amount_minor END) AS amount, min(a.asset) AS asset
                       FROM (SELECT * FROM ledger_entry WHERE tenant_id = tenant() AND transaction_id = t.id OFFSET 0) e
                       JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
                      WHERE a.kind = 'ASSET') s
 WHERE s.amount IS NOT NULL ORDER BY t.id;

-- step: names
SELECT p.id, o.id, 1 FROM plane_payment p JOIN plane_order o ON o.payment_id = p.payment_ref AND o.payment_id <> ''
 UNION ALL SELECT p.id, o.id, 3 FROM plane_payment p JOIN plane_order o ON o.order_ref = p.order_ref
 UNION ALL SELECT p.id, o.id, 4 FROM plane_payment p JOIN plane_order o ON o.merchant_reference = p.order_ref AND o.merchant_reference <> '';

-- step: posted
SELECT t.id, 2, p.id FROM plane_posting t JOIN plane_payment p ON p.payment_ref = t.payment_id
 UNION SELECT t.id, 2, p.id FROM plane_posting t JOIN plane_payment p ON p.payment_id = t.payment_id AND p.payment_id <> ''
 UNION SELECT t.id, 3, o.id FROM plane_posting t JOIN plane_order o ON o.payment_id = t.payment_id AND o.payment_id <> ''
 UNION SELECT t.id, 3, o.id FROM plane_posting t JOIN plane_order o ON o.order_ref = t.payment_id
 UNION SELECT t.id, 2, x.payment FROM plane_posting t JOIN plane_txid x ON x.txid = t.partner_reference
 UNION SELECT t.id, 5, t.reverses_id FROM plane_posting t WHERE t.reverses_id IS NOT NULL;

-- step: thread
UPDATE provider_payment p SET payment_id = v->>1
  FROM jsonb_array_elements(%(threads)s::jsonb) v
 WHERE p.tenant_id = tenant() AND p.id = (v->>0)::bigint AND p.payment_id IS DISTINCT FROM v->>1;

-- step: wanted
CREATE TEMP TABLE plane_wanted ON COMMIT DROP AS
SELECT (v->>'n')::integer AS n, v->>'pair' AS pair, v, NULL::bigint AS match_id FROM jsonb_array_elements(%(matches)s::jsonb) v;

-- step: kept
-- A standing match that holds exactly the rows which are wanted again stays as it is.
UPDATE plane_wanted w SET match_id = k.match_id
  FROM (SELECT x.n, min(l.match_id) AS match_id
          FROM plane_wanted x CROSS JOIN LATERAL jsonb_array_elements(x.v->'rows') r
          LEFT JOIN LATERAL (SELECT match_id FROM plane_leg WHERE tenant_id = tenant() AND pair = x.pair AND side = (r->>0)::smallint
                                AND row_id = (r->>1)::bigint OFFSET 0) l ON true
         GROUP BY x.n
        HAVING count(DISTINCT l.match_id) = 1 AND count(l.match_id) = count(*)) k
  JOIN plane_match m ON m.tenant_id = tenant() AND m.id = k.match_id
 WHERE k.n = w.n AND m.difference_minor = (w.v->>'difference')::numeric
   AND (SELECT count(*) FROM plane_leg l WHERE l.tenant_id = tenant() AND l.match_id = k.match_id) = jsonb_array_length(w.v->'rows');

-- step: freed
WITH gone AS (
    DELETE FROM plane_leg g
     WHERE g.tenant_id = tenant() AND g.match_id IN (
           SELECT l.match_id FROM plane_leg l
             JOIN (SELECT 2 AS side, id FROM plane_payment UNION ALL SELECT 3, id FROM plane_order UNION ALL SELECT 5, id FROM plane_posting) x
               ON x.side = l.side AND x.id = l.row_id
            WHERE l.tenant_id = tenant()
           EXCEPT SELECT match_id FROM plane_wanted WHERE match_id IS NOT NULL)
    RETURNING g.match_id
)
UPDATE plane_match m SET retired_by = %(run)s WHERE m.tenant_id = tenant() AND m.id IN (SELECT match_id FROM gone);

-- step: numbered
UPDATE plane_wanted w SET match_id = x.id
  FROM (SELECT n, nextval('plane_match_id_seq') AS id FROM (SELECT n FROM plane_wanted WHERE match_id IS NULL ORDER BY n) o) x
 WHERE x.n = w.n
RETURNING w.n;

-- step: store
INSERT INTO plane_match (tenant_id, id, pair, run_id, payment_id, matched_by, difference_minor, asset, decision_id)
SELECT tenant(), w.match_id, w.pair, %(run)s, w.v->>'thread', (w.v->>'by')::smallint, (w.v->>'difference')::numeric, w.v->>'asset', %(decision)s
  FROM plane_wanted w WHERE w.n = ANY(%(new)s);

-- step: store_legs
INSERT INTO plane_leg (tenant_id, pair, side, row_id, match_id)
SELECT tenant(), w.pair, (r->>0)::smallint, (r->>1)::bigint, w.match_id
  FROM plane_wanted w CROSS JOIN LATERAL jsonb_array_elements(w.v->'rows') r WHERE w.n = ANY(%(new)s);

-- step: drop
DROP TABLE plane_order, plane_payment, plane_posting, plane_txid, plane_wanted;
