-- The figures of a backtest, out of the judged flips.

-- step: weeks
SELECT w.starts::date, coalesce(sum(j.weight) FILTER (WHERE j.direction = 'stricter' AND j.turned = 'drift'), 0),
       coalesce(sum(j.weight) FILTER (WHERE j.direction = 'stricter' AND j.turned = 'right' AND j.now = 'forbidden'), 0),
       coalesce(sum(j.weight) FILTER (WHERE j.direction = 'stricter' AND j.turned = 'right' AND j.now <> 'forbidden'), 0),
       coalesce(sum(j.weight) FILTER (WHERE j.direction = 'looser'), 0)
  FROM (SELECT generate_series(date_trunc('week', %(since)s AT TIME ZONE 'UTC'),
                               date_trunc('week', (%(until)s - interval '1 microsecond') AT TIME ZONE 'UTC'), interval '1 week') AS starts) w
  LEFT JOIN backtest_judged j ON date_trunc('week', j.at AT TIME ZONE 'UTC') = w.starts
 GROUP BY w.starts ORDER BY w.starts;

-- step: extra
SELECT roles, sum(extra * weight), sum(weight) FROM backtest_judged WHERE extra > 0 AND direction = 'stricter' GROUP BY roles ORDER BY roles;

-- step: waits
-- What a request has waited for its decision in the window: the measure of a delay that nobody has suffered yet.
SELECT count(*), extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY r.ended_at - r.made_at))::bigint, -- not money
       extract(epoch FROM max(r.ended_at - r.made_at))::bigint
  FROM approval_request r
 WHERE r.tenant_id = tenant() AND r.made_at >= %(since)s AND r.made_at < %(until)s AND r.state IN ('executed', 'rejected');

-- step: days
-- A drifted day was prevented when every difference that its latest check names has a case of a move that the draft stops or holds.
SELECT b.code, s.day, count(c.position) > 0 AND bool_and(c.case_id IS NOT NULL AND c.case_id = ANY(k.ids))
  FROM (SELECT coalesce(array_agg(DISTINCT t.case_id), '{}') AS ids
          FROM backtest_turned t JOIN backtest_judged j ON j.n = t.n AND j.direction = 'stricter') k
 CROSS JOIN drift_standing s
  JOIN bank_account b ON b.tenant_id = s.tenant_id AND b.id = s.bank_account_id
  JOIN bank_period p ON p.tenant_id = s.tenant_id AND p.bank_account_id = s.bank_account_id AND p.day = s.day
  LEFT JOIN drift_contribution c ON c.tenant_id = s.tenant_id AND c.check_id = s.check_id
 WHERE s.tenant_id = tenant() AND s.verdict = 'DRIFTED' AND p.ends_at > %(since)s AND p.ends_at <= %(until)s
 GROUP BY b.code, s.day ORDER BY s.day, b.code;

-- step: plane_cases
SELECT count(*) FILTER (WHERE c.id IN (SELECT t.case_id FROM backtest_turned t
                                         JOIN backtest_judged j ON j.n = t.n AND j.direction = 'stricter')), count(*)
  FROM backtest_case c WHERE c.plane_pair <> 'ledger-bank';

-- step: kept
WITH listed AS MATERIALIZED (SELECT position, rank, n FROM backtest_ranked WHERE position <= %(most)s), paid AS MATERIALIZED (
    SELECT q.n, jsonb_agg(jsonb_build_object('asset', q.asset, 'minor', q.amount::text) ORDER BY q.asset) AS sums
      FROM backtest_money q WHERE q.n IN (SELECT n FROM listed) GROUP BY q.n)
SELECT r.position, r.rank, j.direction, j.move, j.label, j.at, j.payment_id, coalesce(o.order_ref, ''), t.public_id::text, j.decision_id, j.weight,
       j.turned, j.exception_class, j.cause, j.case_number, v.live::text, v.draft::text, coalesce(p.sums, '[]')::text
  FROM listed r
  JOIN backtest_judged j ON j.n = r.n
  JOIN backtest_verdict v ON v.g = j.g
  LEFT JOIN paid p ON p.n = r.n
  LEFT JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = j.transaction_id
  LEFT JOIN commerce_order o ON o.tenant_id = tenant() AND o.id = j.order_id
 ORDER BY r.position;
