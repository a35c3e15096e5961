-- What a run looks at: rows of its window that no match holds yet, with their banking-day ordinal, their sign in the
-- direction of the account's normal side, and the reference they are compared by.

-- step: days
CREATE TEMP TABLE run_day ON COMMIT DROP AS
SELECT on_date::date AS on_date, p.ordinal
  FROM bank_period p CROSS JOIN LATERAL generate_series(p.day, p.until_on - 1, interval '1 day') AS on_date
 WHERE p.tenant_id = tenant() AND p.bank_account_id = %(bank_account)s
   AND p.ordinal BETWEEN %(first)s - %(grace)s AND %(last)s + %(grace)s;

-- step: entries
CREATE TEMP TABLE run_entry ON COMMIT DROP AS
SELECT t.id AS tx, e.leg, d.ordinal AS day,
       CASE WHEN e.direction = %(normal_side)s THEN e.amount_minor ELSE -e.amount_minor END AS signed,
       {entry_key} AS key, t.batch_reference AS batch
  FROM ledger_transaction t
  JOIN ledger_entry e ON e.tenant_id = t.tenant_id AND e.transaction_id = t.id AND e.account_id = %(ledger_account)s
  JOIN run_day d ON d.on_date = t.effective_on
 WHERE t.effective_on >= (SELECT min(on_date) FROM run_day) AND t.effective_on <= (SELECT max(on_date) FROM run_day)
   AND t.status = 'POSTED' AND t.posted_at <= %(ledger_as_of)s
   AND NOT EXISTS (SELECT FROM match_leg m WHERE m.tenant_id = t.tenant_id AND m.side = 0 AND m.row_id = t.id AND m.leg = e.leg);

-- step: lines
CREATE TEMP TABLE run_line ON COMMIT DROP AS
SELECT b.id AS line, d.ordinal AS day, %(sign)s * b.amount_minor AS signed,
       {line_key} AS key, nullif(b.batch_reference, '') AS batch
  FROM bank_line b
  JOIN run_day d ON d.on_date = b.counts_on
 WHERE b.bank_account_id = %(bank_account)s AND b.counts AND b.imported_at <= %(statement_as_of)s
   AND b.counts_on >= (SELECT min(on_date) FROM run_day) AND b.counts_on <= (SELECT max(on_date) FROM run_day)
   AND NOT EXISTS (SELECT FROM match_leg m WHERE m.tenant_id = b.tenant_id AND m.side = 1 AND m.row_id = b.id AND m.leg = 0);

-- step: analyze
ANALYZE run_day, run_entry, run_line;

-- step: counts
SELECT (SELECT count(*) FROM run_entry), (SELECT count(*) FROM run_line);

-- step: drop
DROP TABLE run_day, run_entry, run_line, run_left;

-- step: totals
-- Summed from the rows themselves, apart from every group: this is why "unexplained = 0" can fail.
SELECT d.ordinal, coalesce(sum(x.ledger), 0), coalesce(sum(x.bank), 0), coalesce(sum(x.entries), 0), coalesce(sum(x.lines), 0)
  FROM (SELECT DISTINCT ordinal FROM run_day) d
  LEFT JOIN (
    SELECT r.ordinal, sum(CASE WHEN e.direction = %(normal_side)s THEN e.amount_minor ELSE -e.amount_minor END) AS ledger,
           NULL::numeric AS bank, count(*) AS entries, 0::bigint AS lines
      FROM ledger_transaction t
      JOIN ledger_entry e ON e.tenant_id = t.tenant_id AND e.transaction_id = t.id AND e.account_id = %(ledger_account)s
      JOIN run_day r ON r.on_date = t.effective_on
     WHERE t.effective_on >= (SELECT min(on_date) FROM run_day) AND t.effective_on <= (SELECT max(on_date) FROM run_day)
       AND t.status = 'POSTED' AND t.posted_at <= %(ledger_as_of)s
     GROUP BY r.ordinal
     UNION ALL
    SELECT r.ordinal, NULL, sum(%(sign)s * b.amount_minor), 0, count(*)
      FROM bank_line b JOIN run_day r ON r.on_date = b.counts_on
     WHERE b.bank_account_id = %(bank_account)s AND b.counts AND b.imported_at <= %(statement_as_of)s
       AND b.counts_on >= (SELECT min(on_date) FROM run_day) AND b.counts_on <= (SELECT max(on_date) FROM run_day)
     GROUP BY r.ordinal
     UNION ALL
    SELECT r.ordinal, -sum(s.signed_minor), NULL, 0, 0
      FROM counted_shift s JOIN run_day r ON r.on_date = s.from_day
     WHERE s.bank_account_id = %(bank_account)s GROUP BY r.ordinal
     UNION ALL
    SELECT r.ordinal, sum(s.signed_minor), NULL, 0, 0
      FROM counted_shift s JOIN run_day r ON r.on_date = s.counted_on
     WHERE s.bank_account_id = %(bank_account)s GROUP BY r.ordinal
  ) x USING (ordinal)
 GROUP BY d.ordinal;
