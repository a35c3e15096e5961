-- One payment from where each plane keeps it. Keys lead by index; OFFSET 0 keeps the planner at one probe a row.

-- step: orders
-- Those that the key names come first, then the others that a payment of theirs covers: by the keys of the matcher, or its match.
WITH own AS MATERIALIZED (
    SELECT id, order_ref, payment_id, merchant_reference FROM commerce_order WHERE tenant_id = tenant() AND payment_id = %(key)s AND payment_id <> ''
     UNION SELECT id, order_ref, payment_id, merchant_reference FROM commerce_order WHERE tenant_id = tenant() AND order_ref = %(key)s
), paid AS MATERIALIZED (
    SELECT id, payment_ref, order_ref FROM provider_payment WHERE tenant_id = tenant() AND id = ANY(ARRAY(
           SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_ref = %(key)s
            UNION SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_id = %(key)s AND payment_id <> ''
            UNION SELECT id FROM provider_payment WHERE tenant_id = tenant() AND order_ref <> ''
                     AND order_ref = ANY(ARRAY(SELECT order_ref FROM own UNION SELECT merchant_reference FROM own))
            UNION SELECT id FROM provider_payment WHERE tenant_id = tenant()
                     AND payment_ref = ANY(ARRAY(SELECT payment_id FROM own WHERE payment_id <> ''))
            UNION SELECT p.row_id FROM plane_leg o JOIN plane_leg p ON p.tenant_id = tenant() AND p.match_id = o.match_id AND p.side = 2
                   WHERE o.tenant_id = tenant() AND o.pair = 'commerce-provider' AND o.side = 3 AND o.row_id = ANY(ARRAY(SELECT id FROM own))))
)
SELECT o.id, o.order_ref, o.payment_id, o.merchant_reference, o.expected_minor, o.asset, o.rail, o.network, o.state, o.placed_at,
       o.due_at, o.recorded_at, o.source
  FROM commerce_order o
 WHERE o.tenant_id = tenant() AND o.id = ANY(ARRAY(
       SELECT id FROM own
        UNION SELECT id FROM commerce_order WHERE tenant_id = tenant()
                 AND order_ref = ANY(ARRAY(SELECT order_ref FROM paid WHERE order_ref <> ''))
        UNION SELECT id FROM commerce_order WHERE tenant_id = tenant() AND merchant_reference <> ''
                 AND merchant_reference = ANY(ARRAY(SELECT order_ref FROM paid WHERE order_ref <> ''))
        UNION SELECT id FROM commerce_order WHERE tenant_id = tenant() AND payment_id <> ''
                 AND payment_id = ANY(ARRAY(SELECT payment_ref FROM paid))
        UNION SELECT o.row_id FROM plane_leg p JOIN plane_leg o ON o.tenant_id = tenant() AND o.match_id = p.match_id AND o.side = 3
               WHERE p.tenant_id = tenant() AND p.pair = 'commerce-provider' AND p.side = 2 AND p.row_id = ANY(ARRAY(SELECT id FROM paid))))
 ORDER BY (o.order_ref = %(key)s OR o.payment_id = %(key)s) DESC, o.placed_at, o.id LIMIT 50;

-- step: moves
SELECT m.order_id, m.at, m.from_state, m.to_state, m.source, m.actor, m.reason_code, m.ticket
  FROM commerce_move m WHERE m.tenant_id = tenant() AND m.order_id = ANY(%(orders)s) ORDER BY m.at, m.id LIMIT 200;

-- step: payments
SELECT p.id, p.payment_ref, p.payment_id, p.order_ref, p.status, p.flags, p.asset, p.detected_minor, p.confirmed_minor, p.detected_at,
       p.confirmed_at, p.first_event_at, p.last_event_at, p.doubts, n.name, n.scheme
  FROM provider_payment p JOIN provider_endpoint n ON n.tenant_id = p.tenant_id AND n.id = p.endpoint_id
 WHERE p.tenant_id = tenant() AND p.id IN (
       SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_id = %(key)s AND payment_id <> ''
        UNION SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_ref = %(key)s
        UNION SELECT id FROM provider_payment WHERE tenant_id = tenant() AND order_ref = ANY(%(refs)s) AND order_ref <> ''
        UNION SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_ref = ANY(%(threads)s) AND payment_ref <> ''
        UNION SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_id = ANY(%(threads)s) AND payment_id <> ''
        UNION SELECT p.row_id FROM plane_leg o JOIN plane_leg p ON p.tenant_id = tenant() AND p.match_id = o.match_id AND p.side = 2
               WHERE o.tenant_id = tenant() AND o.pair = 'commerce-provider' AND o.side = 3 AND o.row_id = ANY(%(orders)s))
 ORDER BY p.first_event_at, p.id LIMIT 20;

