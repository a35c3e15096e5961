-- A dry run between the other planes, in a savepoint that is rolled back: a run by the terms in force, one by the draft's.

-- step: tables
CREATE TEMP TABLE dry_case (side text, id bigint, number bigint, state text, class text, cause smallint, kind text, minor numeric, asset text,
    payment text, day date, opened_run bigint) ON COMMIT DROP;

-- step: keep_cases
INSERT INTO dry_case
SELECT %(side)s, id, number, state, exception_class, cause, kind, contribution_minor, currency, payment_id, day, opened_run_id
  FROM exception_case
 WHERE tenant_id = tenant() AND plane_pair = %(pair)s AND (state <> 'resolved' OR id = ANY(ARRAY(SELECT id FROM dry_case)));

-- step: matches
-- A payment that both runs match is neither gained nor lost. The money is what the provider says of it.
SELECT CASE WHEN m.retired_by IS NULL THEN 'gained' ELSE 'lost' END, m.matched_by, m.asset, count(*), coalesce(sum(p.minor), 0)
  FROM (SELECT * FROM plane_match WHERE tenant_id = tenant() AND pair = %(pair)s
           AND (run_id = %(run_b)s AND retired_by IS NULL OR retired_by = %(run_b)s)) m
  LEFT JOIN LATERAL (SELECT sum(coalesce(confirmed_minor, detected_minor, 0)) AS minor FROM provider_payment
                      WHERE tenant_id = tenant() AND payment_id = m.payment_id AND m.payment_id <> '' OFFSET 0) p ON true
 WHERE NOT EXISTS (SELECT FROM plane_match o WHERE o.tenant_id = tenant() AND o.pair = m.pair AND o.payment_id = m.payment_id
                      AND o.payment_id <> '' AND o.id <> m.id
                      AND (o.run_id = %(run_b)s AND o.retired_by IS NULL OR o.retired_by = %(run_b)s))
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- step: open
SELECT asset, coalesce(sum(minor) FILTER (WHERE side = 'a'), 0), coalesce(sum(minor) FILTER (WHERE side = 'b'), 0)
  FROM dry_case WHERE state <> 'resolved' AND asset <> '' GROUP BY 1 ORDER BY 1;

-- step: tolerated
-- Matches of the payments looked at whose amounts differ: how many, and by how much in all.
SELECT asset, count(*), sum(abs(difference_minor)) FROM plane_match
 WHERE tenant_id = tenant() AND pair = %(pair)s AND retired_by IS NULL AND difference_minor <> 0 GROUP BY 1 ORDER BY 1;
