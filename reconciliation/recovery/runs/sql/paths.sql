-- By which way the gaps came in: the moves of their orders and the postings of their payments in the run's period, each with what the
-- provider had said of its payment by then, as policy could have seen it.

-- fragment: drifted
SELECT m.decision_id, m.move, m.door, m.use_case, m.to_state, m.order_id, m.transaction_id, s.state
  FROM {moves} m
 CROSS JOIN LATERAL (
       SELECT CASE WHEN bool_or(k.confirmed_at <= m.at) THEN 'confirmed' WHEN bool_or(k.detected_at <= m.at) THEN 'paid'
                   WHEN bool_or(k.first_event_at <= m.at) THEN 'pending' ELSE 'unknown' END AS state
         FROM provider_payment k WHERE k.tenant_id = tenant() AND m.payment_id <> '' AND (k.payment_ref = m.payment_id OR k.payment_id = m.payment_id)) s
 WHERE s.state <> 'confirmed'

-- fragment: moves
(SELECT d.id AS decision_id, d.move, coalesce(d.inputs->>'door', '') AS door, '' AS use_case, c.to_state, c.order_id, NULL::bigint AS transaction_id,
        o.payment_id, c.at
   FROM commerce_move c
   JOIN commerce_order o ON o.tenant_id = tenant() AND o.id = c.order_id
   JOIN checkpoint_decision d ON d.tenant_id = tenant() AND d.id = c.decision_id
  WHERE c.tenant_id = tenant() AND c.to_state = 'fulfilled' AND c.at >= %(since)s AND c.at < %(until)s
    AND o.order_ref = ANY(ARRAY(SELECT order_ref FROM recovery_gap WHERE tenant_id = tenant() AND run_id = %(run)s AND order_ref <> ''))
  UNION ALL
 SELECT d.id, d.move, coalesce(d.inputs->>'door', ''), t.use_case, '', NULL, t.id, t.payment_id, d.at
   FROM ledger_transaction t JOIN checkpoint_decision d ON d.tenant_id = tenant() AND d.id = t.decision_id
  WHERE t.tenant_id = tenant() AND t.reverses_id IS NULL AND d.move IN ('posting.post', 'posting.plan', 'posting.repost')
    AND d.at >= %(since)s AND d.at < %(until)s
    AND t.payment_id = ANY(ARRAY(SELECT payment_id FROM recovery_gap WHERE tenant_id = tenant() AND run_id = %(run)s AND payment_id <> ''
                                  UNION SELECT payment_ref FROM recovery_gap WHERE tenant_id = tenant() AND run_id = %(run)s AND payment_ref <> '')))

-- step: paths
SELECT move, door, use_case, to_state, state, count(*) FROM ({drifted}) x GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 1, 2, 3, 4, 5;

-- step: blocked
-- In the transaction of the draft's backtest, whose flips stand in backtest_flip.
SELECT count(*), count(*) FILTER (WHERE EXISTS (
           SELECT FROM backtest_flip f WHERE f.direction = 'stricter' AND f.decision_id = x.decision_id
              AND f.order_id IS NOT DISTINCT FROM x.order_id AND f.transaction_id IS NOT DISTINCT FROM x.transaction_id))
  FROM ({drifted}) x;

-- fragment: of_scope
c.tenant_id = tenant() AND c.state <> 'resolved' AND c.plane_pair = ANY(%(pairs)s::text[]) AND c.day >= %(first)s AND c.day < %(until_on)s
   AND (%(payments)s::text[] IS NULL OR c.payment_id = ANY(%(payments)s::text[]))

-- step: left_between
-- What the daily runs still say is different, on the days of the scope and of its payments, between the other pairs of its planes.
SELECT c.plane_pair, c.currency, count(*), sum(c.contribution_minor)
  FROM exception_case c
 WHERE {of_scope}
 GROUP BY 1, 2 ORDER BY 1, 2;

-- step: beside
-- The same cases one by one, and those of the gaps' payments on other days or planes; as many as are read at once, and no more.
WITH found AS MATERIALIZED (
    (SELECT c.*, true AS counts FROM exception_case c WHERE {of_scope} LIMIT %(most_counted)s)
     UNION ALL
    (SELECT c.*, false FROM exception_case c
      WHERE c.tenant_id = tenant() AND c.state <> 'resolved' AND c.plane_pair IN ('provider-ledger', 'ledger-bank') AND c.payment_id <> ''
        AND c.payment_id = ANY(ARRAY(SELECT payment_id FROM recovery_gap WHERE tenant_id = tenant() AND run_id = %(run)s
                                      UNION SELECT payment_ref FROM recovery_gap WHERE tenant_id = tenant() AND run_id = %(run)s))
        AND NOT ({of_scope}) LIMIT %(most_counted)s))
SELECT number, plane_pair, exception_class, payment_id, reference, day, contribution_minor, currency, counts,
       (SELECT least(count(*), %(most_counted)s) FROM found)
  FROM found ORDER BY counts DESC, number LIMIT %(most)s;
