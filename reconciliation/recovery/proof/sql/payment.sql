-- What the planes hold of one payment as of an instant. Values: threads, refs, orders, payments, transactions, lines, as_of. Its postings,
-- their requests and decisions, and the audit rows that tell of them are those of every bundle (postings.sql).

-- step: payments
SELECT p.payment_ref, p.payment_id, p.order_ref, p.status, p.flags, p.asset, p.detected_minor, p.confirmed_minor, p.detected_at, p.confirmed_at,
       n.name AS endpoint, n.scheme
  FROM provider_payment p JOIN provider_endpoint n ON n.tenant_id = p.tenant_id AND n.id = p.endpoint_id WHERE p.id = ANY(%(payments)s) ORDER BY p.id

-- step: provider_events
SELECT e.public_id AS event, n.name AS endpoint, n.scheme, e.event_id, e.type, e.provider_type, e.payment_ref, e.order_ref, e.occurred_at,
       e.received_at, e.logged_at, e.amount_minor, e.asset, e.txid, e.flags, e.detail, encode(e.content_sha256, 'hex') AS content_sha256,
       d.public_id AS delivery, encode(sha256(d.body), 'hex') AS body_sha256
  FROM provider_event e JOIN provider_endpoint n ON n.tenant_id = e.tenant_id AND n.id = e.endpoint_id
  JOIN provider_delivery d ON d.tenant_id = e.tenant_id AND d.id = e.delivery_id
 WHERE e.endpoint_id = ANY(ARRAY(SELECT id FROM provider_endpoint)) AND e.payment_ref = ANY(%(refs)s) AND e.logged_at <= %(as_of)s
 ORDER BY e.occurred_at, e.id

-- step: orders
SELECT o.order_ref, o.payment_id, o.merchant_reference, o.expected_minor, o.asset, o.rail, o.network, o.placed_at, o.due_at, o.recorded_at, o.source
  FROM commerce_order o WHERE o.id = ANY(%(orders)s) ORDER BY o.id

-- step: order_moves
SELECT o.order_ref, m.at, m.from_state, m.to_state, m.source, m.actor, m.role, m.reason_code, m.ticket, m.note, m.decision_id AS decision
  FROM commerce_move m JOIN commerce_order o ON o.tenant_id = m.tenant_id AND o.id = m.order_id
 WHERE m.order_id = ANY(%(orders)s) AND m.at <= %(as_of)s ORDER BY m.id

-- step: matches
-- Those that stand: of the payment across planes, and of its entries with lines of the bank.
SELECT m.pair, m.payment_id, m.matched_by, m.difference_minor, m.asset, m.decision_id AS decision, m.id AS match, NULL::date AS day
  FROM plane_match m WHERE m.payment_id = ANY(%(threads)s) AND m.payment_id <> '' AND m.retired_by IS NULL
 UNION ALL
SELECT DISTINCT 'ledger-bank', '', b.rule, 0::numeric, '', b.decision_id, b.id, b.day
  FROM match_leg l JOIN match b ON b.tenant_id = l.tenant_id AND b.id = l.match_id
 WHERE l.side = 0 AND l.row_id = ANY(%(transactions)s) AND b.retired_by IS NULL
 ORDER BY 1, 7

-- step: lines
SELECT l.id AS line, s.public_id AS statement, encode(i.sha256, 'hex') AS file_sha256, l.number, l.reference, l.amount_minor, l.value_on,
       l.booked_on, l.status, l.code, l.bank_id, l.narrative, l.imported_at
  FROM bank_line l JOIN bank_statement s ON s.tenant_id = l.tenant_id AND s.id = l.statement_id
  JOIN bank_import i ON i.tenant_id = s.tenant_id AND i.id = s.import_id
 WHERE l.id = ANY(%(lines)s) AND l.imported_at <= %(as_of)s ORDER BY l.id

-- step: open_cases
-- What then stood open about it. That a proof verifies says that the record is whole, not that the planes agree.
SELECT 'C-' || c.number AS case, c.plane_pair, c.exception_class, c.contribution_minor, c.currency, c.opened_at
  FROM exception_case c
 WHERE c.payment_id = ANY(%(threads)s) AND c.payment_id <> '' AND c.opened_at <= %(as_of)s
   AND (c.resolved_at IS NULL OR c.resolved_at > %(as_of)s)
 ORDER BY c.number
