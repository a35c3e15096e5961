-- What an incident's bundle holds, section by section, as of an instant. Every row says what cannot change any more, or what stood at
-- that instant: a posting confirmed later is PENDING here. Values: incident, cases, account, ledger_account, lines, keys, payments, subjects,
-- first and until (days, half-open), as_of. No section names a key, a token, a signature or a header's value. The proof of the audit rows
-- is added when the bundle is sealed (proof/sql/chain.sql).

-- fragment: decided
SELECT t.decision_id AS id FROM ({postings}) n JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = n.id
         UNION SELECT m.decision_id FROM ({postings}) n JOIN ledger_transaction_move m ON m.tenant_id = tenant() AND m.transaction_id = n.id
         UNION SELECT r.decision_id FROM approval_request r WHERE r.id IN ({asked})
         UNION SELECT i.decision_id FROM incident i WHERE i.id = %(incident)s

-- fragment: asked
SELECT r.id FROM approval_request r
 WHERE r.made_at <= %(as_of)s AND (r.touches @> to_jsonb(%(ledger_account)s::bigint) AND r.made_at >= %(first)s OR r.subject = ANY(%(subjects)s)
       OR r.decision_id = ANY(ARRAY(SELECT t.decision_id FROM ({postings}) n JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = n.id
                                     UNION SELECT m.decision_id FROM ({postings}) n JOIN ledger_transaction_move m
                                              ON m.tenant_id = tenant() AND m.transaction_id = n.id)))

-- fragment: postings
SELECT o.id, m.at IS NULL AND o.status = 'PENDING' OR m.at > %(as_of)s AS pending
  FROM (SELECT id FROM ({chosen}) c
         UNION SELECT t.reverses_id FROM ({chosen}) c JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = c.id) n
  JOIN ledger_transaction o ON o.tenant_id = tenant() AND o.id = n.id
  LEFT JOIN ledger_transaction_move m ON m.tenant_id = o.tenant_id AND m.transaction_id = o.id

-- fragment: chosen
SELECT t.id, m.at IS NULL AND t.status = 'PENDING' OR m.at > %(as_of)s AS pending
  FROM (SELECT id FROM ledger_transaction WHERE effective_on >= %(first)s AND effective_on < %(until)s
         UNION SELECT transaction_id FROM ledger_transaction_move WHERE at > %(as_of)s
         UNION SELECT id FROM ledger_transaction WHERE reference_key = ANY(%(keys)s) OR payment_id = ANY(%(payments)s)) n
  JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = n.id
  LEFT JOIN ledger_transaction_move m ON m.tenant_id = t.tenant_id AND m.transaction_id = t.id
 WHERE t.recorded_at <= %(as_of)s
   AND (t.reference_key = ANY(%(keys)s) OR t.payment_id = ANY(%(payments)s)
        OR EXISTS (SELECT FROM ledger_entry e WHERE e.tenant_id = t.tenant_id AND e.transaction_id = t.id AND e.account_id = %(ledger_account)s)
           AND CASE WHEN m.at IS NULL AND t.status = 'PENDING' OR m.at > %(as_of)s THEN (t.recorded_at AT TIME ZONE 'UTC')::date
                    ELSE t.effective_on END BETWEEN %(first)s AND %(until)s::date - 1)

-- fragment: canonical
convert_from(transaction_canonical(t, t.status = 'PENDING' OR EXISTS (SELECT FROM ledger_transaction_move m WHERE m.tenant_id = t.tenant_id
           AND m.transaction_id = t.id), (SELECT string_agg(concat_ws(' ', e.account_id, e.direction, e.amount_minor), ',' ORDER BY e.leg)
           FROM ledger_entry e WHERE e.tenant_id = t.tenant_id AND e.transaction_id = t.id)), 'UTF8') AS canonical

-- step: incident
SELECT 'IN-' || i.number AS incident, b.code AS account, b.partner, a.code AS ledger_account, i.opened_at, i.opened_by, i.run_label AS run,
       'FW-' || w.number AS freeze, w.moves, w.reason, i.decision_id AS decision,
       (SELECT jsonb_agg(jsonb_build_object('case', 'C-' || c.number, 'joined_at', k.joined_at) ORDER BY c.number)
          FROM incident_case k JOIN exception_case c ON c.tenant_id = k.tenant_id AND c.id = k.case_id
         WHERE k.incident_id = i.id AND k.joined_at <= %(as_of)s) AS cases
  FROM incident i JOIN bank_account b ON b.tenant_id = i.tenant_id AND b.id = i.bank_account_id
  JOIN ledger_account a ON a.tenant_id = b.tenant_id AND a.id = b.ledger_account_id
  JOIN freeze_window w ON w.tenant_id = i.tenant_id AND w.id = i.freeze_id
 WHERE i.id = %(incident)s

-- step: calls_and_notes
SELECT 'call' AS what, recorded_at AS at, caller AS by, spoke_with, said AS text, reference, called_at FROM incident_call
 WHERE incident_id = %(incident)s AND recorded_at <= %(as_of)s
 UNION ALL