-- step: events
SELECT p.id, e.public_id, e.type, e.provider_type, s.at, e.received_at, e.amount_minor, e.asset, e.txid, e.flags, s.times, d.public_id
  FROM provider_payment p
 CROSS JOIN LATERAL (SELECT * FROM provider_event WHERE tenant_id = tenant() AND endpoint_id = p.endpoint_id
                        AND payment_ref = p.payment_ref ORDER BY id LIMIT 200) e
 CROSS JOIN LATERAL (SELECT min(occurred_at) AS at, count(*) AS times FROM provider_sighting WHERE tenant_id = tenant() AND event_id = e.id) s
  JOIN provider_delivery d ON d.tenant_id = tenant() AND d.id = e.delivery_id
 WHERE p.tenant_id = tenant() AND p.id = ANY(%(payments)s) ORDER BY s.at, e.id LIMIT 400;

-- step: transactions
SELECT t.id, t.public_id, t.use_case, t.status, t.payment_id, t.partner_reference, t.effective_on, t.recorded_at, t.posted_at,
       t.reverses_id, t.corrects_id, s.amount, s.asset, b.name, p.due_at, p.day, (l.match_id IS NOT NULL), x.at, x.to_status,
       s.held, (g.match_id IS NOT NULL), coalesce(b.direction = 'CREDIT', false)
  FROM ledger_transaction t
 CROSS JOIN LATERAL (SELECT sum(e.amount_minor) FILTER (WHERE e.direction = 'DEBIT') AS amount, min(a.asset) AS asset,
                            sum(CASE e.direction WHEN 'DEBIT' THEN e.amount_minor ELSE -e.amount_minor END) FILTER (WHERE a.kind = 'ASSET') AS held
                       FROM ledger_entry e JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
                      WHERE e.tenant_id = tenant() AND e.transaction_id = t.id) s
  LEFT JOIN LATERAL (SELECT k.id, k.name, e.leg, e.direction FROM ledger_entry e JOIN bank_account k ON k.tenant_id = e.tenant_id
                        AND k.ledger_account_id = e.account_id
                      WHERE e.tenant_id = tenant() AND e.transaction_id = t.id ORDER BY e.leg LIMIT 1) b ON true
  LEFT JOIN bank_period p ON p.tenant_id = tenant() AND p.bank_account_id = b.id AND p.day <= t.effective_on AND p.until_on > t.effective_on
  LEFT JOIN match_leg l ON l.tenant_id = tenant() AND l.side = 0 AND l.row_id = t.id AND l.leg = b.leg
  LEFT JOIN plane_leg g ON g.tenant_id = tenant() AND g.pair = 'provider-ledger' AND g.side = 5 AND g.row_id = t.id
  LEFT JOIN ledger_transaction_move x ON x.tenant_id = tenant() AND x.transaction_id = t.id
 WHERE t.tenant_id = tenant() AND t.id IN (
       SELECT id FROM ledger_transaction WHERE tenant_id = tenant() AND payment_id = ANY(%(threads)s)
        UNION SELECT id FROM ledger_transaction WHERE tenant_id = tenant() AND public_id = %(public_id)s)
 ORDER BY t.recorded_at, t.id LIMIT 100;

-- step: lines
SELECT DISTINCT b.id, b.reference, b.amount_minor, k.currency, b.value_on, b.counts_on, b.imported_at, k.name, k.code, b.status, b.counts,
       s.intraday, p.ends_at
  FROM (SELECT o.row_id AS id FROM match_leg l JOIN match_leg o ON o.match_id = l.match_id AND o.tenant_id = tenant() AND o.side = 1
         WHERE l.tenant_id = tenant() AND l.side = 0 AND l.row_id = ANY(%(transactions)s)
         UNION
        SELECT y.id FROM ledger_transaction t JOIN bank_line y ON y.tenant_id = t.tenant_id AND y.reference_key = t.reference_key
         WHERE t.tenant_id = tenant() AND t.id = ANY(%(transactions)s) AND t.reference_key <> '' AND y.reference_key <> '') x
  JOIN bank_line b ON b.tenant_id = tenant() AND b.id = x.id
  JOIN bank_account k ON k.tenant_id = tenant() AND k.id = b.bank_account_id
  JOIN bank_statement s ON s.tenant_id = tenant() AND s.id = b.statement_id
  LEFT JOIN bank_period p ON p.tenant_id = tenant() AND p.bank_account_id = b.bank_account_id AND p.day <= b.counts_on AND p.until_on > b.counts_on
 ORDER BY b.imported_at, b.id LIMIT 50;

-- step: cases
SELECT c.number, c.title, c.state, c.exception_class, c.contribution_minor, c.currency, c.opened_at, c.resolved_at, c.resolution,
       c.plane_pair, c.kind, c.cause
  FROM exception_case c WHERE c.tenant_id = tenant() AND c.payment_id = ANY(%(threads)s) AND c.payment_id <> ''
 ORDER BY c.number LIMIT 50;

-- step: requests
SELECT r.number, r.kind, r.state, r.made_at FROM approval_request r
 WHERE r.tenant_id = tenant() AND r.number IN (
       SELECT number FROM approval_request WHERE tenant_id = tenant() AND subject = ANY(%(subjects)s)
        UNION SELECT number FROM approval_request WHERE tenant_id = tenant() AND payment_id = ANY(%(threads)s) AND payment_id <> '')
 ORDER BY r.number LIMIT 50;
