-- A dry run between ledger and bank. All of it happens in a savepoint that is rolled back: the matches of the days are set
-- free, the matcher runs by the terms in force, they are set free again, it runs by the draft's; what stands after each run is
-- kept in temporary tables and compared.

-- step: tables
CREATE TEMP TABLE dry_match (side text, sig text, rule smallint, apart smallint, minor numeric) ON COMMIT DROP;
CREATE TEMP TABLE dry_case (side text, id bigint, number bigint, state text, class text, cause smallint, kind text, minor numeric, asset text,
    payment text, day date, opened_run bigint) ON COMMIT DROP;

-- step: held
CREATE TEMP TABLE dry_held ON COMMIT DROP AS
SELECT x.match_id FROM (SELECT id FROM bank_line WHERE tenant_id = tenant() AND bank_account_id = %(account)s AND counts
                           AND counts_on >= %(first)s AND counts_on < %(until)s OFFSET 0) b
 CROSS JOIN LATERAL (SELECT match_id FROM match_leg WHERE tenant_id = tenant() AND side = 1 AND row_id = b.id AND leg = 0 OFFSET 0) x
 UNION
SELECT x.match_id FROM (SELECT id FROM ledger_transaction WHERE tenant_id = tenant() AND effective_on >= %(first)s
                           AND effective_on < %(until)s AND status = 'POSTED' OFFSET 0) t
 CROSS JOIN LATERAL (SELECT leg FROM ledger_entry WHERE tenant_id = tenant() AND transaction_id = t.id
                        AND account_id = %(ledger_account)s OFFSET 0) e
 CROSS JOIN LATERAL (SELECT match_id FROM match_leg WHERE tenant_id = tenant() AND side = 0 AND row_id = t.id AND leg = e.leg OFFSET 0) x;

-- step: free
WITH gone AS (
    DELETE FROM match_leg WHERE tenant_id = tenant() AND match_id = ANY(ARRAY(SELECT match_id FROM dry_held))
    RETURNING side, row_id, leg, match_id
), shifts AS (
    DELETE FROM counted_shift WHERE tenant_id = tenant() AND match_id = ANY(ARRAY(SELECT match_id FROM dry_held))
), kept AS (
    INSERT INTO match_leg_retired (side, row_id, leg, match_id, run_id) SELECT side, row_id, leg, match_id, 0 FROM gone
)
UPDATE match SET retired_by = 0 WHERE tenant_id = tenant() AND id = ANY(ARRAY(SELECT match_id FROM dry_held)) AND retired_by IS NULL;

-- step: freed
DROP TABLE dry_held;

-- step: keep_matches
INSERT INTO dry_match
SELECT %(side)s, md5(string_agg(l.side || ':' || l.row_id || '.' || l.leg, ',' ORDER BY l.side, l.row_id, l.leg)), m.rule, m.days_apart,
       abs(coalesce(sum(b.amount_minor), 0))
  FROM (SELECT id, rule, days_apart FROM match WHERE tenant_id = tenant() AND run_id = %(run)s AND retired_by IS NULL
           AND day >= %(first)s AND day < %(until)s OFFSET 0) m
 CROSS JOIN LATERAL (SELECT side, row_id, leg FROM match_leg WHERE tenant_id = tenant() AND match_id = m.id OFFSET 0) l
  LEFT JOIN LATERAL (SELECT amount_minor FROM bank_line WHERE tenant_id = tenant() AND l.side = 1 AND id = l.row_id OFFSET 0) b ON true
 GROUP BY m.id, m.rule, m.days_apart;

-- step: keep_cases
INSERT INTO dry_case
SELECT %(side)s, id, number, state, exception_class, cause, kind, contribution_minor, currency, payment_id, day, opened_run_id
  FROM exception_case
 WHERE tenant_id = tenant() AND (bank_account_id = %(account)s AND day >= %(first)s AND day < %(until)s
    OR id = ANY(ARRAY(SELECT id FROM dry_case)));

