-- How far each gap of a run is corrected: every step reads the same states, so that a page, a gate and a digest cannot say otherwise.

-- fragment: stand
SELECT g.id, g.number, g.payment_id, g.payment_ref, g.order_ref, g.reason, g.kind, g.asset, g.value_minor, g.since_at,
       coalesce(c.exception_class, g.suggested_class) AS exception_class,
       CASE WHEN a.gap_id IS NOT NULL THEN 'accepted' WHEN m.open > 0 OR w.gap_id IS NOT NULL THEN 'asked' WHEN m.executed_at IS NULL THEN 'open'
            WHEN k.at IS NULL OR k.at < m.executed_at THEN 'look' WHEN k.gone THEN 'corrected' ELSE 'remains' END AS state,
       CASE WHEN k.at >= m.executed_at THEN k.says ELSE '' END AS says, coalesce(m.requests, '[]') AS requests, w.number AS asked,
       a.reason AS because, a.asked_by, a.accepted_by, a.accepted_at
  FROM recovery_gap g
  LEFT JOIN (SELECT DISTINCT ON (gap_id) gap_id, exception_class FROM recovery_class
              WHERE tenant_id = tenant() AND run_id = %(run)s ORDER BY gap_id, id DESC) c ON c.gap_id = g.id
  LEFT JOIN (SELECT * FROM recovery_acceptance WHERE tenant_id = tenant() AND run_id = %(run)s) a ON a.gap_id = g.id
  LEFT JOIN (SELECT t.gap_id, count(*) FILTER (WHERE r.state = 'open') AS open, max(x.executed_at) AS executed_at,
                    jsonb_agg(jsonb_build_array(r.number, r.kind, r.title, r.state) ORDER BY r.number) AS requests
               FROM recovery_remedy t JOIN approval_request r ON r.tenant_id = tenant() AND r.id = t.request_id
               LEFT JOIN approval_execution x ON x.tenant_id = tenant() AND x.request_id = t.request_id
              WHERE t.tenant_id = tenant() AND t.run_id = %(run)s GROUP BY t.gap_id) m ON m.gap_id = g.id
  LEFT JOIN (SELECT DISTINCT ON (gap_id) gap_id, at, gone, says FROM recovery_recheck
              WHERE tenant_id = tenant() AND run_id = %(run)s ORDER BY gap_id, id DESC) k ON k.gap_id = g.id
  LEFT JOIN (SELECT (payload->>'gap_id')::bigint AS gap_id, number FROM approval_request
              WHERE tenant_id = tenant() AND kind = 'accept_gap' AND state = 'open' AND payload->>'run_id' = %(run)s::bigint::text) w ON w.gap_id = g.id
 WHERE g.tenant_id = tenant() AND g.run_id = %(run)s

-- step: figures
SELECT state, asset, count(*), sum(abs(value_minor)) FROM ({stand}) s GROUP BY 1, 2 ORDER BY 2, 1;

-- step: rows
SELECT * FROM ({stand}) s WHERE state NOT IN ('accepted', 'corrected') ORDER BY number LIMIT %(most)s;

-- step: page
SELECT * FROM ({stand}) s WHERE number > %(after)s ORDER BY number LIMIT %(most)s;

-- step: one
SELECT * FROM ({stand}) s WHERE number = %(gap)s;

-- step: executed
SELECT id FROM ({stand}) s WHERE state IN ('look', 'remains') ORDER BY id;

-- step: settled
-- What the digest of the fifth step is over: each gap with what settled it.
SELECT number, state, exception_class, asset, value_minor, requests, because, asked_by, accepted_by FROM ({stand}) s ORDER BY number;

-- step: offers
SELECT r.number, r.title, r.state, r.made_by_label FROM approval_request r
 WHERE r.tenant_id = tenant() AND r.made_at >= %(opened_at)s
   AND (r.kind IN ('reverse', 'confirm', 'repost', 'book', 'identify') AND r.payment_id <> '' AND r.payment_id = ANY(%(names)s::text[])
        OR r.kind = 'move_order_for_gap' AND r.subject = %(order)s AND r.payload->>'run' = %(number)s::bigint::text)
   AND r.id <> ALL(ARRAY(SELECT request_id FROM recovery_remedy WHERE tenant_id = tenant() AND gap_id = %(gap)s))
 ORDER BY r.number LIMIT 20;

-- step: cases
SELECT x.number, x.plane_pair FROM exception_case x
 WHERE x.tenant_id = tenant() AND x.state <> 'resolved' AND x.payment_id <> '' AND x.payment_id = ANY(%(names)s::text[]) ORDER BY x.number LIMIT 20;

-- step: beside
-- What whoever accepts a gap should know: its payment's other gaps in the run, its open cases, and the hands that moved its order.
SELECT 'gap', o.number::text, o.reason, o.asset FROM recovery_gap o
  JOIN recovery_gap g ON g.tenant_id = o.tenant_id AND g.run_id = o.run_id AND g.id = %(gap)s AND g.id <> o.id
 WHERE o.tenant_id = tenant() AND ARRAY[o.payment_id, o.payment_ref] && array_remove(ARRAY[g.payment_id, g.payment_ref], '')
UNION ALL SELECT * FROM (SELECT 'case', x.number::text, x.exception_class, x.plane_pair FROM exception_case x
    WHERE x.tenant_id = tenant() AND x.state <> 'resolved' AND x.payment_id <> '' AND x.payment_id = ANY(%(names)s::text[]) ORDER BY x.number LIMIT 20) c
UNION ALL SELECT * FROM (SELECT 'hand', m.actor, m.to_state, to_char(m.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM commerce_move m
    JOIN commerce_order w ON w.tenant_id = m.tenant_id AND w.id = m.order_id AND w.order_ref = %(order)s AND %(order)s <> ''
    WHERE m.tenant_id = tenant() AND m.source = 'operator' ORDER BY m.id LIMIT 20) h
 ORDER BY 1, 2;

-- step: ledger_cases
-- Of gaps that a correction of the book was carried out for: what the book and the provider still say differently of their payment.
SELECT t.gap_id, min(x.number) FROM recovery_remedy t
  JOIN approval_request r ON r.tenant_id = tenant() AND r.id = t.request_id AND r.kind <> 'move_order_for_gap' AND r.state = 'executed'
  JOIN exception_case x ON x.tenant_id = tenant() AND x.payment_id = r.payment_id AND x.plane_pair = 'provider-ledger' AND x.state <> 'resolved'
 WHERE t.tenant_id = tenant() AND t.gap_id = ANY(%(gaps)s::bigint[]) GROUP BY t.gap_id;