SELECT 'note', at, actor, '', text, '', NULL FROM incident_note WHERE incident_id = %(incident)s AND at <= %(as_of)s
 ORDER BY 2, 1, 3, 5

-- step: release
SELECT r.released_at, r.released_by, r.root_cause, r.explanation, encode(r.bundle_sha256, 'hex') AS bundle_sha256, r.decision_id AS decision
  FROM incident_release r WHERE r.incident_id = %(incident)s AND r.released_at <= %(as_of)s

-- step: cases
SELECT 'C-' || c.number AS case, c.plane_pair, c.currency, c.opened_at, c.opened_run_id AS opened_run FROM exception_case c
 WHERE c.id = ANY(%(cases)s) ORDER BY c.number

-- step: case_history
SELECT 'C-' || c.number AS case, e.at, e.kind, e.actor, e.text, e.detail FROM case_event e
  JOIN exception_case c ON c.tenant_id = e.tenant_id AND c.id = e.case_id
 WHERE e.case_id = ANY(%(cases)s) AND e.at <= %(as_of)s ORDER BY e.id

-- step: statements
SELECT s.public_id AS statement, s.statement_ref, s.sequence, s.from_on, s.until_on, s.opening_minor, s.closing_minor, s.line_count, s.in_force,
       s.findings, s.imported_at, i.file_name, encode(i.sha256, 'hex') AS file_sha256, i.size_bytes, i.received_at, i.received_by
  FROM bank_statement s JOIN bank_import i ON i.tenant_id = s.tenant_id AND i.id = s.import_id
 WHERE s.bank_account_id = %(account)s AND s.imported_at <= %(as_of)s
   AND (s.until_on > %(first)s AND s.from_on < %(until)s OR s.id IN (SELECT statement_id FROM bank_line WHERE id = ANY(%(lines)s)))
 ORDER BY s.id

-- step: lines
SELECT l.id AS line, s.public_id AS statement, l.number, l.reference, l.batch_reference, l.amount_minor, l.value_on, l.booked_on, l.status, l.code,
       l.kind, l.charge_minor, l.bank_id, l.narrative, l.counterparty, l.raw, l.imported_at, l.id = ANY(%(lines)s) AS of_the_incident
  FROM bank_line l JOIN bank_statement s ON s.tenant_id = l.tenant_id AND s.id = l.statement_id
 WHERE l.bank_account_id = %(account)s AND l.imported_at <= %(as_of)s
   AND (l.counts_on >= %(first)s AND l.counts_on < %(until)s OR l.id = ANY(%(lines)s))
 ORDER BY l.id

-- step: transactions
WITH n AS ({postings})
SELECT t.public_id AS transaction, t.id, CASE WHEN n.pending THEN 'PENDING' ELSE t.status END AS status, t.use_case, t.payment_id,
       t.partner_reference, t.batch_reference, CASE WHEN n.pending THEN NULL ELSE t.effective_on END AS effective_on, t.recorded_at,
       t.reverses_id AS reverses, t.corrects_id AS corrects, t.decision_id AS decision, t.idempotency_key AS key, t.metadata,
       encode(t.fingerprint, 'hex') AS fingerprint, {canonical}
  FROM n JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = n.id ORDER BY t.id

-- step: entries
WITH n AS ({postings})
SELECT e.transaction_id AS transaction, e.leg, a.code AS account, a.id AS account_id, a.asset, e.direction, e.amount_minor
  FROM n JOIN ledger_entry e ON e.tenant_id = tenant() AND e.transaction_id = n.id
  JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id ORDER BY e.transaction_id, e.leg

-- step: moves
WITH n AS ({postings})
SELECT m.transaction_id AS transaction, m.from_status, m.to_status, m.effective_on, m.decision_id AS decision, m.at
  FROM n JOIN ledger_transaction_move m ON m.tenant_id = tenant() AND m.transaction_id = n.id WHERE m.at <= %(as_of)s ORDER BY m.id

-- step: checks
SELECT c.public_id AS check, c.id, c.day, 'MR-' || r.number AS run, c.ledger_as_of, c.statement_as_of, c.verdict, c.timing_only, c.ledger_total,
       c.statement_total, c.drift, c.gross, c.unexplained, c.open_count, c.entry_count, c.line_count, c.unknown_because, c.checked_at,
       encode(r.digest, 'hex') AS run_sha256, r.matcher_version_id AS matcher
  FROM drift_check c JOIN match_run r ON r.tenant_id = c.tenant_id AND r.id = c.run_id
 WHERE c.bank_account_id = %(account)s AND c.day >= %(first)s AND c.day < %(until)s AND c.checked_at <= %(as_of)s ORDER BY c.id

-- step: contributions
SELECT x.check_id AS check, x.position, x.exception_class, x.cause, x.rule, x.contribution_minor, x.reason, x.reference, x.payment_ids, x.entry_refs,
       x.line_ids
  FROM drift_check c JOIN drift_contribution x ON x.tenant_id = c.tenant_id AND x.check_id = c.id
 WHERE c.bank_account_id = %(account)s AND c.day >= %(first)s AND c.day < %(until)s AND c.checked_at <= %(as_of)s ORDER BY x.check_id, x.position

