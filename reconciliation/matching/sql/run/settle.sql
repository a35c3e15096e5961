-- The set-based half of the matcher: a reference settles when all its open entries stand on one day, all its open lines on
-- one day within grace, all with one sign, and the sums are equal. That is rules 1 and 2 of the pure rules for the rows that
-- no human will look at; every other reference is left to the rules themselves (a property test holds both together).

-- step: twice
-- References that stand more than once on one side; the others, nearly all, need no sums.
CREATE TEMP TABLE run_twice ON COMMIT DROP AS
SELECT key, true AS yes FROM run_entry WHERE NOT %(again)s OR key IN (SELECT key FROM run_left) GROUP BY key HAVING count(*) > 1
 UNION
SELECT key, true FROM run_line WHERE NOT %(again)s OR key IN (SELECT key FROM run_left) GROUP BY key HAVING count(*) > 1;

-- step: keys
CREATE TEMP TABLE run_key ON COMMIT DROP AS
SELECT x.*, CASE WHEN x.settles THEN nextval('match_id_seq') END AS id
  FROM (SELECT key, 1 AS entries, 1 AS lines, e.tx, e.leg, l.line, e.day AS entry_day, l.day AS line_day, e.signed,
               coalesce(e.signed = l.signed AND e.signed <> 0 AND abs(e.day - l.day) <= %(grace)s, false) AS settles
          FROM (SELECT * FROM run_entry WHERE (NOT %(again)s OR key IN (SELECT key FROM run_left))
                   AND key NOT IN (SELECT key FROM run_twice)) e
          FULL JOIN (SELECT * FROM run_line WHERE (NOT %(again)s OR key IN (SELECT key FROM run_left))
                   AND key NOT IN (SELECT key FROM run_twice)) l USING (key)
         ORDER BY e.tx) x
 UNION ALL
SELECT x.*, CASE WHEN x.settles THEN nextval('match_id_seq') END
  FROM (SELECT key, e.n, l.n, e.tx, e.leg, l.line, e.day, l.day, e.total,
               coalesce(e.total = l.total AND e.day = e.day_to AND l.day = l.day_to AND abs(e.day - l.day) <= %(grace)s
                        AND (e.least > 0 AND l.least > 0 OR e.most < 0 AND l.most < 0), false) AS settles
          FROM (SELECT key, count(*) AS n, sum(signed) AS total, min(signed) AS least, max(signed) AS most,
                       min(day) AS day, max(day) AS day_to, min(tx) AS tx, min(leg) AS leg
                  FROM run_entry WHERE key IN (SELECT key FROM run_twice) GROUP BY key) e
          FULL JOIN (SELECT key, count(*) AS n, sum(signed) AS total, min(signed) AS least, max(signed) AS most,
                       min(day) AS day, max(day) AS day_to, min(line) AS line
                  FROM run_line WHERE key IN (SELECT key FROM run_twice) GROUP BY key) l USING (key)
         ORDER BY e.tx) x;

-- step: clear_left
DELETE FROM run_left;

-- step: fill_left
INSERT INTO run_left SELECT key FROM run_key WHERE NOT settles;

-- step: store_matches
-- The tenant is stated in every column list here: the default would ask tenant() row by row.
INSERT INTO match (tenant_id, id, bank_account_id, run_id, decision_id, day, rule, days_apart)
SELECT %(tenant)s, id, %(bank_account)s, %(run)s, %(decision)s, (%(days)s::date[])[line_day - %(first_ordinal)s + 1], 2,
       abs(entry_day - line_day)
  FROM run_key WHERE settles;

-- step: store_legs
-- One statement, each side in the order of its rows: the key is then written from left to right, and the check of the legs
-- reads the matches once.
INSERT INTO match_leg (tenant_id, side, row_id, leg, match_id)
(SELECT %(tenant)s, 0::smallint, tx, leg, id FROM run_key WHERE settles AND entries = 1 ORDER BY tx, leg)
 UNION ALL
