-- The recorded moves of a window, each with every fact that a clause reads about it, grouped by those facts. A decision made for many
-- holds their count alone: its members are the rows that carry it.

-- step: clear
DROP TABLE IF EXISTS pg_temp.backtest_decision, pg_temp.backtest_move, pg_temp.backtest_money, pg_temp.backtest_state, pg_temp.backtest_matched,
    pg_temp.backtest_whole, pg_temp.backtest_group, pg_temp.backtest_verdict, pg_temp.backtest_flip, pg_temp.backtest_told,
    pg_temp.backtest_fallen, pg_temp.backtest_case, pg_temp.backtest_turned, pg_temp.backtest_judged, pg_temp.backtest_ranked;

-- step: tables
CREATE TEMP TABLE backtest_move (n bigint GENERATED ALWAYS AS IDENTITY, kind smallint NOT NULL, transaction_id bigint, order_id bigint,
    decision_id bigint NOT NULL, at timestamptz NOT NULL, move text NOT NULL, label text NOT NULL, payment_id text COLLATE "C" NOT NULL, weight bigint NOT NULL,
    made boolean NOT NULL, said text NOT NULL, facts jsonb NOT NULL) ON COMMIT DROP;
CREATE TEMP TABLE backtest_money (n bigint NOT NULL, asset text NOT NULL, amount numeric NOT NULL) ON COMMIT DROP;
CREATE TEMP TABLE backtest_state (n bigint NOT NULL, state text) ON COMMIT DROP;
CREATE TEMP TABLE backtest_matched (n bigint NOT NULL, pairs jsonb) ON COMMIT DROP;

-- step: decisions
-- A fact that is only asked for counts as given or not. What was refused is asked again and again; its repetitions are twins.
CREATE TEMP TABLE backtest_decision ON COMMIT DROP AS
SELECT d.id, d.at, d.move, d.outcome::text AS said, d.subject_count, coalesce(d.inputs->>'payment_id', '') COLLATE "C" AS payment_id,
       coalesce(d.inputs->>'use_case', '') AS use_case,
       CASE WHEN d.outcome <> 'automatic' THEN md5(encode(d.subjects_sha256, 'hex') || (d.inputs - 'run')::text) END AS twin,
       {facts} AS facts
  FROM checkpoint_decision d
 WHERE d.tenant_id = tenant() AND d.at >= %(since)s AND d.at < %(until)s AND d.move = ANY(%(moves)s) AND d.policy <> 'preview';

-- step: first
SELECT min(at) FROM backtest_decision;

-- step: postings
INSERT INTO backtest_move (kind, transaction_id, decision_id, at, move, label, payment_id, weight, made, said, facts)
SELECT 0, t.id, d.id, d.at, d.move, t.use_case, coalesce(t.payment_id, ''), 1, true, d.said, d.facts
  FROM backtest_decision d JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.decision_id = d.id
 WHERE d.move IN ('posting.plan', 'posting.post', 'posting.repost');

-- step: settlings
INSERT INTO backtest_move (kind, transaction_id, decision_id, at, move, label, payment_id, weight, made, said, facts)
SELECT 1, t.id, d.id, d.at, d.move, t.use_case, coalesce(t.payment_id, ''), 1, true, d.said, d.facts
  FROM backtest_decision d
  JOIN ledger_transaction_move s ON s.tenant_id = tenant() AND s.decision_id = d.id
  JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.id = s.transaction_id
 WHERE d.move IN ('posting.confirm', 'posting.fail');

-- step: orders
INSERT INTO backtest_move (kind, order_id, decision_id, at, move, label, payment_id, weight, made, said, facts)
SELECT 2, o.id, d.id, d.at, d.move, d.move, o.payment_id, 1, true, d.said, d.facts
  FROM backtest_decision d
  JOIN commerce_move c ON c.tenant_id = tenant() AND c.decision_id = d.id
  JOIN commerce_order o ON o.tenant_id = tenant() AND o.id = c.order_id
 WHERE d.move IN ('commerce.move', 'commerce.move_by_hand');

-- step: single
-- Requests, settings, cases, and what was refused or held: one decision each, with what it says of itself. A request was a move only
-- once it was carried out.
INSERT INTO backtest_move (kind, decision_id, at, move, label, payment_id, weight, made, said, facts)
SELECT 3, d.id, d.at, d.move, coalesce(nullif(d.use_case, ''), d.move), coalesce(nullif(d.payment_id, ''), d.asked_for, ''),
       greatest(d.subject_count, 1), d.said = 'automatic' OR coalesce(d.state = 'executed', false), d.said, d.facts
  FROM (SELECT DISTINCT ON (c.move, c.alike) c.*
          FROM (SELECT b.*, r.state, r.payment_id AS asked_for, CASE WHEN r.id IS NULL AND b.twin IS NOT NULL THEN b.twin ELSE b.id::text END AS alike
                  FROM backtest_decision b
                  LEFT JOIN approval_request r ON r.tenant_id = tenant() AND r.decision_id = b.id
                 WHERE (b.said <> 'automatic' OR b.move NOT IN ('posting.plan', 'posting.post', 'posting.repost', 'posting.confirm',
                                                                'posting.fail', 'commerce.move', 'commerce.move_by_hand'))
                   AND NOT EXISTS (SELECT FROM backtest_move m WHERE m.decision_id = b.id)) c
         ORDER BY c.move, c.alike, c.at, c.id) d;

