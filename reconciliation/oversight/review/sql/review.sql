-- What a review states of [since, until), days in UTC both included; what it says stands open stood so at `until`.

-- step: drift
-- Per account, the settlement days of the period by the newest check of each. A day whose statement is due and that has none is unknown.
SELECT b.code, b.name, b.currency,
       count(*) FILTER (WHERE s.verdict = 'CLEAN'), count(*) FILTER (WHERE s.verdict = 'DRIFTED' AND NOT k.timing_only),
       count(*) FILTER (WHERE s.verdict = 'DRIFTED' AND k.timing_only),
       count(*) FILTER (WHERE s.verdict = 'UNKNOWN' AND p.due_at <= %(at)s OR s.verdict IS NULL AND p.due_at <= %(at)s),
       coalesce(sum(k.drift) FILTER (WHERE s.verdict = 'DRIFTED'), 0), coalesce(sum(k.gross) FILTER (WHERE s.verdict = 'DRIFTED'), 0),
       coalesce(sum(abs(k.unexplained)) FILTER (WHERE s.verdict = 'DRIFTED'), 0), count(k.id) FILTER (WHERE s.verdict <> 'UNKNOWN')
  FROM bank_account b
  JOIN bank_period p ON p.tenant_id = b.tenant_id AND p.bank_account_id = b.id AND p.day BETWEEN %(first)s AND %(last)s AND p.ends_at <= %(at)s
  LEFT JOIN drift_standing s ON s.tenant_id = p.tenant_id AND s.bank_account_id = p.bank_account_id AND s.day = p.day
  LEFT JOIN drift_check k ON k.tenant_id = s.tenant_id AND k.id = s.check_id
 WHERE b.tenant_id = tenant()
 GROUP BY b.code, b.name, b.currency ORDER BY b.name;

-- step: open_cases
-- What stood open at each instant, by pair, currency and age. Amounts are those that the cases have by now.
WITH instants AS (SELECT unnest(%(instants)s::timestamptz[]) AS t),
ended_since AS MATERIALIZED (
    SELECT DISTINCT case_id FROM case_event WHERE tenant_id = tenant() AND kind IN ('reopened', 'resolved')
       AND at >= (SELECT min(t) FROM instants)
), spells AS (
    SELECT c.id, c.opened_at AS from_at, 'infinity'::timestamptz AS to_at
      FROM exception_case c WHERE c.tenant_id = tenant() AND c.state <> 'resolved' AND c.id <> ALL(ARRAY(SELECT case_id FROM ended_since))
     UNION ALL
    SELECT case_id, at, to_at FROM (
        SELECT e.case_id, e.kind, e.at, coalesce(lead(e.at) OVER (PARTITION BY e.case_id ORDER BY e.id), 'infinity') AS to_at
          FROM case_event e WHERE e.tenant_id = tenant() AND e.case_id = ANY(ARRAY(SELECT case_id FROM ended_since))
           AND e.kind IN ('opened', 'reopened', 'resolved')) x
     WHERE kind <> 'resolved'
)
SELECT i.t, c.plane_pair, c.currency,
       CASE WHEN c.opened_at > i.t - interval '1 day' THEN 0 WHEN c.opened_at > i.t - interval '3 days' THEN 1
            WHEN c.opened_at > i.t - interval '7 days' THEN 2 WHEN c.opened_at > i.t - interval '30 days' THEN 3 ELSE 4 END,
       count(*), sum(abs(c.contribution_minor))
  FROM instants i JOIN spells s ON s.from_at < i.t AND s.to_at >= i.t
  JOIN exception_case c ON c.tenant_id = tenant() AND c.id = s.id
 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4;

-- step: payments
SELECT count(*) FROM provider_payment WHERE tenant_id = tenant() AND first_event_at >= %(since)s AND first_event_at < %(until)s;

-- step: overrides
SELECT role, count(*) FROM checkpoint_override WHERE tenant_id = tenant() AND starts_at >= %(since)s AND starts_at < %(until)s GROUP BY role ORDER BY role;

-- step: reopened
-- Cases that ended in the period, and those of them that opened again since.
SELECT count(DISTINCT e.case_id), count(DISTINCT e.case_id) FILTER (WHERE EXISTS (
           SELECT FROM case_event r WHERE r.tenant_id = tenant() AND r.case_id = e.case_id AND r.kind = 'reopened' AND r.id > e.id))
  FROM case_event e WHERE e.tenant_id = tenant() AND e.kind = 'resolved' AND e.at >= %(since)s AND e.at < %(until)s;

-- step: stuck
-- States that wait between two checkpoints for longer than they should, as of `until`.
SELECT 'paid, not confirmed', '2 h', count(*), min(detected_at) FROM provider_payment
 WHERE tenant_id = tenant() AND status = 'paid' AND detected_at < %(until)s - interval '2 hours'
 UNION ALL
