-- What another calendar would have made of past days: the same entries and lines, counted by the days as they were cut and by
-- the days as it would have cut them.

-- step: days
CREATE TEMP TABLE dry_day ON COMMIT DROP AS
SELECT v->>0 AS side, (v->>1)::integer AS ordinal, (v->>2)::date AS day, (v->>3)::date AS until_on, (v->>4)::timestamptz AS starts_at,
       (v->>5)::timestamptz AS ends_at
  FROM jsonb_array_elements(%(days)s::jsonb) v;

-- step: dates
-- Each date of the period with its day by either cut.
CREATE TEMP TABLE dry_date ON COMMIT DROP AS
SELECT d::date AS on_date, a.day AS day_a, b.day AS day_b, a.ordinal AS ordinal_a, b.ordinal AS ordinal_b
  FROM generate_series(%(first)s::date, %(until)s::date - 1, interval '1 day') d
  LEFT JOIN dry_day a ON a.side = 'a' AND d::date >= a.day AND d::date < a.until_on
  LEFT JOIN dry_day b ON b.side = 'b' AND d::date >= b.day AND d::date < b.until_on;

-- step: rows
-- An entry that no match holds, on the day of its own instant, would have got another date; every other row stays with its date:
-- a matched entry counts with its line.
CREATE TEMP TABLE dry_row ON COMMIT DROP AS
SELECT 'entry' AS what, o.day_a, CASE WHEN NOT r.held AND i.day = o.day_a THEN coalesce(j.day, o.day_b) ELSE o.day_b END AS day_b, r.signed
  FROM (SELECT t.effective_on, t.recorded_at, CASE WHEN e.direction = %(normal_side)s THEN e.amount_minor ELSE -e.amount_minor END AS signed,
               EXISTS (SELECT FROM match_leg g WHERE g.tenant_id = tenant() AND g.side = 0 AND g.row_id = t.id AND g.leg = e.leg) AS held
          FROM (SELECT id, effective_on, recorded_at FROM ledger_transaction
                 WHERE tenant_id = tenant() AND effective_on >= %(first)s AND effective_on < %(until)s AND status = 'POSTED'
                   AND posted_at <= %(as_of)s OFFSET 0) t
         CROSS JOIN LATERAL (SELECT leg, direction, amount_minor FROM ledger_entry WHERE tenant_id = tenant() AND transaction_id = t.id
                                AND account_id = %(ledger_account)s OFFSET 0) e) r
  JOIN dry_date o ON o.on_date = r.effective_on
  LEFT JOIN dry_day i ON i.side = 'a' AND r.recorded_at >= i.starts_at AND r.recorded_at < i.ends_at
  LEFT JOIN dry_day j ON j.side = 'b' AND r.recorded_at >= j.starts_at AND r.recorded_at < j.ends_at
 UNION ALL
SELECT 'line', o.day_a, o.day_b, -%(sign)s * b.amount_minor
  FROM bank_line b JOIN dry_date o ON o.on_date = b.counts_on
 WHERE b.tenant_id = tenant() AND b.bank_account_id = %(account)s AND b.counts AND b.imported_at <= %(as_of)s
   AND b.counts_on >= %(first)s AND b.counts_on < %(until)s
 UNION ALL
SELECT 'shift', o.day_a, o.day_b, CASE WHEN x.n = 0 THEN -s.signed_minor ELSE s.signed_minor END
  FROM counted_shift s CROSS JOIN generate_series(0, 1) x (n)
  JOIN dry_date o ON o.on_date = CASE WHEN x.n = 0 THEN s.from_day ELSE s.counted_on END
 WHERE s.tenant_id = tenant() AND s.bank_account_id = %(account)s;

-- step: totals
SELECT side, day, count(*) FILTER (WHERE what = 'entry'), count(*) FILTER (WHERE what = 'line'), sum(signed)
  FROM (SELECT 'a' AS side, day_a AS day, what, signed FROM dry_row UNION ALL SELECT 'b', day_b, what, signed FROM dry_row) x
 WHERE day IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2;

-- step: moved
SELECT count(*) FILTER (WHERE what = 'entry'), count(*) FILTER (WHERE what = 'line'),
       coalesce(sum(abs(signed)) FILTER (WHERE what = 'entry'), 0), coalesce(sum(abs(signed)) FILTER (WHERE what = 'line'), 0)
  FROM dry_row WHERE day_a IS DISTINCT FROM day_b;

-- step: beyond
-- Matches whose entry and line would have stood further apart than the grace.
SELECT count(DISTINCT s.match_id)
  FROM counted_shift s JOIN dry_date f ON f.on_date = s.from_day JOIN dry_date c ON c.on_date = s.counted_on
 WHERE s.tenant_id = tenant() AND s.bank_account_id = %(account)s AND abs(f.ordinal_b - c.ordinal_b) > %(grace)s;