-- step: money_of_postings
INSERT INTO backtest_money (n, asset, amount)
SELECT m.n, a.asset, sum(e.amount_minor)
  FROM {of} m
  JOIN ledger_entry e ON e.tenant_id = tenant() AND e.transaction_id = m.transaction_id AND e.direction = 'DEBIT'
  JOIN ledger_account a ON a.tenant_id = tenant() AND a.id = e.account_id
 WHERE m.kind IN (0, 1) GROUP BY m.n, a.asset;

-- step: money_of_orders
INSERT INTO backtest_money (n, asset, amount)
SELECT m.n, o.asset, o.expected_minor FROM {of} m JOIN commerce_order o ON o.tenant_id = tenant() AND o.id = m.order_id
 WHERE m.kind = 2;

-- step: money_as_recorded
INSERT INTO backtest_money (n, asset, amount)
SELECT m.n, f.key, abs(f.value::numeric)
  FROM {of} m JOIN checkpoint_decision c ON c.tenant_id = tenant() AND c.id = m.decision_id
 CROSS JOIN LATERAL jsonb_each_text(CASE jsonb_typeof(c.inputs->'amounts') WHEN 'object' THEN c.inputs->'amounts' ELSE '{}' END) f
 WHERE m.kind = 3
 UNION ALL
SELECT m.n, c.inputs->>'asset', abs((c.inputs->>'amount_minor')::numeric)
  FROM {of} m JOIN checkpoint_decision c ON c.tenant_id = tenant() AND c.id = m.decision_id
 WHERE m.kind = 3 AND coalesce(c.inputs->'amounts', '{}') IN ('{}', 'null') AND jsonb_typeof(c.inputs->'asset') = 'string'
   AND c.inputs->>'amount_minor' ~ '^-?[0-9]+$';

-- step: told
CREATE TEMP TABLE backtest_told ON COMMIT DROP AS
SELECT k.* FROM (SELECT p.id, n.named, p.first_event_at, p.detected_at, p.confirmed_at
                   FROM provider_payment p
                  CROSS JOIN LATERAL (SELECT p.payment_ref AS named UNION SELECT p.payment_id) n
                  WHERE p.tenant_id = tenant()) k
 WHERE k.named <> '' AND k.named COLLATE "C" IN (SELECT payment_id FROM backtest_move);

-- step: fallen
-- From when until when a payment stood as expired or failed, or was pending again, by the time that the provider gave for it. What
-- came after its end leaves an expired payment expired, though it has the time of a confirmation.
CREATE TEMP TABLE backtest_fallen ON COMMIT DROP AS
SELECT s.id, s.to_status, s.until,
       coalesce((SELECT min(e.occurred_at) FROM provider_payment p
                   JOIN provider_event e ON e.tenant_id = tenant() AND e.endpoint_id = p.endpoint_id AND e.payment_ref = p.payment_ref
                  WHERE p.tenant_id = tenant() AND p.id = s.id AND e.occurred_at <= s.at
                    AND e.type = CASE s.to_status WHEN 'pending' THEN 'reverted' ELSE s.to_status END), s.at) AS since
  FROM (SELECT v.payment_id AS id, v.from_status, v.to_status, v.at, lead(v.at) OVER (PARTITION BY v.payment_id ORDER BY v.id) AS until
          FROM provider_move v
         WHERE v.tenant_id = tenant() AND v.payment_id IN (SELECT f.payment_id FROM provider_move f
               WHERE f.tenant_id = tenant() AND (f.to_status IN ('expired', 'failed') OR f.from_status = 'paid' AND f.to_status = 'pending'))) s
 WHERE s.to_status IN ('expired', 'failed') OR s.from_status = 'paid' AND s.to_status = 'pending';

-- step: states
-- What the provider had said by the time of the move; the furthest of the payment's parts.
INSERT INTO backtest_state (n, state)
SELECT m.n, (ARRAY['confirmed', 'paid', 'pending', 'expired', 'failed'])[min(CASE
           WHEN v.id IS NOT NULL THEN array_position(ARRAY['confirmed', 'paid', 'pending', 'expired', 'failed'], v.to_status)
           WHEN k.confirmed_at <= m.at THEN 1
           WHEN k.detected_at <= m.at THEN 2
           WHEN k.first_event_at <= m.at THEN 3 END)]
  FROM backtest_move m
  JOIN backtest_told k ON k.named = m.payment_id
  LEFT JOIN backtest_fallen v ON v.id = k.id AND v.since <= m.at AND (v.until IS NULL OR m.at < v.until)
 WHERE m.payment_id <> '' AND NOT m.facts ? 'provider_state'
 GROUP BY m.n;

