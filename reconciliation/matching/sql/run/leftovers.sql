-- The rows that the set-based half left, with all rows of the same references wherever they stand (a later row re-opens
-- the matches of its reference), and what the rules must know about the references. Every look-up is fenced by OFFSET 0: one
-- index probe a row, whatever the planner believes about tables whose statistics are older than their rows.

-- step: entries
SELECT t.id, e.leg, r.key, t.effective_on, CASE WHEN e.direction = %(normal_side)s THEN e.amount_minor ELSE -e.amount_minor END,
       coalesce(t.payment_id, ''), t.use_case, t.reverses_id, m.match_id
  FROM run_found r
 CROSS JOIN LATERAL (SELECT id, effective_on, payment_id, use_case, reverses_id FROM ledger_transaction
                      WHERE tenant_id = %(tenant)s AND id = r.row_id OFFSET 0) t
 CROSS JOIN LATERAL (SELECT leg, direction, amount_minor FROM ledger_entry
                      WHERE tenant_id = %(tenant)s AND transaction_id = r.row_id AND leg = r.leg OFFSET 0) e
  LEFT JOIN LATERAL (SELECT match_id FROM match_leg
                      WHERE tenant_id = %(tenant)s AND side = 0 AND row_id = r.row_id AND leg = r.leg OFFSET 0) m ON true
 WHERE r.side = 0
 ORDER BY r.key, t.id, e.leg;

-- step: lines
SELECT b.id, r.key, b.counts_on, %(sign)s * b.amount_minor, b.amount_minor < 0, r.key = 'LINE' || b.id, b.kind,
       coalesce(b.charge_minor, 0), m.match_id
  FROM run_found r
 CROSS JOIN LATERAL (SELECT id, counts_on, amount_minor, kind, charge_minor FROM bank_line
                      WHERE tenant_id = %(tenant)s AND id = r.row_id OFFSET 0) b
  LEFT JOIN LATERAL (SELECT match_id FROM match_leg
                      WHERE tenant_id = %(tenant)s AND side = 1 AND row_id = r.row_id AND leg = 0 OFFSET 0) m ON true
 WHERE r.side = 1
 ORDER BY r.key, b.id;

-- step: payments
-- References of lines alone behind which some payment of ours stands, on whatever account.
SELECT k.key FROM run_left k
 WHERE NOT EXISTS (SELECT FROM run_found r WHERE r.side = 0 AND r.key = k.key)
   AND (EXISTS (SELECT FROM ledger_transaction t WHERE t.tenant_id = %(tenant)s AND t.reference_key = k.key)
     OR EXISTS (SELECT FROM run_found r JOIN bank_line b ON b.tenant_id = %(tenant)s AND b.id = r.row_id
                  JOIN ledger_transaction t ON t.tenant_id = b.tenant_id AND t.payment_id = b.reference
                 WHERE r.side = 1 AND r.key = k.key AND b.reference <> ''));

-- step: found
CREATE TEMP TABLE run_found (side smallint, row_id bigint, leg smallint, key text COLLATE "C", PRIMARY KEY (side, row_id, leg)) ON COMMIT DROP;
INSERT INTO run_found SELECT 0, tx, leg, key FROM run_entry WHERE key IN (SELECT key FROM run_left);
INSERT INTO run_found SELECT 1, line, 0, key FROM run_line WHERE key IN (SELECT key FROM run_left);
ANALYZE run_found, run_left;

-- step: elsewhere_entries
INSERT INTO run_found
SELECT 0, t.id, e.leg, k.key FROM run_left k
 CROSS JOIN LATERAL (SELECT t.id FROM ledger_transaction t
                      WHERE t.tenant_id = %(tenant)s AND {entry_column} = k.key AND t.status = 'POSTED'
                        AND t.posted_at <= %(ledger_as_of)s OFFSET 0) t
 CROSS JOIN LATERAL (SELECT leg FROM ledger_entry
                      WHERE tenant_id = %(tenant)s AND account_id = %(ledger_account)s AND transaction_id = t.id OFFSET 0) e
ON CONFLICT DO NOTHING;

-- step: elsewhere_lines
INSERT INTO run_found
SELECT 1, b.id, 0, k.key FROM run_left k
 CROSS JOIN LATERAL (SELECT b.id FROM bank_line b
                      WHERE b.tenant_id = %(tenant)s AND {line_column} = k.key AND b.reference_key <> ''
                        AND b.bank_account_id = %(bank_account)s AND b.counts AND b.imported_at <= %(statement_as_of)s OFFSET 0) b
ON CONFLICT DO NOTHING;

