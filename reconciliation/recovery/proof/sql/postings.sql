-- Postings as of an instant, in every bundle: with their requests, the decisions that let them through, the policies that these were made by,
-- and the audit rows that tell of them. Values: transactions, asked (request ids), decided (decision ids), subjects (whose audit rows are
-- told beside those of the postings and requests), in_force, as_of. Nothing here was recorded later: who names the ids sees to it. The
-- place of the audit rows in the chain is added (chain.sql).

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
  FROM checkpoint_decision d WHERE d.id = ANY(%(decided)s) AND d.at <= %(as_of)s ORDER BY d.id

-- step: policies
-- Those by which one of the decisions was made; with `in_force` also those that were in force then.
SELECT p.key, v.number, v.document, encode(v.document_sha256, 'hex') AS document_sha256, v.active_from,
       CASE WHEN v.ended_at <= %(as_of)s THEN v.ended_at END AS ended_at
  FROM checkpoint_version v JOIN checkpoint_policy p ON p.tenant_id = v.tenant_id AND p.id = v.policy_id
 WHERE v.active_from <= %(as_of)s
   AND (%(in_force)s AND (v.ended_at IS NULL OR v.ended_at > %(as_of)s)
        OR (v.document->>'title', v.number) IN (SELECT d.policy, d.policy_version FROM checkpoint_decision d WHERE d.id = ANY(%(decided)s)))
 ORDER BY p.key, v.number

-- step: audit
SELECT a.id AS row, a.at, a.actor_kind, a.actor, a.role, a.action, a.subject, a.why, a.policy_version, a.detail,
       convert_from(audit_canonical(a), 'UTF8') AS canonical
  FROM audit_entry a WHERE a.at <= %(as_of)s AND a.subject = ANY(ARRAY(
       SELECT unnest(%(subjects)s::text[])
        UNION SELECT t.public_id::text FROM ledger_transaction t WHERE t.id = ANY(%(transactions)s)
        UNION SELECT 'CR-' || r.number FROM approval_request r WHERE r.id = ANY(%(asked)s)))
 ORDER BY a.id
