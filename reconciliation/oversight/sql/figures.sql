-- What the metrics of one tenant are made of: (metric, labels, value), one row a series. A figure that is not known has no row,
-- for a zero in its place would say that all is well. Amounts are in minor units, ages in seconds.
WITH given AS (SELECT %(at)s::timestamptz AS at, %(at)s::timestamptz - interval '24 hours' AS since),
-- The checks that stand of ended days checked in the last 24 h. While its statement is not due, an unknown day is not counted.
lately AS (
    SELECT s.bank_account_id, c.drift
      FROM given g, drift_standing s
      JOIN drift_check c ON c.tenant_id = s.tenant_id AND c.id = s.check_id
      JOIN bank_period p ON p.tenant_id = s.tenant_id AND p.bank_account_id = s.bank_account_id AND p.day = s.day
     WHERE c.checked_at > g.since AND c.checked_at <= g.at AND p.ends_at <= g.at AND (c.drift IS NOT NULL OR p.due_at <= g.at)
), persisting AS (
    SELECT s.bank_account_id, f.runs, g.at - f.first_at AS age
      FROM given g, drift_standing s
      JOIN drift_check c ON c.tenant_id = s.tenant_id AND c.id = s.check_id AND NOT c.timing_only
     CROSS JOIN LATERAL (SELECT min(d.checked_at) AS first_at, count(*) AS runs FROM drift_check d
                          WHERE d.tenant_id = s.tenant_id AND d.bank_account_id = s.bank_account_id AND d.day = s.day
                            AND d.verdict = 'DRIFTED' AND NOT d.timing_only) f
     WHERE s.verdict = 'DRIFTED'
), standing_cases AS MATERIALIZED (
    SELECT plane_pair, currency, exception_class,
           CASE WHEN opened_at > g.at - interval '1 day' THEN 'under 1 day' WHEN opened_at > g.at - interval '3 days' THEN '1 to 3 days'
                WHEN opened_at > g.at - interval '7 days' THEN '3 to 7 days' ELSE 'over 7 days' END AS age,
           count(*) AS n, sum(abs(contribution_minor)) AS minor, count(*) FILTER (WHERE due_at < g.at) AS overdue,
           count(*) FILTER (WHERE cause = 4) AS holds
      FROM given g, exception_case WHERE state <> 'resolved' GROUP BY 1, 2, 3, 4
), endpoints AS (
    SELECT n.tenant_id, n.id, n.name, n.made_at FROM provider_endpoint n WHERE n.ended_at IS NULL
), asked AS (
    SELECT count(*) AS n, min(made_at) AS oldest FROM given g, approval_request
     WHERE state = 'open' AND quorum > 0 AND expires_at > g.at
), pending AS (
    SELECT count(*) AS n, min(recorded_at) AS oldest FROM ledger_transaction WHERE status = 'PENDING'
), verified AS (
    SELECT ok, at FROM audit_verification ORDER BY id DESC LIMIT 1
), confirmed AS (
    SELECT endpoint_id, extract(epoch FROM confirmed_at - detected_at) AS seconds FROM given g, provider_payment
     WHERE changed_at > g.since AND confirmed_at > g.since AND status = 'confirmed' AND detected_at <= confirmed_at
)
SELECT 'ledger_bank_drift_santim_total', ARRAY[b.code, b.currency],
       CASE WHEN sum(abs(l.drift)) > 0 THEN sum(abs(l.drift)) WHEN bool_or(l.drift IS NULL) THEN NULL ELSE 0 END
  FROM lately l JOIN bank_account b ON b.tenant_id = tenant() AND b.id = l.bank_account_id GROUP BY b.code, b.currency
 UNION ALL
SELECT m.metric, ARRAY[b.code, b.currency], m.value
  FROM (SELECT bank_account_id, max(extract(epoch FROM age)) AS seconds, max(runs) AS runs FROM persisting GROUP BY 1) p
  JOIN bank_account b ON b.tenant_id = tenant() AND b.id = p.bank_account_id
 CROSS JOIN LATERAL (VALUES ('plumbline_drift_persists_seconds', p.seconds), ('plumbline_drift_persists_checks', p.runs)) m (metric, value)
 UNION ALL
SELECT 'plumbline_unmatched_value_minor', ARRAY[plane_pair, currency], sum(minor) FROM standing_cases GROUP BY plane_pair, currency
 UNION ALL
SELECT 'plumbline_exception_queue_depth', ARRAY[exception_class, age], sum(n) FROM standing_cases GROUP BY exception_class, age
 UNION ALL
