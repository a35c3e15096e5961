-- What a run looks at: rows of its window that no match holds yet, with their banking-day ordinal, their sign in the
-- direction of the account's normal side, and the reference they are compared by.

-- step: days
CREATE TEMP TABLE run_day ON COMMIT DROP AS
SELECT on_date::date AS on_date, p.ordinal
  FROM bank_period p CROSS JOIN LATERAL generate_series(p.day, p.until_on - 1, interval '1 day') AS on_date
 WHERE p.tenant_id = tenant() AND p.bank_account_id = %(bank_account)s
   AND p.ordinal BETWEEN %(first)s - %(grace)s AND %(last)s + %(grace)s;

-- step: window
SELECT min(on_date), max(on_date) FROM run_day;

-- step: tables
CREATE TEMP TABLE run_entry (tx bigint, leg smallint, day integer, signed numeric, key text COLLATE "C", batch text) ON COMMIT DROP;
CREATE TEMP TABLE run_line (line bigint, day integer, signed numeric, key text COLLATE "C", batch text) ON COMMIT DROP;
CREATE TEMP TABLE run_total (day integer, ledger numeric, bank numeric, entries bigint, lines bigint) ON COMMIT DROP;
CREATE TEMP TABLE run_left (key text COLLATE "C" PRIMARY KEY) ON COMMIT DROP;

-- fragment: line_rows
SELECT b.id AS line, d.ordinal AS day, %(sign)s * b.amount_minor AS signed, {line_key} AS key, nullif(b.batch_reference, '') AS batch
  FROM bank_line b
  JOIN run_day d ON d.on_date = b.counts_on
 WHERE b.bank_account_id = %(bank_account)s AND b.counts AND b.imported_at <= %(statement_as_of)s
   AND b.counts_on >= %(from_on)s AND b.counts_on <= %(to_on)s

-- step: entries
-- One scan gives both: the open rows to match, and the totals of all rows, held by a match or not. The totals come from the
-- rows themselves, apart from every group: this is why "unexplained = 0" can fail.
WITH scanned AS MATERIALIZED (
    SELECT r.*, m.held FROM (
        SELECT t.id AS tx, e.leg, d.ordinal AS day, CASE WHEN e.direction = %(normal_side)s THEN e.amount_minor ELSE -e.amount_minor END AS signed,
               {entry_key} AS key, t.batch_reference AS batch
          FROM ledger_transaction t
         CROSS JOIN LATERAL (
                -- OFFSET 0 keeps the planner at one index probe a header: with fresh tables its guess of "1 row" turned this
                -- into a join of every header with every entry of the account.
                SELECT leg, direction, amount_minor FROM ledger_entry
                 WHERE tenant_id = %(tenant)s AND account_id = %(ledger_account)s AND transaction_id = t.id OFFSET 0) e
          JOIN run_day d ON d.on_date = t.effective_on
         WHERE t.effective_on >= %(from_on)s AND t.effective_on <= %(to_on)s
           AND t.status = 'POSTED' AND t.posted_at <= %(ledger_as_of)s
    ) r
      LEFT JOIN LATERAL (SELECT true AS held FROM match_leg
                          WHERE tenant_id = %(tenant)s AND side = 0 AND row_id = r.tx AND leg = r.leg OFFSET 0) m ON true
), opened AS (
    INSERT INTO run_entry SELECT tx, leg, day, signed, key, batch FROM scanned WHERE held IS NULL
)
INSERT INTO run_total SELECT day, sum(signed), 0, count(*), 0 FROM scanned GROUP BY day;

-- step: lines
WITH scanned AS MATERIALIZED (
    SELECT r.*, m.held FROM ({line_rows}) r
      LEFT JOIN LATERAL (SELECT true AS held FROM match_leg
                          WHERE tenant_id = %(tenant)s AND side = 1 AND row_id = r.line AND leg = 0 OFFSET 0) m ON true
), opened AS (
    INSERT INTO run_line SELECT line, day, signed, key, batch FROM scanned WHERE held IS NULL
)
INSERT INTO run_total SELECT day, 0, sum(signed), 0, count(*) FROM scanned GROUP BY day;