-- step: matches
-- Gained and lost by rule: how many, and their money in minor units.
SELECT CASE WHEN a.sig IS NULL THEN 'gained' ELSE 'lost' END, coalesce(b.rule, a.rule), count(*), sum(coalesce(b.minor, a.minor))
  FROM (SELECT * FROM dry_match WHERE side = 'a') a FULL JOIN (SELECT * FROM dry_match WHERE side = 'b') b USING (sig)
 WHERE a.sig IS NULL OR b.sig IS NULL
 GROUP BY 1, 2 ORDER BY 1, 2;

-- step: counts
-- Matches by each terms, and those whose days lie further apart than the terms' window.
SELECT count(*) FILTER (WHERE side = 'a'), count(*) FILTER (WHERE side = 'b'),
       count(*) FILTER (WHERE side = 'a' AND apart > %(window_a)s), count(*) FILTER (WHERE side = 'b' AND apart > %(window_b)s)
  FROM dry_match;

-- step: cases
-- What would close first, then what would weigh less, then the rest; those of most weight first.
SELECT what, CASE WHEN x.opened_run <= %(newest)s THEN number END, class_a, class_b, cause, minor_a, minor_b, asset, payment, day, reason_a, reason_b
  FROM (
    SELECT CASE WHEN a.open AND NOT coalesce(b.open, false) THEN 'closes' WHEN NOT coalesce(a.open, false) AND b.open THEN 'opens' ELSE 'changes' END AS what,
           coalesce(b.number, a.number) AS number, coalesce(a.opened_run, b.opened_run) AS opened_run, a.class AS class_a, b.class AS class_b, coalesce(b.cause, a.cause) AS cause,
           a.minor AS minor_a, b.minor AS minor_b, coalesce(b.asset, a.asset) AS asset, coalesce(b.payment, a.payment) AS payment,
           coalesce(b.day, a.day) AS day, a.kind AS reason_a, b.kind AS reason_b
      FROM (SELECT *, state <> 'resolved' AS open FROM dry_case WHERE side = 'a') a
      FULL JOIN (SELECT *, state <> 'resolved' AS open FROM dry_case WHERE side = 'b') b USING (id)
     WHERE coalesce(a.open, false) <> coalesce(b.open, false)
        OR a.open AND b.open AND (a.class, a.minor, a.kind) IS DISTINCT FROM (b.class, b.minor, b.kind)
        OR a.open AND b.open AND a.cause IS DISTINCT FROM b.cause) x
 ORDER BY CASE what WHEN 'closes' THEN 0 WHEN 'changes' THEN CASE WHEN abs(minor_b) < abs(minor_a) THEN 1 ELSE 2 END ELSE 3 END,
          abs(coalesce(minor_a, minor_b)) DESC, number;

-- step: days
SELECT a.day, a.verdict, b.verdict, a.drift, b.drift, a.gross, b.gross, a.open_count, b.open_count
  FROM drift_check a JOIN drift_check b ON b.tenant_id = a.tenant_id AND b.bank_account_id = a.bank_account_id AND b.day = a.day
 WHERE a.tenant_id = tenant() AND a.bank_account_id = %(account)s AND a.run_id = %(run_a)s AND b.run_id = %(run_b)s
   AND a.day >= %(first)s AND a.day < %(until)s
 ORDER BY a.day;

-- step: within
-- Differences of amount that lie within the tolerance: how many, and their money; none where it is 0.
SELECT count(*), coalesce(sum(abs(c.contribution_minor)), 0)
  FROM (SELECT id FROM drift_check WHERE tenant_id = tenant() AND bank_account_id = %(account)s AND run_id = %(run)s
           AND day >= %(first)s AND day < %(until)s OFFSET 0) k
  JOIN drift_contribution c ON c.tenant_id = tenant() AND c.check_id = k.id
 WHERE c.exception_class = 'amount_mismatch' AND abs(c.contribution_minor) <= %(tolerance)s AND %(tolerance)s > 0;