-- step: matched
-- The pairs on which a match of the payment stood at the time of the move.
INSERT INTO backtest_matched (n, pairs)
SELECT n, jsonb_agg(DISTINCT pair) FROM (
    SELECT m.n, p.pair
      FROM backtest_move m
      JOIN plane_match p ON p.tenant_id = tenant() AND p.payment_id = m.payment_id AND p.payment_id <> ''
      JOIN plane_run r ON r.tenant_id = tenant() AND r.id = p.run_id AND r.as_of <= m.at
      LEFT JOIN plane_run x ON x.tenant_id = tenant() AND x.id = p.retired_by
     WHERE p.retired_by IS NULL OR x.as_of > m.at
     UNION ALL
    SELECT m.n, 'ledger-bank'
      FROM backtest_move m
      JOIN ledger_transaction t ON t.tenant_id = tenant() AND t.payment_id = m.payment_id AND t.status = 'POSTED'
      JOIN (SELECT tenant_id, row_id, match_id, NULL::bigint AS run_id FROM match_leg WHERE side = 0
             UNION ALL SELECT tenant_id, row_id, match_id, run_id FROM match_leg_retired WHERE side = 0) l
        ON l.tenant_id = tenant() AND l.row_id = t.id
      JOIN match h ON h.tenant_id = tenant() AND h.id = l.match_id
      JOIN match_run r ON r.tenant_id = tenant() AND r.id = h.run_id AND r.ledger_as_of <= m.at
      LEFT JOIN match_run x ON x.tenant_id = tenant() AND x.id = l.run_id
     WHERE m.payment_id <> '' AND (l.run_id IS NULL OR x.ledger_as_of > m.at)) found
 GROUP BY n;

-- step: whole
-- What was recorded wins over what is looked up; amounts count by how many edges they reach.
CREATE TEMP TABLE backtest_whole ON COMMIT DROP AS
SELECT m.n, m.move, m.said, m.weight, m.facts, coalesce(s.state, '') AS state, coalesce(p.pairs, 'null') AS pairs, coalesce(y.bands, 'null') AS bands,
       CASE WHEN %(assets)s AND m.kind IN (0, 1) THEN coalesce(y.assets, 'null') ELSE 'null' END AS assets, coalesce(o.numbers, 'null') AS numbers
  FROM backtest_move m
  LEFT JOIN backtest_state s ON s.n = m.n
  LEFT JOIN backtest_matched p ON p.n = m.n
  LEFT JOIN (SELECT q.n, jsonb_agg(q.asset ORDER BY q.asset) AS assets,
                    jsonb_object_agg(q.asset, width_bucket(q.amount, g.edges)) FILTER (WHERE g.edges IS NOT NULL) AS bands
               FROM backtest_money q
               LEFT JOIN (SELECT key AS asset, ARRAY(SELECT x::numeric FROM jsonb_array_elements_text(value) x ORDER BY 1) AS edges
                            FROM jsonb_each(%(edges)s::jsonb)) g ON g.asset = q.asset
              GROUP BY q.n) y ON y.n = m.n
  LEFT JOIN (SELECT w.n, jsonb_agg(v.number ORDER BY v.number) AS numbers
               FROM checkpoint_override v JOIN backtest_move w ON w.move = v.move AND v.payment_id IN ('', w.payment_id)
                AND v.starts_at <= w.at AND w.at < coalesce(v.ended_at, v.ends_at)
              WHERE v.tenant_id = tenant() GROUP BY w.n) o ON o.n = m.n;

-- step: groups
CREATE TEMP TABLE backtest_group ON COMMIT DROP AS
SELECT row_number() OVER () AS g, x.*
  FROM (SELECT move, said, facts, state, pairs, bands, assets, numbers, sum(weight) AS moves
          FROM backtest_whole GROUP BY move, said, facts, state, pairs, bands, assets, numbers) x;

-- step: asked
SELECT g, move, (jsonb_strip_nulls(jsonb_build_object('provider_state', nullif(state, ''), 'matched', pairs, 'bands', bands, 'asset', assets,
       'overrides', numbers)) || facts)::text, said, moves
  FROM backtest_group ORDER BY g;

-- step: verdicts
CREATE TEMP TABLE backtest_verdict ON COMMIT DROP AS
SELECT x.g, x.direction, x.live->>'outcome' AS was, x.draft->>'outcome' AS now, (x.live->>'quorum')::smallint AS was_quorum,
       (x.draft->>'quorum')::smallint AS now_quorum, x.extra, x.roles, x.live, x.draft
  FROM jsonb_to_recordset(%(flips)s::jsonb) AS x (g bigint, direction text, live jsonb, draft jsonb, extra integer, roles text);

-- step: flips
CREATE TEMP TABLE backtest_flip ON COMMIT DROP AS
SELECT m.*, v.g, v.direction, v.was, v.now, v.was_quorum, v.now_quorum, v.extra, v.roles
  FROM backtest_verdict v
  JOIN backtest_group k ON k.g = v.g
  JOIN backtest_whole w ON w.move = k.move AND w.said = k.said AND w.facts = k.facts AND w.state = k.state AND w.pairs = k.pairs
   AND w.bands = k.bands AND w.assets = k.assets AND w.numbers = k.numbers
  JOIN backtest_move m ON m.n = w.n;
