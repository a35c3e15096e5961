-- Cases follow the differences of a run. A difference takes over the open case of any of its rows; the oldest wins.
-- A case that people or a rule ended stays ended while its difference is the very same; that changes nothing in the
-- figures, which are summed from the rows. Once it differs, or was closed because it was gone, the case opens again.

-- step: stage
CREATE TEMP TABLE sync_item ON COMMIT DROP AS
SELECT (v->>'n')::integer AS n, v, NULL::bigint AS case_id, false AS is_new, ''::text AS fate, false AS ends
  FROM jsonb_array_elements(%(items)s::jsonb) v;

-- step: known
UPDATE sync_item i SET case_id = k.case_id
  FROM (SELECT s.n, min(c.id) AS case_id
          FROM sync_item s
         CROSS JOIN LATERAL jsonb_array_elements(s.v->'rows') r
          JOIN case_row w ON w.side = (r->>0)::smallint AND w.row_id = (r->>1)::bigint AND w.leg = (r->>2)::smallint
          JOIN exception_case c ON c.id = w.case_id
         WHERE w.day = (s.v->>'day')::date OR c.state <> 'resolved'
         GROUP BY s.n) k
 WHERE k.n = i.n;

-- step: one_case_each
UPDATE sync_item i SET case_id = NULL
 WHERE case_id IS NOT NULL AND EXISTS (SELECT FROM sync_item o WHERE o.case_id = i.case_id AND o.n < i.n);

-- step: number
UPDATE sync_item i SET case_id = x.id, is_new = true
  FROM (SELECT n, nextval('exception_case_id_seq') AS id FROM (SELECT n FROM sync_item WHERE case_id IS NULL ORDER BY n) o) x
 WHERE x.n = i.n;

-- step: fate
-- new; kept: ended by people or a rule, and still the same; back: it was ended and is not so any more; seen: open as before.
-- ends: a rule closes it (item: "auto"), unless somebody works on it.
UPDATE sync_item i SET fate = f.fate, ends = i.v ? 'auto' AND f.fate <> 'kept' AND (f.fate = 'new' OR f.idle)
  FROM (SELECT s.n, c.owner_id IS NULL AND c.state IN ('open', 'reopened', 'resolved') AS idle,
               CASE WHEN s.is_new THEN 'new' WHEN c.state <> 'resolved' THEN 'seen'
                    WHEN c.resolution <> ALL(%(gone)s) AND (c.resolution <> 'auto_underpaid' OR s.v ? 'auto')
                     AND c.exception_class = s.v->>'class' AND c.cause IS NOT DISTINCT FROM (s.v->>'cause')::smallint
                     AND c.kind = coalesce(s.v->>'kind', '') AND c.contribution_minor = (s.v->>'contribution')::numeric
                     AND ARRAY(SELECT r FROM jsonb_array_elements(c.evidence->'rows') r ORDER BY r)
                       = ARRAY(SELECT r FROM jsonb_array_elements(s.v->'rows') r ORDER BY r) THEN 'kept'
                    ELSE 'back' END AS fate
          FROM sync_item s LEFT JOIN exception_case c ON c.id = s.case_id) f
 WHERE f.n = i.n;

-- step: open
INSERT INTO exception_case (id, number, plane_pair, bank_account_id, day, exception_class, cause, kind, title, contribution_minor, currency, payment_id,
       reference, severity, state, due_at, opened_at, opened_run_id, seen_run_id, resolved_at, resolution, evidence, decision_id)
SELECT case_id, b.first + row_number() OVER (ORDER BY n) - 1, %(pair)s, %(account)s, (v->>'day')::date, v->>'class', (v->>'cause')::smallint,
       coalesce(v->>'kind', ''),
       v->>'title', (v->>'contribution')::numeric, v->>'currency', v->>'payment', v->>'reference', (v->>'severity')::smallint,
       CASE WHEN ends THEN 'resolved' ELSE 'open' END, %(at)s + make_interval(secs => (v->>'due')::integer), %(at)s, %(run)s, %(run)s,
       CASE WHEN ends THEN %(at)s::timestamptz END, CASE WHEN ends THEN v->'auto'->>'code' ELSE '' END, v->'evidence', %(decision)s
  FROM sync_item
 CROSS JOIN (SELECT take_numbers('case', (SELECT count(*)::integer FROM sync_item WHERE is_new)) AS first) b
 WHERE is_new;

-- step: rows
INSERT INTO case_row AS w (side, row_id, leg, day, case_id)
SELECT DISTINCT (r->>0)::smallint, (r->>1)::bigint, (r->>2)::smallint, (s.v->>'day')::date, s.case_id
  FROM sync_item s CROSS JOIN LATERAL jsonb_array_elements(s.v->'rows') r
ON CONFLICT (tenant_id, side, row_id, leg, day) DO UPDATE SET case_id = excluded.case_id WHERE w.case_id <> excluded.case_id;