(SELECT %(tenant)s, 1::smallint, line, 0::smallint, id FROM run_key WHERE settles AND lines = 1 ORDER BY line);

-- step: store_legs_of_many
INSERT INTO match_leg (tenant_id, side, row_id, leg, match_id)
SELECT %(tenant)s, 0, e.tx, e.leg, m.id FROM run_key m JOIN run_entry e USING (key) WHERE m.settles AND m.entries > 1
 UNION ALL
SELECT %(tenant)s, 1, l.line, 0, m.id FROM run_key m JOIN run_line l USING (key) WHERE m.settles AND m.lines > 1;

-- step: store_shifts
INSERT INTO counted_shift (tenant_id, bank_account_id, transaction_id, leg, part, match_id, from_day, counted_on, signed_minor)
SELECT %(tenant)s, %(bank_account)s, x.tx, x.leg, 0, x.id, (%(days)s::date[])[x.entry_day - %(first_ordinal)s + 1],
       (%(days)s::date[])[x.line_day - %(first_ordinal)s + 1], x.signed
  FROM (SELECT id, tx, leg, entry_day, line_day, signed FROM run_key WHERE settles AND entry_day <> line_day AND entries = 1
         UNION ALL
        SELECT m.id, e.tx, e.leg, m.entry_day, m.line_day, e.signed FROM run_key m JOIN run_entry e USING (key)
         WHERE m.settles AND m.entry_day <> m.line_day AND m.entries > 1) x
 ORDER BY x.tx, x.leg;

-- step: by_batch_entries
UPDATE run_entry e SET key = reference_key(e.batch)
 WHERE e.batch IS NOT NULL AND e.key IN (SELECT key FROM run_left)
   AND NOT EXISTS (SELECT FROM run_line l WHERE l.key = e.key)
   AND reference_key(e.batch) IN (SELECT l.key FROM run_line l JOIN run_left USING (key));

-- step: by_batch_lines
UPDATE run_line l SET key = reference_key(l.batch)
 WHERE l.batch IS NOT NULL AND l.key IN (SELECT key FROM run_left)
   AND NOT EXISTS (SELECT FROM run_entry e WHERE e.key = l.key)
   AND reference_key(l.batch) IN (SELECT e.key FROM run_entry e JOIN run_left USING (key));

-- step: by_narrative
UPDATE run_line l SET key = found.key
  FROM (SELECT b.id, reference_key(substring(b.narrative FROM %(pattern)s)) AS key
          FROM bank_line b WHERE b.id IN (SELECT x.line FROM run_line x JOIN run_left USING (key))) found
 WHERE found.id = l.line AND found.key <> '' AND NOT EXISTS (SELECT FROM run_entry e WHERE e.key = l.key)
   AND found.key IN (SELECT e.key FROM run_entry e JOIN run_left USING (key));

-- step: rekeyed_left
INSERT INTO run_left SELECT DISTINCT reference_key(batch) FROM run_entry WHERE batch IS NOT NULL AND key = reference_key(batch)
ON CONFLICT DO NOTHING;

-- step: drop_pass
DROP TABLE run_key, run_twice;

-- step: count
SELECT count(*) FROM run_key WHERE settles;

-- step: count_left
SELECT count(*) FROM run_left;

-- step: count
SELECT count(*), count(*) FILTER (WHERE entries > 1), count(*) FILTER (WHERE lines > 1), count(*) FILTER (WHERE entry_day <> line_day),
       array_agg(DISTINCT entry_day) FILTER (WHERE entry_day NOT BETWEEN %(first)s AND %(last)s),
       array_agg(DISTINCT line_day) FILTER (WHERE line_day NOT BETWEEN %(first)s AND %(last)s)
  FROM run_key WHERE settles;

-- step: count_left
SELECT count(*) FROM run_left;

-- step: touched
SELECT DISTINCT day FROM (SELECT entry_day AS day FROM run_key WHERE settles UNION ALL SELECT line_day FROM run_key WHERE settles) x
 WHERE day NOT BETWEEN %(first)s AND %(last)s;