SELECT 'confirmed, not posted', 'its service level', count(*), min(opened_at) FROM exception_case
 WHERE tenant_id = tenant() AND plane_pair = 'provider-ledger' AND kind = 'unposted' AND state <> 'resolved' AND opened_at < %(until)s
 UNION ALL
SELECT 'PENDING, not confirmed or failed', '24 h', count(*), min(recorded_at) FROM ledger_transaction
 WHERE tenant_id = tenant() AND status = 'PENDING' AND recorded_at < %(until)s - interval '24 hours'
 UNION ALL
SELECT 'asked for, not decided', '8 h', count(*), min(made_at) FROM approval_request
 WHERE tenant_id = tenant() AND state = 'open' AND quorum > 0 AND expires_at > %(until)s AND made_at < %(until)s - interval '8 hours';

-- step: times
-- How long each step took, in seconds, where it was completed in the period.
SELECT name, percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds)::bigint, percentile_disc(0.95) WITHIN GROUP (ORDER BY seconds)::bigint, count(*)
  FROM (
    SELECT 'confirmed' AS name, extract(epoch FROM confirmed_at - detected_at) AS seconds FROM provider_payment
     WHERE tenant_id = tenant() AND last_event_at >= %(since)s AND confirmed_at >= %(since)s AND confirmed_at < %(until)s AND detected_at <= confirmed_at
     UNION ALL
    SELECT 'posted', extract(epoch FROM t.posted_at - p.confirmed_at)
      FROM (SELECT payment_id, posted_at FROM ledger_transaction WHERE tenant_id = tenant() AND use_case = 'deposit' AND reverses_id IS NULL
               AND status = 'POSTED' AND effective_on >= %(first)s::date - 31 AND effective_on <= %(last)s::date + 31
               AND posted_at >= %(since)s AND posted_at < %(until)s AND payment_id IS NOT NULL LIMIT %(most)s) t
     CROSS JOIN LATERAL (SELECT min(confirmed_at) AS confirmed_at FROM provider_payment WHERE tenant_id = tenant() AND payment_id = t.payment_id
                            AND payment_id <> '' OFFSET 0) p
     WHERE p.confirmed_at <= t.posted_at
     UNION ALL
    SELECT 'settled', extract(epoch FROM l.imported_at - t.posted_at)
      FROM (SELECT id, posted_at FROM ledger_transaction WHERE tenant_id = tenant() AND status = 'POSTED' AND reverses_id IS NULL
               AND effective_on BETWEEN %(first)s AND %(last)s ORDER BY effective_on DESC LIMIT %(most)s) t
     CROSS JOIN LATERAL (SELECT match_id FROM match_leg WHERE tenant_id = tenant() AND side = 0 AND row_id = t.id ORDER BY leg LIMIT 1) m
     CROSS JOIN LATERAL (SELECT row_id FROM match_leg WHERE match_id = m.match_id AND tenant_id = tenant() AND side = 1 ORDER BY row_id LIMIT 1) o
      JOIN bank_line l ON l.tenant_id = tenant() AND l.id = o.row_id
     WHERE l.imported_at >= t.posted_at
     UNION ALL
    SELECT 'resolved', extract(epoch FROM e.at - c.opened_at)
      FROM case_event e JOIN exception_case c ON c.tenant_id = e.tenant_id AND c.id = e.case_id
     WHERE e.tenant_id = tenant() AND e.kind = 'resolved' AND e.at >= %(since)s AND e.at < %(until)s
     UNION ALL
    SELECT 'decided', extract(epoch FROM ended_at - made_at) FROM approval_request
     WHERE tenant_id = tenant() AND quorum > 0 AND state IN ('executed', 'rejected') AND ended_at >= %(since)s AND ended_at < %(until)s) x
 GROUP BY name;

-- step: causes
-- The differences that the newest checks of the period's days name, by cause, and what is known to be behind each. A day that
-- still runs is none of these yet, as in `drift`.
SELECT d.cause, d.exception_class, b.currency, count(*), sum(abs(d.contribution_minor))
  FROM drift_standing s
  JOIN drift_contribution d ON d.tenant_id = s.tenant_id AND d.check_id = s.check_id
  JOIN bank_account b ON b.tenant_id = s.tenant_id AND b.id = s.bank_account_id
  JOIN bank_period p ON p.tenant_id = s.tenant_id AND p.bank_account_id = s.bank_account_id AND p.day = s.day AND p.ends_at <= %(at)s
 WHERE s.tenant_id = tenant() AND s.day BETWEEN %(first)s AND %(last)s AND s.verdict = 'DRIFTED'
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- step: made_from
SELECT (SELECT max(id) FROM ledger_transaction WHERE tenant_id = tenant()), (SELECT max(id) FROM audit_entry WHERE tenant_id = tenant());
