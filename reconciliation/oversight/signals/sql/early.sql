-- What the early signals count, in [since, until): the rows, each (what, name, at, words), and what they are counted of.
-- Only columns that are never written again are read, and only what stood before `until`: a past day gives the same answer later.

-- step: hand_edits
SELECT count(*) OVER (), what, name, at, words FROM (
    SELECT 'order' AS what, o.order_ref AS name, m.at, m.from_state || ' to ' || m.to_state || ' by hand, ' || m.role || ', '
           || lower(replace(m.reason_code, '_', ' ')) || ', ' || m.ticket
           || CASE WHEN m.to_state = 'fulfilled' AND NOT EXISTS (
                SELECT FROM provider_event e WHERE e.tenant_id = tenant() AND e.type = 'confirmed' AND e.logged_at <= m.at
                   AND (e.order_ref = ANY(ARRAY[o.order_ref, nullif(o.merchant_reference, '')]) AND e.order_ref <> ''))
              THEN ', before the provider confirmed' ELSE '' END AS words
      FROM commerce_move m JOIN commerce_order o ON o.tenant_id = m.tenant_id AND o.id = m.order_id
     WHERE m.tenant_id = tenant() AND m.at >= %(since)s AND m.at < %(until)s AND m.source = 'operator'
     UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (e.endpoint_id, e.payment_ref) 'payment', e.payment_ref, e.logged_at, e.type || ' by hand at ' || n.name
          FROM provider_event e JOIN provider_endpoint n ON n.tenant_id = e.tenant_id AND n.id = e.endpoint_id
         WHERE e.tenant_id = tenant() AND e.flags && '{marked}' AND e.logged_at >= %(since)s AND e.logged_at < %(until)s
         ORDER BY e.endpoint_id, e.payment_ref, e.id) marked) x
 ORDER BY at, name LIMIT %(most)s;

-- step: moved_at_all
-- Whether anything moved on the day: without, nobody could have moved it by hand.
SELECT EXISTS (SELECT FROM commerce_move WHERE tenant_id = tenant() AND at >= %(since)s AND at < %(until)s)
    OR EXISTS (SELECT FROM provider_event WHERE tenant_id = tenant() AND occurred_at >= %(since)s AND occurred_at < %(until)s
                  AND logged_at < %(until)s)
    OR EXISTS (SELECT FROM provider_event WHERE tenant_id = tenant() AND flags && '{marked}' AND logged_at >= %(since)s AND logged_at < %(until)s);

-- fragment: notes
    SELECT 'case' AS what, 'C-' || c.number AS name, e.at, e.actor AS who, e.text
      FROM case_event e JOIN exception_case c ON c.tenant_id = e.tenant_id AND c.id = e.case_id
     WHERE e.tenant_id = tenant() AND e.kind = 'noted' AND e.at >= %(since)s AND e.at < %(until)s
     UNION ALL
    SELECT 'order', o.order_ref, m.at, m.actor, m.note
      FROM commerce_move m JOIN commerce_order o ON o.tenant_id = m.tenant_id AND o.id = m.order_id
     WHERE m.tenant_id = tenant() AND m.at >= %(since)s AND m.at < %(until)s AND m.note <> ''
     UNION ALL
    SELECT 'macro', name || ' ' || language || ' v' || version, saved_at, saved_by, text
      FROM payment_macro WHERE tenant_id = tenant() AND saved_at >= %(since)s AND saved_at < %(until)s AND NOT ended

-- step: notes
-- Those that may cite something, by a slash or a long run of letters and digits; what they cite is read elsewhere.
SELECT (SELECT count(*) FROM ({notes}) n), what, name, at, who, text FROM ({notes}) x
 WHERE text ~ '/|[0-9A-Za-z]{64}' ORDER BY at, name;

-- step: notes_counted
SELECT count(*) FROM ({notes}) n;

