-- What an incident's bundle holds beside its cases and postings (proof/sql/cases.sql, proof/sql/postings.sql), section by section, as of an
-- instant. Every row says what cannot change any more, or what stood at that instant. Values: incident, account, lines, payments, first and
-- until (days, half-open), as_of. No section names a key, a token, a signature or a header's value. The proof of the audit rows is added
-- when the bundle is sealed (proof/sql/chain.sql).

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
