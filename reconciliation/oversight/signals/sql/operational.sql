-- What the operational signals state, as it stood at `until`; what they count of a day lies in [since, until).

-- step: recency
SELECT n.name, coalesce(last.at, n.made_at), extract(epoch FROM %(until)s - coalesce(last.at, n.made_at))::bigint, last.at IS NULL
  FROM provider_endpoint n
  LEFT JOIN LATERAL (SELECT d.received_at AS at FROM provider_delivery d WHERE d.tenant_id = tenant() AND d.endpoint_id = n.id
                        AND d.reason = '' AND d.origin = 'webhook' AND d.received_at < %(until)s ORDER BY d.received_at DESC LIMIT 1) last ON true
 WHERE n.tenant_id = tenant() AND n.made_at < %(until)s AND (n.ended_at IS NULL OR n.ended_at >= %(until)s)
 ORDER BY 3 DESC, 1;

-- step: waits
-- Requests that ended on the day or still wait at its end, and for how long each did, the longest first.
SELECT 'CR-' || number, made_at, extract(epoch FROM least(coalesce(ended_at, %(until)s), %(until)s) - made_at)::bigint AS seconds,
       CASE WHEN ended_at < %(until)s THEN 'ended' ELSE 'waits' END
  FROM approval_request
 WHERE tenant_id = tenant() AND quorum > 0 AND made_at < %(until)s
   AND (ended_at >= %(since)s OR ended_at IS NULL AND expires_at > %(since)s)
 ORDER BY seconds DESC, number;

-- step: queue
WITH ended_since AS MATERIALIZED (
    SELECT DISTINCT case_id FROM case_event WHERE tenant_id = tenant() AND kind IN ('reopened', 'resolved') AND at >= %(until)s
), standing AS (
    SELECT c.exception_class, c.opened_at
      FROM exception_case c
     WHERE c.tenant_id = tenant() AND c.opened_at < %(until)s AND c.state <> 'resolved' AND c.id <> ALL(ARRAY(SELECT case_id FROM ended_since))
     UNION ALL
    SELECT c.exception_class, c.opened_at
      FROM exception_case c
     WHERE c.tenant_id = tenant() AND c.opened_at < %(until)s AND c.id = ANY(ARRAY(SELECT case_id FROM ended_since))
       AND (SELECT e.kind FROM case_event e WHERE e.tenant_id = tenant() AND e.case_id = c.id AND e.kind IN ('opened', 'reopened', 'resolved')
               AND e.at < %(until)s ORDER BY e.id DESC LIMIT 1) <> 'resolved'
)
SELECT exception_class, CASE WHEN opened_at > %(until)s - interval '1 day' THEN 'under 1 day' WHEN opened_at > %(until)s - interval '3 days' THEN '1 to 3 days'
                             WHEN opened_at > %(until)s - interval '7 days' THEN '3 to 7 days' WHEN opened_at > %(until)s - interval '30 days' THEN '7 to 30 days'
                             ELSE 'over 30 days' END, count(*), min(opened_at)
  FROM standing GROUP BY 1, 2 ORDER BY 1, 4;

-- step: drift
-- The newest check of each account and day as it was then. A day that still runs is no drift yet.
SELECT b.code, b.name, b.currency, k.day, k.verdict, k.drift, k.gross, k.checked_at
  FROM (SELECT DISTINCT ON (bank_account_id, day) * FROM drift_check WHERE tenant_id = tenant() AND checked_at < %(until)s
         ORDER BY bank_account_id, day, id DESC) k
  JOIN bank_account b ON b.tenant_id = tenant() AND b.id = k.bank_account_id
  JOIN bank_period p ON p.tenant_id = tenant() AND p.bank_account_id = k.bank_account_id AND p.day = k.day
 WHERE (k.verdict = 'DRIFTED' AND NOT k.timing_only OR k.verdict = 'UNKNOWN') AND p.ends_at <= %(until)s
 ORDER BY k.day, b.code;

-- step: checked
-- The currencies of the accounts that were checked by then.
SELECT DISTINCT b.currency FROM bank_account b
 WHERE b.tenant_id = tenant() AND EXISTS (SELECT FROM drift_check k WHERE k.tenant_id = tenant() AND k.bank_account_id = b.id AND k.checked_at < %(until)s)
 ORDER BY 1;

-- step: latencies
SELECT n.name, c.payment_ref, c.at, extract(epoch FROM c.at - d.at)::bigint AS seconds
  FROM (SELECT endpoint_id, payment_ref, min(occurred_at) AS at FROM provider_event
         WHERE tenant_id = tenant() AND type = 'confirmed' AND occurred_at >= %(since)s AND occurred_at < %(until)s AND logged_at < %(until)s
         GROUP BY 1, 2) c
  JOIN provider_endpoint n ON n.tenant_id = tenant() AND n.id = c.endpoint_id
 CROSS JOIN LATERAL (SELECT min(e.occurred_at) AS at FROM provider_event e WHERE e.tenant_id = tenant() AND e.endpoint_id = c.endpoint_id
                        AND e.payment_ref = c.payment_ref AND e.type = 'detected' AND e.logged_at < %(until)s OFFSET 0) d
 WHERE d.at <= c.at
 ORDER BY seconds DESC, c.payment_ref;

-- step: backlog
SELECT count(*) OVER (), what, name, at, words, payment_id FROM (
    SELECT 'transaction' AS what, t.public_id::text AS name, t.recorded_at AS at, 'PENDING ' || t.use_case || coalesce(' of ' || t.payment_id, '') AS words,
           coalesce(t.payment_id, '') AS payment_id
      FROM ledger_transaction t
     WHERE t.tenant_id = tenant() AND t.recorded_at < %(until)s AND t.id = ANY(ARRAY(
            SELECT id FROM ledger_transaction WHERE tenant_id = tenant() AND status = 'PENDING'
             UNION SELECT transaction_id FROM ledger_transaction_move WHERE tenant_id = tenant() AND at >= %(until)s))
     UNION ALL
    SELECT 'request', 'CR-' || r.number, r.made_at, r.title, ''
      FROM approval_request r
     WHERE r.tenant_id = tenant() AND r.quorum > 0 AND r.made_at < %(until)s AND (r.ended_at IS NULL OR r.ended_at >= %(until)s)
       AND r.expires_at > %(until)s) x
 ORDER BY at, name LIMIT %(most)s;