-- step: identified
-- A line that two people joined with a transaction is compared by that transaction's reference. Few lines ever are: looked up from them.
UPDATE run_line l SET key = i.key
  FROM (SELECT i.line_id, {entry_key} AS key FROM line_identification i
          JOIN ledger_transaction t ON t.tenant_id = i.tenant_id AND t.id = i.transaction_id
         WHERE i.bank_account_id = %(bank_account)s AND i.together AND i.said_at <= %(statement_as_of)s OFFSET 0) i
 WHERE l.line = i.line_id;

-- step: apart
SELECT line_id, transaction_id FROM line_identification
 WHERE bank_account_id = %(bank_account)s AND NOT together AND said_at <= %(statement_as_of)s;

-- step: entries_all_open
-- Where no match of the account holds anything yet, all rows are open, and usually many: joined as wholes (the caller turns
-- nested loops off), not probed one by one.
INSERT INTO run_entry
SELECT t.id, e.leg, d.ordinal, CASE WHEN e.direction = %(normal_side)s THEN e.amount_minor ELSE -e.amount_minor END,
       {entry_key}, t.batch_reference
  FROM ledger_transaction t
  JOIN ledger_entry e ON e.tenant_id = %(tenant)s AND e.account_id = %(ledger_account)s AND e.transaction_id = t.id
  JOIN run_day d ON d.on_date = t.effective_on
 WHERE t.effective_on >= %(from_on)s AND t.effective_on <= %(to_on)s
   AND t.status = 'POSTED' AND t.posted_at <= %(ledger_as_of)s;

-- step: lines_all_open
INSERT INTO run_line {line_rows};

-- step: totals_all_open
INSERT INTO run_total
SELECT day, sum(signed), 0, count(*), 0 FROM run_entry GROUP BY day
 UNION ALL
SELECT day, 0, sum(signed), 0, count(*) FROM run_line GROUP BY day;

-- step: held
-- Asked of the runs, of which an account has few, and not of the matches, which no index finds by account: their first one
-- may lie behind a million of others. What this run itself matched a pass ago, its caller knows.
SELECT %(passed)s OR EXISTS (SELECT FROM match_run r WHERE r.bank_account_id = %(bank_account)s AND r.matched_count > 0),
       EXISTS (SELECT FROM line_identification WHERE bank_account_id = %(bank_account)s);

-- step: history
-- Whether rows of these references can stand anywhere else: held by a match, or outside the window.
SELECT (SELECT min(counts_on) < %(from_on)s OR max(counts_on) > %(to_on)s FROM bank_line WHERE bank_account_id = %(bank_account)s)
    OR (SELECT min(effective_on) < %(from_on)s OR max(effective_on) > %(to_on)s FROM ledger_transaction);

-- step: analyze
ANALYZE run_day, run_entry, run_line;

-- step: counts
SELECT (SELECT count(*) FROM run_entry), (SELECT count(*) FROM run_line);

-- step: drop
DROP TABLE run_day, run_entry, run_line, run_total, run_left;

-- step: totals
SELECT d.ordinal, coalesce(sum(x.ledger), 0), coalesce(sum(x.bank), 0), coalesce(sum(x.entries), 0), coalesce(sum(x.lines), 0)
  FROM (SELECT DISTINCT ordinal FROM run_day) d
  LEFT JOIN (
    SELECT day AS ordinal, ledger, bank, entries, lines FROM run_total
     UNION ALL
    SELECT r.ordinal, -o.moved, 0, 0, 0
      FROM (SELECT from_day, sum(signed_minor) AS moved FROM counted_shift WHERE bank_account_id = %(bank_account)s
               AND from_day BETWEEN %(from_on)s AND %(to_on)s GROUP BY from_day) o
      JOIN run_day r ON r.on_date = o.from_day
     UNION ALL
    SELECT r.ordinal, i.moved, 0, 0, 0
      FROM (SELECT counted_on, sum(signed_minor) AS moved FROM counted_shift WHERE bank_account_id = %(bank_account)s
               AND counted_on BETWEEN %(from_on)s AND %(to_on)s GROUP BY counted_on) i
      JOIN run_day r ON r.on_date = i.counted_on
  ) x USING (ordinal)
 GROUP BY d.ordinal;

