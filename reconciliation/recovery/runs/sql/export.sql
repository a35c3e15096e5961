-- The event log of a run's period, inside the tables that staged the run (rerun.sql): the period's own events, and those of the same
-- payments that lie before or after it, told apart. Of a delivery the digest of its body and the names of its headers, never their values.

-- step: run
SELECT 'RR-' || r.number AS run, r.title, r.document, encode(r.sha256, 'hex') AS sha256, r.decision_id AS decision FROM recovery_run r WHERE r.id = %(run)s

-- step: steps
SELECT s.step, s.done_at, s.done_by, s.document, encode(s.previous, 'hex') AS previous, encode(s.sha256, 'hex') AS sha256, s.decision_id AS decision
  FROM recovery_step s WHERE s.run_id = %(run)s AND s.done_at <= %(as_of)s ORDER BY s.step

-- step: freeze
SELECT 'FW-' || w.number AS freeze, w.subject, w.reason, w.moves, w.opened_at, w.opened_by, w.decision_id AS decision
  FROM freeze_window w WHERE w.kind = 'recovery' AND w.subject = ANY(%(subjects)s) AND w.opened_at <= %(as_of)s ORDER BY w.number

-- step: refused_attempts
SELECT d.id AS decision, d.at, d.move, d.inputs, d.reason FROM checkpoint_decision d
 WHERE d.at >= %(opened_at)s AND d.at <= %(as_of)s AND d.outcome = 'forbidden' AND d.policy = 'Freeze window' AND d.policy_version = %(freeze)s ORDER BY d.id

-- step: matchers
SELECT v.id AS matcher, v.plane_pair, v.number, v.amount_tolerance, v.service_hours, v.underpaid_up_to, v.active_from, v.decision_id AS decision
  FROM matcher_version v WHERE v.plane_pair = 'commerce-provider' AND v.active_from <= %(as_of)s ORDER BY v.number

-- step: provider_events
SELECT e.public_id AS event, n.name AS endpoint, n.scheme, e.event_id, e.type, e.provider_type, e.payment_ref, e.order_ref, e.occurred_at,
       e.received_at, e.logged_at, e.amount_minor, e.asset, e.txid, e.flags, e.detail, encode(e.content_sha256, 'hex') AS content_sha256,
       d.public_id AS delivery, e.occurred_at >= %(since)s AND e.occurred_at < %(until)s AS in_period
  FROM provider_event e JOIN provider_endpoint n ON n.tenant_id = e.tenant_id AND n.id = e.endpoint_id
  JOIN provider_delivery d ON d.tenant_id = e.tenant_id AND d.id = e.delivery_id
 WHERE e.id IN ({events}) ORDER BY e.occurred_at, e.id

-- fragment: events
SELECT id FROM provider_event WHERE tenant_id = tenant() AND occurred_at >= %(since)s AND occurred_at < %(until)s AND logged_at <= %(as_of)s
           AND (%(endpoints)s::bigint[] IS NULL OR endpoint_id = ANY(%(endpoints)s))
           AND (%(payments)s::text[] IS NULL OR payment_ref = ANY(%(payments)s))
         UNION SELECT id FROM rr_event

-- step: deliveries
SELECT d.public_id AS delivery, n.name AS endpoint, d.received_at, d.origin, d.reason, encode(sha256(d.body), 'hex') AS body_sha256, octet_length(d.body) AS bytes,
       (SELECT jsonb_agg(h.name ORDER BY h.name) FROM jsonb_object_keys(
           CASE jsonb_typeof(d.headers) WHEN 'object' THEN d.headers ELSE '{}' END) AS h(name)) AS header_names
  FROM provider_delivery d JOIN provider_endpoint n ON n.tenant_id = d.tenant_id AND n.id = d.endpoint_id
 WHERE d.id IN (SELECT delivery_id FROM provider_event WHERE tenant_id = tenant() AND id IN ({events})) ORDER BY d.received_at, d.id

-- step: orders
SELECT o.order_ref, o.payment_id, o.merchant_reference, o.expected_minor, o.asset, o.rail, o.network, o.placed_at, o.due_at, o.recorded_at, o.source
  FROM commerce_order o WHERE o.id IN (SELECT id FROM rr_order) ORDER BY o.order_ref