-- step: identified_elsewhere
INSERT INTO run_found
SELECT 1, i.line_id, 0, k.key FROM line_identification i
  JOIN ledger_transaction t ON t.tenant_id = i.tenant_id AND t.id = i.transaction_id
  JOIN run_left k ON k.key = {entry_key}
 WHERE i.bank_account_id = %(bank_account)s AND i.together AND i.said_at <= %(statement_as_of)s
ON CONFLICT DO NOTHING;

-- step: matched_with
-- What a held row was matched with under another key (a batch, a narrative) comes along.
INSERT INTO run_found
SELECT l.side, l.row_id, l.leg, min(h.key)
  FROM (SELECT DISTINCT a.match_id, r.key FROM run_found r
         CROSS JOIN LATERAL (SELECT match_id FROM match_leg
                              WHERE tenant_id = %(tenant)s AND side = r.side AND row_id = r.row_id AND leg = r.leg OFFSET 0) a) h
 CROSS JOIN LATERAL (SELECT side, row_id, leg FROM match_leg WHERE tenant_id = %(tenant)s AND match_id = h.match_id OFFSET 0) l
 GROUP BY 1, 2, 3
ON CONFLICT DO NOTHING;

-- step: drop
DROP TABLE run_found;

-- step: known
SELECT t.id, k.key, e.signed, CASE t.status WHEN 'POSTED' THEN 'REVERSED' ELSE t.status END, coalesce(t.payment_id, '')
  FROM run_left k
 CROSS JOIN LATERAL (
        SELECT t.id, t.status, t.payment_id FROM ledger_transaction t
         WHERE t.tenant_id = %(tenant)s AND {entry_column} = k.key AND t.reverses_id IS NULL AND t.recorded_at <= %(ledger_as_of)s
           AND (t.status <> 'POSTED'
                OR EXISTS (SELECT FROM ledger_transaction r WHERE r.tenant_id = t.tenant_id AND r.reverses_id = t.id))
           AND NOT EXISTS (SELECT FROM ledger_transaction c WHERE c.tenant_id = t.tenant_id AND c.corrects_id = t.id) OFFSET 0) t
 CROSS JOIN LATERAL (
        SELECT sum(CASE WHEN direction = %(normal_side)s THEN amount_minor ELSE -amount_minor END) AS signed FROM ledger_entry
         WHERE tenant_id = %(tenant)s AND account_id = %(ledger_account)s AND transaction_id = t.id OFFSET 0) e
 WHERE e.signed IS NOT NULL
 ORDER BY k.key, t.id;

-- step: retire
WITH gone AS (
    DELETE FROM match_leg WHERE match_id = ANY(%(matches)s) RETURNING side, row_id, leg, match_id
), shifts AS (
    DELETE FROM counted_shift WHERE match_id = ANY(%(matches)s)
), kept AS (
    INSERT INTO match_leg_retired (tenant_id, side, row_id, leg, match_id, run_id)
    SELECT %(tenant)s, side, row_id, leg, match_id, %(run)s FROM gone
)
UPDATE match SET retired_by = %(run)s WHERE id = ANY(%(matches)s) AND retired_by IS NULL;

-- step: store
WITH made AS (
    INSERT INTO match (id, bank_account_id, run_id, decision_id, day, rule, days_apart)
    SELECT (v->>'id')::bigint, %(bank_account)s, %(run)s, %(decision)s, (v->>'day')::date, (v->>'rule')::smallint, (v->>'apart')::smallint
      FROM jsonb_array_elements(%(matches)s::jsonb) v
), shifts AS (
    INSERT INTO counted_shift (bank_account_id, transaction_id, leg, part, match_id, from_day, counted_on, signed_minor)
    SELECT %(bank_account)s, (s->>0)::bigint, (s->>1)::smallint, (s->>2)::smallint, (v->>'id')::bigint, (s->>3)::date, (s->>4)::date, (s->>5)::numeric
      FROM jsonb_array_elements(%(matches)s::jsonb) v CROSS JOIN LATERAL jsonb_array_elements(v->'shifts') s
)
SELECT count(*) FROM jsonb_array_elements(%(matches)s::jsonb);

-- step: store_legs
INSERT INTO match_leg (side, row_id, leg, match_id)
SELECT (r->>0)::smallint, (r->>1)::bigint, (r->>2)::smallint, (v->>'id')::bigint
  FROM jsonb_array_elements(%(matches)s::jsonb) v CROSS JOIN LATERAL jsonb_array_elements(v->'rows') r
 ORDER BY 1, 2, 3;

-- step: match_ids
SELECT nextval('match_id_seq') FROM generate_series(1, %(count)s);
