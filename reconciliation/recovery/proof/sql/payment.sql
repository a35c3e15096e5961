-- The proof of one payment as of an instant: what the planes hold of it, the decisions that let it through, and the audit rows that tell
-- of it. Values: key, threads, refs, orders, payments, transactions, lines, asked (request ids), decided (decision ids), as_of. The place
-- of the audit rows in the chain is added as in every bundle (chain.sql).

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

-- fragment: pending
(m.at IS NULL AND t.status = 'PENDING' OR m.at > %(as_of)s)

-- step: transactions
SELECT t.public_id AS transaction, t.id, CASE WHEN {pending} THEN 'PENDING' ELSE t.status END AS status, t.use_case, t.payment_id,
       t.partner_reference, t.batch_reference, CASE WHEN {pending} THEN NULL ELSE t.effective_on END AS effective_on, t.recorded_at,
       t.reverses_id AS reverses, t.corrects_id AS corrects, t.decision_id AS decision, t.idempotency_key AS key, t.metadata,
       encode(t.fingerprint, 'hex') AS fingerprint, convert_from(transaction_canonical(t, t.status = 'PENDING' OR m.id IS NOT NULL,
           (SELECT string_agg(concat_ws(' ', e.account_id, e.direction, e.amount_minor), ',' ORDER BY e.leg) FROM ledger_entry e
             WHERE e.tenant_id = t.tenant_id AND e.transaction_id = t.id)), 'UTF8') AS canonical
  FROM ledger_transaction t LEFT JOIN ledger_transaction_move m ON m.tenant_id = t.tenant_id AND m.transaction_id = t.id
 WHERE t.id = ANY(%(transactions)s) ORDER BY t.id

-- step: entries
SELECT e.transaction_id AS transaction, e.leg, a.code AS account, a.id AS account_id, a.asset, e.direction, e.amount_minor
  FROM ledger_entry e JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
 WHERE e.transaction_id = ANY(%(transactions)s) ORDER BY e.transaction_id, e.leg

-- step: moves
SELECT m.transaction_id AS transaction, m.from_status, m.to_status, m.effective_on, m.decision_id AS decision, m.at
  FROM ledger_transaction_move m WHERE m.transaction_id = ANY(%(transactions)s) AND m.at <= %(as_of)s ORDER BY m.id

-- step: requests
SELECT 'CR-' || r.number AS request, r.kind, r.title, r.subject, r.payload, encode(r.payload_sha256, 'hex') AS payload_sha256, r.precondition,
       r.amount_minor, r.currency, r.payment_id, r.reason_code, r.note, r.made_by_label AS made_by, r.made_by AS made_by_person, r.made_at,
       r.expires_at, r.quorum, r.decision_id AS decision, CASE WHEN r.ended_at <= %(as_of)s THEN r.state ELSE 'open' END AS state
  FROM approval_request r WHERE r.id = ANY(%(asked)s) AND r.made_at <= %(as_of)s ORDER BY r.number

-- step: request_decisions
SELECT 'CR-' || r.number AS request, d.verdict, d.role, p.name AS decided_by, d.decided_by AS decided_by_person, d.on_behalf_of, d.reason,
       d.decided_at, encode(d.payload_sha256, 'hex') AS payload_sha256
  FROM approval_decision d JOIN approval_request r ON r.tenant_id = d.tenant_id AND r.id = d.request_id
  JOIN reconciliation_person p ON p.id = d.decided_by
 WHERE d.request_id = ANY(%(asked)s) AND d.decided_at <= %(as_of)s ORDER BY d.id

-- step: executions
SELECT 'CR-' || r.number AS request, x.executed_at, x.transaction_ids AS transactions, x.decision_id AS decision,
       encode(x.payload_sha256, 'hex') AS payload_sha256
  FROM approval_execution x JOIN approval_request r ON r.tenant_id = x.tenant_id AND r.id = x.request_id
 WHERE x.request_id = ANY(%(asked)s) AND x.executed_at <= %(as_of)s ORDER BY r.number

-- step: decisions
SELECT d.id AS decision, d.at, d.policy, d.policy_version, d.move, d.inputs, d.outcome, d.rule, d.reason, d.quorum, d.subject_count,
       encode(d.subjects_sha256, 'hex') AS subjects_sha256, d.override_number
  FROM checkpoint_decision d WHERE d.id = ANY(%(decided)s) ORDER BY d.id

-- step: policies
SELECT p.key, v.number, v.document, encode(v.document_sha256, 'hex') AS document_sha256, v.active_from, v.ended_at
  FROM checkpoint_version v JOIN checkpoint_policy p ON p.tenant_id = v.tenant_id AND p.id = v.policy_id
 WHERE (v.document->>'title', v.number) IN (SELECT d.policy, d.policy_version FROM checkpoint_decision d WHERE d.id = ANY(%(decided)s))
 ORDER BY p.key, v.number

-- step: audit
SELECT a.id AS row, a.at, a.actor_kind, a.actor, a.role, a.action, a.subject, a.why, a.policy_version, a.detail,
       convert_from(audit_canonical(a), 'UTF8') AS canonical
  FROM audit_entry a WHERE a.at <= %(as_of)s AND a.subject = ANY(ARRAY(
       SELECT t.public_id::text FROM ledger_transaction t WHERE t.id = ANY(%(transactions)s)
        UNION SELECT 'CR-' || r.number FROM approval_request r WHERE r.id = ANY(%(asked)s)))
 ORDER BY a.id