-- step: seen_events
INSERT INTO case_event (case_id, at, kind, actor, text, detail)
SELECT * FROM (
    SELECT s.case_id, %(at)s AS at, CASE s.fate WHEN 'new' THEN 'opened' WHEN 'back' THEN 'reopened' ELSE 'changed' END, %(run_label)s::text,
           CASE WHEN s.fate = 'new' THEN 'Opened by run ' || %(run_label)s || ': ' || (s.v->'evidence'->>'reason')
                WHEN s.fate = 'back' AND c.resolution = ANY(%(gone)s)
                     THEN 'The difference is back, run ' || %(run_label)s || ': ' || (s.v->'evidence'->>'reason')
                WHEN s.fate = 'back' THEN 'Not what was ended as ' || replace(c.resolution, '_', ' ') || ' any more, run ' || %(run_label)s
                     || CASE WHEN c.contribution_minor <> (s.v->>'contribution')::numeric THEN ', contribution ' || c.contribution_minor
                                  || ' to ' || (s.v->>'contribution') || ' minor units' ELSE '' END || ': ' || (s.v->'evidence'->>'reason')
                WHEN c.contribution_minor <> (s.v->>'contribution')::numeric
                     THEN 'Changed by run ' || %(run_label)s || ', contribution ' || c.contribution_minor || ' to ' || (s.v->>'contribution')
                     || ' minor units: ' || (s.v->'evidence'->>'reason')
                ELSE 'Seen otherwise by run ' || %(run_label)s || ', as ' || replace(s.v->>'class', '_', ' ') || ': '
                     || (s.v->'evidence'->>'reason') END, '{}'::jsonb
      FROM sync_item s JOIN exception_case c ON c.id = s.case_id
     WHERE s.fate IN ('new', 'back') OR s.fate = 'seen' AND (c.contribution_minor <> (s.v->>'contribution')::numeric
        OR c.exception_class <> s.v->>'class' OR c.cause IS DISTINCT FROM (s.v->>'cause')::smallint)
     ORDER BY s.n) said
 UNION ALL
SELECT * FROM (
    SELECT s.case_id, %(at)s, 'resolved', %(run_label)s, 'Closed by run ' || %(run_label)s || ', rule of ' || (s.v->'auto'->>'matcher') || ': '
           || (s.v->'auto'->>'because'), s.v->'auto' || jsonb_build_object('exception_class', s.v->>'class')
      FROM sync_item s WHERE s.ends ORDER BY s.n) ended;

-- step: seen
UPDATE exception_case c
   SET day = (s.v->>'day')::date, exception_class = s.v->>'class', cause = (s.v->>'cause')::smallint,
       kind = coalesce(s.v->>'kind', ''), title = s.v->>'title',
       contribution_minor = (s.v->>'contribution')::numeric, payment_id = s.v->>'payment', reference = s.v->>'reference',
       severity = (s.v->>'severity')::smallint, evidence = s.v->'evidence', seen_run_id = %(run)s, run_count = c.run_count + 1,
       state = CASE WHEN s.ends THEN 'resolved' WHEN s.fate = 'back' THEN 'reopened'
                    WHEN c.state = 'snoozed' AND c.snoozed_until <= %(at)s THEN CASE WHEN c.owner_id IS NULL THEN 'open' ELSE 'assigned' END
                    ELSE c.state END,
       due_at = CASE WHEN s.fate = 'back' OR c.exception_class <> s.v->>'class'
                     THEN %(at)s + make_interval(secs => (s.v->>'due')::integer) ELSE c.due_at END,
       resolved_at = CASE WHEN s.ends THEN %(at)s::timestamptz END, resolution = CASE WHEN s.ends THEN s.v->'auto'->>'code' ELSE '' END,
       decision_id = %(decision)s
  FROM sync_item s WHERE s.case_id = c.id AND s.fate IN ('seen', 'back');

-- step: kept
UPDATE exception_case c SET seen_run_id = %(run)s, run_count = c.run_count + 1
  FROM sync_item s WHERE s.case_id = c.id AND s.fate = 'kept';

-- step: gone
WITH closed AS (
    UPDATE exception_case c
       SET state = 'resolved', resolved_at = %(at)s, snoozed_until = NULL,
           resolution = CASE c.exception_class WHEN 'timing_skew' THEN 'cleared_in_grace' ELSE 'difference_gone' END,
           decision_id = %(decision)s
     WHERE c.bank_account_id = %(account)s AND c.day = ANY(%(days)s) AND c.state <> 'resolved'
       AND NOT EXISTS (SELECT FROM sync_item s WHERE s.case_id = c.id)
    RETURNING c.id, c.resolution, c.exception_class
)
INSERT INTO case_event (case_id, at, kind, actor, text, detail)
SELECT id, %(at)s, 'resolved', %(run_label)s, 'Closed by run ' || %(run_label)s || ': the difference is gone ('
       || replace(resolution, '_', ' ') || ')', jsonb_build_object('code', resolution, 'matcher', %(matcher)s::text, 'exception_class', exception_class)
  FROM closed;

-- step: gone_planes
-- Of the rows that the run looked at: %(looked)s are [side, row], and the leg of a row says which pair its case is of.
WITH closed AS (
    UPDATE exception_case c
       SET state = 'resolved', resolved_at = %(at)s, snoozed_until = NULL,
           resolution = CASE c.exception_class WHEN 'timing_skew' THEN 'cleared_in_grace' ELSE 'difference_gone' END,
           decision_id = %(decision)s
     WHERE c.plane_pair = %(pair)s AND c.state <> 'resolved'
       AND c.id IN (SELECT w.case_id FROM jsonb_array_elements(%(looked)s::jsonb) r
                      JOIN case_row w ON w.tenant_id = tenant() AND w.side = (r->>0)::smallint AND w.row_id = (r->>1)::bigint
                       AND w.leg = %(leg)s)
       AND NOT EXISTS (SELECT FROM sync_item s WHERE s.case_id = c.id)
    RETURNING c.id, c.resolution, c.exception_class
)
INSERT INTO case_event (case_id, at, kind, actor, text, detail)
SELECT id, %(at)s, 'resolved', %(run_label)s, 'Closed by run ' || %(run_label)s || ': the difference is gone ('
       || replace(resolution, '_', ' ') || ')', jsonb_build_object('code', resolution, 'matcher', %(matcher)s::text, 'exception_class', exception_class)
  FROM closed;

-- step: answer
-- Of each item its case, and whether that is open now.
SELECT case_id, NOT ends AND fate <> 'kept' FROM sync_item ORDER BY n;

-- step: drop
DROP TABLE sync_item;