-- step: order_moves
SELECT o.order_ref, m.at, m.from_state, m.to_state, m.source, m.actor, m.role, m.reason_code, m.ticket, m.note, m.decision_id AS decision
  FROM commerce_move m JOIN commerce_order o ON o.tenant_id = m.tenant_id AND o.id = m.order_id
 WHERE m.order_id IN (SELECT id FROM rr_order) AND m.at <= %(as_of)s ORDER BY m.id

-- step: gaps
SELECT 'G-' || g.number AS gap, encode(g.fingerprint, 'hex') AS fingerprint, g.payment_id, g.order_ref, g.payment_ref, g.kind, g.reason,
       g.suggested_class, g.signs, g.value_minor, g.ordered_minor, g.asset, g.since_at, g.evidence
  FROM recovery_gap g WHERE g.run_id = %(run)s ORDER BY g.number

-- step: classes
SELECT 'G-' || g.number AS gap, c.exception_class, c.set_at, c.set_by, c.decision_id AS decision
  FROM recovery_class c JOIN recovery_gap g ON g.tenant_id = c.tenant_id AND g.id = c.gap_id
 WHERE c.run_id = %(run)s AND c.set_at <= %(as_of)s ORDER BY c.id

-- step: remedies
SELECT 'G-' || g.number AS gap, 'CR-' || r.number AS request, t.tied_at, t.tied_by, t.decision_id AS decision
  FROM recovery_remedy t JOIN recovery_gap g ON g.tenant_id = t.tenant_id AND g.id = t.gap_id
  JOIN approval_request r ON r.tenant_id = t.tenant_id AND r.id = t.request_id
 WHERE t.run_id = %(run)s AND t.tied_at <= %(as_of)s ORDER BY t.tied_at, g.number, r.number

-- step: acceptances
SELECT 'G-' || g.number AS gap, a.reason, a.accepted_at, a.asked_by, a.accepted_by, a.decision_id AS decision
  FROM recovery_acceptance a JOIN recovery_gap g ON g.tenant_id = a.tenant_id AND g.id = a.gap_id
 WHERE a.run_id = %(run)s AND a.accepted_at <= %(as_of)s ORDER BY g.number

-- step: rechecks
SELECT 'G-' || g.number AS gap, k.at, k.gone, k.says FROM recovery_recheck k JOIN recovery_gap g ON g.tenant_id = k.tenant_id AND g.id = k.gap_id
 WHERE k.run_id = %(run)s AND k.at <= %(as_of)s ORDER BY k.id

-- step: checkpoints
SELECT v.id AS version, y.key, v.number, v.state, v.document, encode(v.document_sha256, 'hex') AS document_sha256, t.path, t.tied_at, t.tied_by,
       m.blocked, m.moves, m.measured_at, b.public_id AS backtest, encode(b.result_sha256, 'hex') AS backtest_sha256
  FROM recovery_draft t JOIN checkpoint_version v ON v.tenant_id = t.tenant_id AND v.id = t.version_id
  JOIN checkpoint_policy y ON y.tenant_id = v.tenant_id AND y.id = v.policy_id
  LEFT JOIN recovery_measure m ON m.tenant_id = t.tenant_id AND m.run_id = t.run_id AND m.version_id = t.version_id AND m.measured_at <= %(as_of)s
  LEFT JOIN policy_backtest b ON b.tenant_id = m.tenant_id AND b.id = m.backtest_id
 WHERE t.run_id = %(run)s AND t.tied_at <= %(as_of)s ORDER BY v.id, m.id

-- step: comparisons
SELECT k.at, k.document, encode(k.sha256, 'hex') AS sha256, k.unexplained FROM recovery_comparison k
 WHERE k.run_id = %(run)s AND k.at <= %(as_of)s ORDER BY k.id

-- step: end
SELECT e.how, e.ended_at, e.ended_by, e.reason, e.decision_id AS decision FROM recovery_end e WHERE e.run_id = %(run)s AND e.ended_at <= %(as_of)s