-- step: matchers
SELECT v.id AS matcher, v.plane_pair, v.number, v.value_date_days, v.amount_tolerance, v.reference_form, v.narrative_pattern, v.service_hours,
       v.underpaid_up_to, v.active_from, v.decision_id AS decision
  FROM matcher_version v WHERE v.active_from <= %(as_of)s ORDER BY v.id

-- step: provider_events
SELECT e.public_id AS event, n.name AS endpoint, n.scheme, e.event_id, e.type, e.provider_type, e.payment_ref, e.order_ref, e.occurred_at,
       e.received_at, e.logged_at, e.amount_minor, e.asset, e.txid, e.flags, e.detail, encode(e.content_sha256, 'hex') AS content_sha256,
       d.public_id AS delivery, encode(sha256(d.body), 'hex') AS body_sha256,
       (SELECT jsonb_agg(h.name ORDER BY h.name) FROM jsonb_object_keys(
           CASE jsonb_typeof(d.headers) WHEN 'object' THEN d.headers ELSE '{}' END) AS h(name)) AS header_names
  FROM provider_event e JOIN provider_endpoint n ON n.tenant_id = e.tenant_id AND n.id = e.endpoint_id
  JOIN provider_delivery d ON d.tenant_id = e.tenant_id AND d.id = e.delivery_id
 WHERE e.endpoint_id = ANY(ARRAY(SELECT id FROM provider_endpoint)) AND e.payment_ref = ANY(%(payments)s) AND e.payment_ref <> ''
   AND e.logged_at <= %(as_of)s
 ORDER BY e.occurred_at, e.id

-- step: requests
SELECT 'CR-' || r.number AS request, r.kind, r.title, r.subject, r.payload, encode(r.payload_sha256, 'hex') AS payload_sha256, r.precondition,
       r.amount_minor, r.currency, r.payment_id, r.reason_code, r.note, r.made_by_label AS made_by, r.made_by AS made_by_person, r.made_at, r.expires_at, r.quorum,
       r.decision_id AS decision, CASE WHEN r.ended_at <= %(as_of)s THEN r.state ELSE 'open' END AS state
  FROM approval_request r
 WHERE r.id IN ({asked})
 ORDER BY r.number

-- step: request_decisions
SELECT 'CR-' || r.number AS request, d.verdict, d.role, p.name AS decided_by, d.decided_by AS decided_by_person, d.on_behalf_of, d.reason, d.decided_at, encode(d.payload_sha256, 'hex') AS payload_sha256
  FROM approval_decision d JOIN approval_request r ON r.tenant_id = d.tenant_id AND r.id = d.request_id
  JOIN reconciliation_person p ON p.id = d.decided_by
 WHERE d.decided_at <= %(as_of)s AND r.id IN ({asked})
 ORDER BY d.id

-- step: executions
SELECT 'CR-' || r.number AS request, x.executed_at, x.transaction_ids AS transactions, x.decision_id AS decision,
       encode(x.payload_sha256, 'hex') AS payload_sha256
  FROM approval_execution x JOIN approval_request r ON r.tenant_id = x.tenant_id AND r.id = x.request_id
 WHERE x.executed_at <= %(as_of)s AND r.id IN ({asked})
 ORDER BY r.number

-- step: decisions
SELECT d.id AS decision, d.at, d.policy, d.policy_version, d.move, d.inputs, d.outcome, d.rule, d.reason, d.quorum, d.subject_count,
       encode(d.subjects_sha256, 'hex') AS subjects_sha256, d.override_number
  FROM checkpoint_decision d WHERE d.at <= %(as_of)s AND d.id IN ({decided}) ORDER BY d.id

-- step: policies
-- Those in force then, and those by which one of the decisions was made.
SELECT p.key, v.number, v.document, encode(v.document_sha256, 'hex') AS document_sha256, v.active_from
  FROM checkpoint_version v JOIN checkpoint_policy p ON p.tenant_id = v.tenant_id AND p.id = v.policy_id
 WHERE v.active_from <= %(as_of)s AND (v.ended_at IS NULL OR v.ended_at > %(as_of)s
       OR (v.document->>'title', v.number) IN (SELECT d.policy, d.policy_version FROM checkpoint_decision d WHERE d.id IN ({decided})))
 ORDER BY p.key, v.number

-- step: audit
WITH n AS ({postings})
SELECT a.id AS row, a.at, a.actor_kind, a.actor, a.role, a.action, a.subject, a.why, a.policy_version, a.detail,
       convert_from(audit_canonical(a), 'UTF8') AS canonical
  FROM audit_entry a
 WHERE a.at <= %(as_of)s AND a.subject = ANY(ARRAY(
       SELECT unnest(%(subjects)s::text[])
        UNION SELECT t.public_id::text FROM n JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = n.id
        UNION SELECT 'CR-' || r.number FROM approval_request r WHERE r.id IN ({asked})))
 ORDER BY a.id
