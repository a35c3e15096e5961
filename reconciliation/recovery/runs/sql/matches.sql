-- The matches of a run's payments between planes, as they stood when it was opened and as they stand as of an instant. A match is found
-- by one run of the matcher and may be retired by a later one. Values: matches (ids), run_opened_at, as_of.

-- fragment: matches
SELECT m.id AS match, m.pair, m.payment_id, m.matched_by, m.difference_minor, m.asset, 'MR-' || f.number AS run, f.as_of AS found_at,
       'MR-' || g.number AS retired_by, g.as_of AS retired_at, m.decision_id AS decision
  FROM plane_match m JOIN plane_run f ON f.tenant_id = m.tenant_id AND f.id = m.run_id
  LEFT JOIN plane_run g ON g.tenant_id = m.tenant_id AND g.id = m.retired_by AND g.as_of <= %(as_of)s
 WHERE m.id = ANY(%(matches)s)

-- step: matches_before
{matches} AND f.as_of <= %(run_opened_at)s AND (g.as_of IS NULL OR g.as_of > %(run_opened_at)s) ORDER BY m.id

-- step: matches_after
{matches} AND f.as_of <= %(as_of)s AND g.as_of IS NULL ORDER BY m.id
