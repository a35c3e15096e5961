-- What a run across the planes looks at: what changed since an instant, what still has an open case, and everything that
-- these name by their keys.

-- step: changed
-- Whether a run has anything to look at that the last one did not see.
SELECT EXISTS (SELECT FROM commerce_order WHERE recorded_at > %(since)s) OR EXISTS (SELECT FROM provider_payment WHERE changed_at > %(since)s)
    OR EXISTS (SELECT FROM commerce_order WHERE due_at > %(since)s AND due_at <= %(as_of)s)
    OR EXISTS (SELECT FROM ledger_transaction t WHERE t.effective_on >= %(since)s::date - 2 AND t.posted_at > %(since)s
                  AND t.use_case = ANY(%(deposits)s));

-- step: orders
CREATE TEMP TABLE plane_order ON COMMIT DROP AS
SELECT o.id FROM commerce_order o WHERE o.recorded_at > %(since)s AND o.recorded_at <= %(as_of)s
 UNION
SELECT o.id FROM commerce_order o WHERE o.due_at > %(since)s AND o.due_at <= %(as_of)s AND o.recorded_at <= %(as_of)s
 UNION
SELECT w.row_id FROM case_row w JOIN exception_case c ON c.tenant_id = w.tenant_id AND c.id = w.case_id
 WHERE w.side = 3 AND c.state <> 'resolved';

-- step: payments
CREATE TEMP TABLE plane_payment ON COMMIT DROP AS
SELECT p.id FROM provider_payment p WHERE p.changed_at > %(since)s AND p.changed_at <= %(as_of)s
 UNION
SELECT w.row_id FROM case_row w JOIN exception_case c ON c.tenant_id = w.tenant_id AND c.id = w.case_id
 WHERE w.side = 2 AND c.state <> 'resolved';

-- step: postings
CREATE TEMP TABLE plane_posting ON COMMIT DROP AS
SELECT t.id FROM ledger_transaction t
 WHERE t.use_case = ANY(%(deposits)s) AND t.status = 'POSTED' AND t.posted_at > %(since)s AND t.posted_at <= %(as_of)s
   AND t.effective_on >= %(since)s::date - 31
 UNION
SELECT w.row_id FROM case_row w JOIN exception_case c ON c.tenant_id = w.tenant_id AND c.id = w.case_id
 WHERE w.side = 5 AND c.state <> 'resolved';

-- step: orders_named
INSERT INTO plane_order
SELECT o.id FROM plane_payment x JOIN provider_payment p ON p.tenant_id = tenant() AND p.id = x.id
 CROSS JOIN LATERAL (SELECT id FROM commerce_order WHERE tenant_id = tenant() AND payment_id = p.payment_ref AND payment_id <> ''
                      UNION SELECT id FROM commerce_order WHERE tenant_id = tenant() AND order_ref = p.order_ref
                      UNION SELECT id FROM commerce_order WHERE tenant_id = tenant() AND merchant_reference = p.order_ref
                                                              AND merchant_reference <> '') o
 UNION
SELECT o.id FROM plane_posting x JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = x.id
 CROSS JOIN LATERAL (SELECT id FROM commerce_order WHERE tenant_id = tenant() AND payment_id = t.payment_id AND payment_id <> ''
                      UNION SELECT id FROM commerce_order WHERE tenant_id = tenant() AND order_ref = t.payment_id) o
EXCEPT SELECT id FROM plane_order;

-- step: payments_named
INSERT INTO plane_payment
SELECT p.id FROM plane_order x JOIN commerce_order o ON o.tenant_id = tenant() AND o.id = x.id
 CROSS JOIN LATERAL (SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_ref = o.payment_id AND o.payment_id <> ''
                      UNION SELECT id FROM provider_payment WHERE tenant_id = tenant() AND order_ref = o.order_ref AND order_ref <> ''
                      UNION SELECT id FROM provider_payment WHERE tenant_id = tenant() AND order_ref = o.merchant_reference
                                                                AND order_ref <> '') p
 UNION
SELECT p.id FROM plane_posting x JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = x.id
 CROSS JOIN LATERAL (SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_ref = t.payment_id
                      UNION SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_id = t.payment_id AND payment_id <> ''
                      UNION SELECT p.id FROM provider_event e JOIN provider_payment p ON p.tenant_id = e.tenant_id
                                    AND p.endpoint_id = e.endpoint_id AND p.payment_ref = e.payment_ref
                             WHERE e.tenant_id = tenant() AND e.txid = t.partner_reference AND e.txid <> '') p
EXCEPT SELECT id FROM plane_payment;