-- step: auto_days
-- Per day, the differences that the matchers judged: matches within tolerance, and cases that opened, came back or that a rule
-- ended; and how many of these a rule settled.
WITH tolerated AS (
    SELECT (r.as_of AT TIME ZONE 'UTC')::date AS on, count(*) AS n
      FROM plane_run r JOIN plane_match m ON m.tenant_id = r.tenant_id AND m.run_id = r.id AND m.difference_minor <> 0
     WHERE r.tenant_id = tenant() AND r.as_of >= %(from)s AND r.as_of < %(until)s GROUP BY 1
), ruled AS (
    SELECT (e.at AT TIME ZONE 'UTC')::date AS on, count(DISTINCT e.case_id) AS n,
           count(DISTINCT e.case_id) FILTER (WHERE e.kind = 'resolved') AS by_rule
      FROM case_event e JOIN exception_case c ON c.tenant_id = e.tenant_id AND c.id = e.case_id
     WHERE e.tenant_id = tenant() AND e.kind IN ('opened', 'reopened', 'resolved') AND e.at >= %(from)s AND e.at < %(until)s
       AND (e.kind <> 'resolved' OR e.detail ? 'threshold') AND c.plane_pair IN ('commerce-provider', 'provider-ledger')
     GROUP BY 1
)
SELECT coalesce(t.on, r.on), coalesce(t.n, 0) + coalesce(r.by_rule, 0), coalesce(t.n, 0) + coalesce(r.n, 0)
  FROM tolerated t FULL JOIN ruled r ON r.on = t.on ORDER BY 1;

-- step: auto_rows
SELECT count(*) OVER (), what, name, at, words FROM (
    SELECT 'payment' AS what, m.payment_id AS name, r.as_of AS at,
           m.pair || ': matched within tolerance, ' || m.difference_minor || ' ' || m.asset || ' minor units apart, MR-' || r.number AS words
      FROM plane_run r JOIN plane_match m ON m.tenant_id = r.tenant_id AND m.run_id = r.id AND m.difference_minor <> 0
     WHERE r.tenant_id = tenant() AND r.as_of >= %(since)s AND r.as_of < %(until)s
     UNION ALL
    SELECT 'case', 'C-' || c.number, e.at, e.text
      FROM case_event e JOIN exception_case c ON c.tenant_id = e.tenant_id AND c.id = e.case_id
     WHERE e.tenant_id = tenant() AND e.kind = 'resolved' AND e.at >= %(since)s AND e.at < %(until)s AND e.detail ? 'threshold'
       AND c.plane_pair IN ('commerce-provider', 'provider-ledger')) x
 ORDER BY at, name LIMIT %(most)s;

-- step: versions
SELECT (active_from AT TIME ZONE 'UTC')::date, plane_pair || ' v' || number FROM matcher_version
 WHERE tenant_id = tenant() AND plane_pair <> 'ledger-bank' AND active_from >= %(from)s AND active_from < %(until)s ORDER BY active_from;

-- fragment: posted
-- Nothing is dated further back than the books are open; a quarter is more than that.
    SELECT t.id, t.public_id, t.use_case, t.payment_id, coalesce(t.partner_reference, '') AS txid, t.posted_at
      FROM ledger_transaction t
     WHERE t.tenant_id = tenant() AND t.use_case IN ('deposit', 'recognise') AND t.status = 'POSTED' AND t.reverses_id IS NULL
       AND t.payment_id IS NOT NULL AND t.effective_on >= %(since)s::date - 93 AND t.effective_on <= %(since)s::date + 31
       AND t.posted_at >= %(since)s AND t.posted_at < %(until)s