SELECT 'plumbline_exception_queue_overdue', ARRAY[exception_class], sum(overdue) FROM standing_cases GROUP BY exception_class
 UNION ALL
SELECT 'plumbline_security_holds', '{}', coalesce(sum(holds), 0) FROM standing_cases
 UNION ALL
SELECT 'plumbline_webhook_age_seconds', ARRAY[n.name], extract(epoch FROM g.at - coalesce(last.at, n.made_at))
  FROM given g, endpoints n
  LEFT JOIN LATERAL (SELECT d.received_at AS at FROM provider_delivery d WHERE d.tenant_id = n.tenant_id AND d.endpoint_id = n.id
                        AND d.reason = '' AND d.origin = 'webhook' ORDER BY d.received_at DESC LIMIT 1) last ON true
 UNION ALL
SELECT 'plumbline_signature_failures', ARRAY[n.name], f.n
  FROM given g, endpoints n
 CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT FROM provider_delivery d WHERE d.tenant_id = n.tenant_id
                        AND d.endpoint_id = n.id AND d.received_at > g.since AND d.reason <> '' LIMIT %(most)s) x) f
 UNION ALL
SELECT 'plumbline_quarantine_depth', ARRAY[n.name], h.n
  FROM endpoints n
 CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT FROM provider_quarantine q WHERE q.tenant_id = n.tenant_id
                        AND q.endpoint_id = n.id AND q.state = 'held' LIMIT %(most)s) x) h
 UNION ALL
SELECT 'plumbline_provider_confirmation_seconds', ARRAY[n.name, q.quantile], q.seconds
  FROM (SELECT endpoint_id, percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds) AS half,
               percentile_disc(0.95) WITHIN GROUP (ORDER BY seconds) AS most FROM confirmed GROUP BY endpoint_id) c
  JOIN endpoints n ON n.id = c.endpoint_id
 CROSS JOIN LATERAL (VALUES ('0.5', c.half), ('0.95', c.most)) q (quantile, seconds)
 UNION ALL
SELECT 'plumbline_intake_depth', '{}', count(*) FROM (SELECT FROM provider_inbox LIMIT %(most)s) x
 UNION ALL
SELECT 'plumbline_intake_lag_seconds', '{}', coalesce((SELECT extract(epoch FROM g.at - d.received_at) FROM provider_delivery d
         WHERE d.tenant_id = tenant() AND d.id = (SELECT min(delivery_id) FROM provider_inbox)), 0) FROM given g
 UNION ALL
SELECT 'plumbline_requests_open', '{}', n FROM asked
 UNION ALL
SELECT 'plumbline_checkpoint_lag_seconds', '{}', coalesce(extract(epoch FROM g.at - oldest), 0) FROM given g, asked
 UNION ALL
SELECT 'plumbline_payout_review_backlog', ARRAY[b.waiting], b.n
  FROM asked, pending, LATERAL (VALUES ('request', asked.n), ('pending', pending.n)) b (waiting, n)
 UNION ALL
SELECT 'plumbline_payout_review_oldest_seconds', '{}', coalesce(extract(epoch FROM g.at - least(asked.oldest, pending.oldest)), 0)
  FROM given g, asked, pending
 UNION ALL
SELECT 'plumbline_outbox_depth', ARRAY[state, kind], count(*) FROM outbox_item WHERE state = 'waiting' GROUP BY state, kind
 UNION ALL
SELECT 'plumbline_outbox_depth', ARRAY[state, kind], count(*) FROM outbox_item WHERE state = 'dead' GROUP BY state, kind
 UNION ALL
SELECT 'plumbline_outbox_lag_seconds', '{}', greatest(coalesce(extract(epoch FROM g.at -
       (SELECT min(due_at) FROM outbox_item WHERE state = 'waiting')), 0), 0) FROM given g
 UNION ALL
SELECT 'plumbline_job_age_seconds', ARRAY[kind], extract(epoch FROM g.at - max(done_at)) FROM given g,
       (SELECT kind, done_at FROM outbox_item WHERE state = 'done' ORDER BY id DESC LIMIT 1000) d GROUP BY kind, g.at
 UNION ALL
SELECT 'plumbline_verification_ok', '{}', ok::integer FROM verified
 UNION ALL
SELECT 'plumbline_verification_age_seconds', '{}', extract(epoch FROM g.at - v.at) FROM given g, verified v
 UNION ALL
SELECT 'plumbline_anchor_age_seconds', '{}', extract(epoch FROM g.at - a.at) FROM given g,
       (SELECT at FROM audit_anchor ORDER BY id DESC LIMIT 1) a