-- step: postings_named
INSERT INTO plane_posting
SELECT t.id FROM plane_payment x JOIN provider_payment p ON p.tenant_id = tenant() AND p.id = x.id
 CROSS JOIN LATERAL (SELECT id FROM ledger_transaction WHERE tenant_id = tenant() AND payment_id = p.payment_ref
                      UNION SELECT id FROM ledger_transaction WHERE tenant_id = tenant() AND payment_id = p.payment_id AND p.payment_id <> '') y
  JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = y.id
 WHERE t.use_case = ANY(%(deposits)s) AND t.status = 'POSTED' AND t.posted_at <= %(as_of)s
 UNION
SELECT t.id FROM plane_order x JOIN commerce_order o ON o.tenant_id = tenant() AND o.id = x.id
  JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.payment_id = o.payment_id AND o.payment_id <> ''
 WHERE t.use_case = ANY(%(deposits)s) AND t.status = 'POSTED' AND t.posted_at <= %(as_of)s
EXCEPT SELECT id FROM plane_posting;

-- step: analyze
ANALYZE plane_order, plane_payment, plane_posting;

-- step: read_orders
SELECT o.id, o.order_ref, o.payment_id, o.expected_minor, o.asset, o.rail, o.state, o.placed_at, o.due_at
  FROM plane_order x JOIN commerce_order o ON o.tenant_id = tenant() AND o.id = x.id ORDER BY o.id;

-- step: read_payments
SELECT p.id, p.payment_ref, p.order_ref, p.status, p.flags, p.asset, p.other_asset, p.detected_minor, p.confirmed_minor,
       p.detected_at, p.confirmed_at, p.first_event_at, p.last_event_at, p.doubts
  FROM plane_payment x JOIN provider_payment p ON p.tenant_id = tenant() AND p.id = x.id ORDER BY p.id;

-- step: read_postings
SELECT t.id, coalesce(t.payment_id, ''), s.amount, s.asset, t.posted_at, t.reverses_id
  FROM plane_posting x JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = x.id
 CROSS JOIN LATERAL (SELECT sum(CASE e.direction WHEN 'DEBIT' THEN e.amount_minor ELSE -e.amount_minor END) AS amount, min(a.asset) AS asset
                       FROM ledger_entry e JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
                      WHERE e.tenant_id = tenant() AND e.transaction_id = t.id AND a.kind = 'ASSET') s
 WHERE s.amount IS NOT NULL ORDER BY t.id;

-- step: names
SELECT x.id, o.id, o.key
  FROM plane_payment x JOIN provider_payment p ON p.tenant_id = tenant() AND p.id = x.id
 CROSS JOIN LATERAL (SELECT id, 1 AS key FROM commerce_order WHERE tenant_id = tenant() AND payment_id = p.payment_ref AND payment_id <> ''
                      UNION ALL SELECT id, 3 FROM commerce_order WHERE tenant_id = tenant() AND order_ref = p.order_ref AND p.order_ref <> ''
                      UNION ALL SELECT id, 4 FROM commerce_order WHERE tenant_id = tenant() AND merchant_reference = p.order_ref
                                                                   AND merchant_reference <> '') o;

-- step: posted
SELECT t.id, y.side, y.id
  FROM plane_posting x JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = x.id
 CROSS JOIN LATERAL (
       SELECT 2 AS side, id FROM provider_payment WHERE tenant_id = tenant() AND payment_ref = t.payment_id
        UNION SELECT 2, id FROM provider_payment WHERE tenant_id = tenant() AND payment_id = t.payment_id AND payment_id <> ''
        UNION SELECT 3, id FROM commerce_order WHERE tenant_id = tenant() AND payment_id = t.payment_id AND payment_id <> ''
        UNION SELECT 3, id FROM commerce_order WHERE tenant_id = tenant() AND order_ref = t.payment_id
        UNION SELECT 2, p.id FROM provider_event e JOIN provider_payment p ON p.tenant_id = e.tenant_id
                             AND p.endpoint_id = e.endpoint_id AND p.payment_ref = e.payment_ref
               WHERE e.tenant_id = tenant() AND e.txid = t.partner_reference AND e.txid <> ''
        UNION SELECT 5, t.reverses_id WHERE t.reverses_id IS NOT NULL) y;

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
          LEFT JOIN plane_leg l ON l.tenant_id = tenant() AND l.pair = x.pair AND l.side = (r->>0)::smallint AND l.row_id = (r->>1)::bigint
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
DROP TABLE plane_order, plane_payment, plane_posting, plane_wanted;
