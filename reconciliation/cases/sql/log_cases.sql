-- Cases of what the provider plane itself reports. Each stands on one row, which stays its row for ever.

-- step: known
-- The rows of a leg that have an open case, or one that was closed other than by finding its difference gone.
SELECT w.side, w.row_id, c.id, c.kind, c.exception_class, c.contribution_minor, c.number, c.payment_id, coalesce(c.evidence->>'stage', ''),
       c.state = 'snoozed' AND c.snoozed_until <= %(at)s
  FROM (SELECT id FROM exception_case WHERE plane_pair = %(pair)s AND plane_pair <> 'ledger-bank' AND state <> 'resolved' OFFSET 0) o
 CROSS JOIN LATERAL (SELECT * FROM case_row WHERE tenant_id = tenant() AND case_id = o.id AND leg = %(leg)s OFFSET 0) w
  JOIN exception_case c ON c.tenant_id = tenant() AND c.id = w.case_id
 UNION ALL
SELECT w.side, w.row_id, c.id, c.kind, c.exception_class, c.contribution_minor, c.number, c.payment_id, coalesce(c.evidence->>'stage', ''), false
  FROM unnest(%(sides)s::smallint[], %(rows)s::bigint[]) AS x (side, row_id)
 CROSS JOIN LATERAL (SELECT * FROM case_row WHERE tenant_id = tenant() AND side = x.side AND row_id = x.row_id
                                              AND leg = %(leg)s OFFSET 0) w
  JOIN exception_case c ON c.tenant_id = tenant() AND c.id = w.case_id
 WHERE c.plane_pair = %(pair)s AND c.state = 'resolved' AND c.resolution NOT IN ('difference_gone', 'cleared_in_grace');