-- step: posted_early
-- `key`: what the payment of each posting is called at the provider, by what orders say of it. Keys are looked up as sets.
WITH posted AS MATERIALIZED (
{posted}
), key AS MATERIALIZED (
    SELECT id, payment_id AS key FROM posted
     UNION SELECT p.id, k.key FROM posted p
      JOIN (SELECT * FROM commerce_order WHERE tenant_id = tenant() AND id = ANY(ARRAY(
                SELECT id FROM commerce_order WHERE tenant_id = tenant() AND payment_id <> '' AND payment_id = ANY(ARRAY(SELECT payment_id FROM posted))
                 UNION SELECT id FROM commerce_order WHERE tenant_id = tenant() AND order_ref = ANY(ARRAY(SELECT payment_id FROM posted))))) o
        ON p.payment_id = ANY(ARRAY[o.payment_id, o.order_ref])
     CROSS JOIN LATERAL (VALUES (o.order_ref), (o.payment_id), (o.merchant_reference)) k (key)
     WHERE k.key <> '' AND o.recorded_at < %(until)s
     UNION SELECT id, txid FROM posted WHERE txid <> ''
), here AS MATERIALIZED (SELECT id FROM provider_endpoint WHERE tenant_id = tenant()),
named AS MATERIALIZED (
    SELECT endpoint_id, payment_ref, payment_ref AS key FROM provider_event WHERE tenant_id = tenant() AND endpoint_id = ANY(ARRAY(SELECT id FROM here))
       AND payment_ref = ANY(ARRAY(SELECT key FROM key)) AND payment_ref <> '' AND logged_at < %(until)s
     UNION SELECT endpoint_id, payment_ref, order_ref FROM provider_event WHERE tenant_id = tenant() AND order_ref = ANY(ARRAY(SELECT key FROM key))
       AND order_ref <> '' AND logged_at < %(until)s
     UNION SELECT endpoint_id, payment_ref, txid FROM provider_event WHERE tenant_id = tenant() AND txid = ANY(ARRAY(SELECT key FROM key))
       AND txid <> '' AND logged_at < %(until)s
), final AS MATERIALIZED (
    -- Money that came after its payment had expired is never called confirmed; its receipt is what stands for it.
    SELECT k.id, min(s.at) FILTER (WHERE e.type = 'confirmed' OR 'late' = ANY(e.flags)) AS confirmed_at, count(*) AS events
      FROM key k JOIN named n ON n.key = k.key
      JOIN (SELECT * FROM provider_event WHERE tenant_id = tenant() AND endpoint_id = ANY(ARRAY(SELECT id FROM here))
               AND payment_ref = ANY(ARRAY(SELECT payment_ref FROM named)) AND logged_at < %(until)s) e
        ON e.endpoint_id = n.endpoint_id AND e.payment_ref = n.payment_ref
     CROSS JOIN LATERAL (SELECT min(g.occurred_at) AS at FROM provider_sighting g JOIN provider_delivery d ON d.tenant_id = g.tenant_id AND d.id = g.delivery_id
                          WHERE g.tenant_id = tenant() AND g.event_id = e.id AND d.received_at < %(until)s OFFSET 0) s
     GROUP BY k.id
)
SELECT count(*) OVER (), 'transaction', p.public_id::text, p.posted_at,
       p.use_case || ' of ' || p.payment_id || CASE WHEN f.confirmed_at IS NOT NULL
            THEN ', confirmed by the provider only at ' || to_char(f.confirmed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'
            WHEN f.events > 0 THEN ', which the provider had not confirmed' ELSE ', of which no provider had told anything' END,
       p.payment_id
  FROM posted p LEFT JOIN final f ON f.id = p.id
 WHERE f.confirmed_at IS NULL OR p.posted_at < f.confirmed_at
 ORDER BY p.posted_at, p.id LIMIT %(most)s;

-- step: posted_counted
SELECT count(*) FROM ({posted}) p;

-- step: others
-- Per class: cases that ended in the week, and those ended as other.
SELECT coalesce(e.detail ->> 'exception_class', c.exception_class), count(DISTINCT e.case_id),
       count(DISTINCT e.case_id) FILTER (WHERE e.detail ->> 'code' = 'other')
  FROM case_event e JOIN exception_case c ON c.tenant_id = e.tenant_id AND c.id = e.case_id
 WHERE e.tenant_id = tenant() AND e.kind = 'resolved' AND e.at >= %(from)s AND e.at < %(until)s
 GROUP BY 1 ORDER BY 1;

-- step: other_rows
SELECT count(*) OVER (), 'case', 'C-' || c.number, e.at,
       replace(coalesce(e.detail ->> 'exception_class', c.exception_class), '_', ' ') || ', ended as other by ' || e.actor
  FROM case_event e JOIN exception_case c ON c.tenant_id = e.tenant_id AND c.id = e.case_id
 WHERE e.tenant_id = tenant() AND e.kind = 'resolved' AND e.at >= %(from)s AND e.at < %(until)s AND e.detail ->> 'code' = 'other'
 ORDER BY e.at, c.number LIMIT %(most)s;
