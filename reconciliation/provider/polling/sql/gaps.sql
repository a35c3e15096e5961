-- Gaps between a provider's listing and the log that stand now. A gap is one event or, where the provider lists none, one
-- payment of an endpoint; it stands as its newest row says and is known by its first row, however many polls name it.

-- fragment: standing
-- Polls asked before `since` are left aside, but for the gaps whose first rows are `held`.
WITH candidate AS MATERIALIZED (
    SELECT g.* FROM provider_gap g
     WHERE g.tenant_id = tenant() AND g.endpoint_id = ANY(%(endpoints)s)
       AND g.poll_id = ANY(ARRAY(SELECT id FROM provider_poll WHERE endpoint_id = ANY(%(endpoints)s) AND asked_at >= %(since)s))
     UNION
    SELECT n.* FROM (SELECT endpoint_id, event_id, payment_ref FROM provider_gap
                      WHERE tenant_id = tenant() AND id = ANY(%(held)s) AND endpoint_id = ANY(%(endpoints)s)) h
     CROSS JOIN LATERAL (SELECT * FROM provider_gap
                          WHERE tenant_id = tenant() AND endpoint_id = h.endpoint_id AND event_id = h.event_id
                            AND (event_id <> '' OR payment_ref = h.payment_ref) OFFSET 0) n
), newest AS MATERIALIZED (
    SELECT DISTINCT ON (endpoint_id, event_id, CASE event_id WHEN '' THEN payment_ref END) * FROM candidate
     ORDER BY endpoint_id, event_id, CASE event_id WHEN '' THEN payment_ref END, poll_id DESC
), standing AS (
    SELECT l.*, p.compared, p.adapter, p.asked_at AS last_at, f.id AS first_id, f.occurred_at AS first_occurred_at,
           (SELECT asked_at FROM provider_poll WHERE tenant_id = tenant() AND id = k.poll_id) AS first_at
      FROM newest l
     CROSS JOIN LATERAL (SELECT * FROM provider_poll WHERE tenant_id = tenant() AND id = l.poll_id OFFSET 0) p
     CROSS JOIN LATERAL (SELECT id, occurred_at FROM provider_gap
                          WHERE tenant_id = tenant() AND endpoint_id = l.endpoint_id AND event_id = l.event_id
                            AND (event_id <> '' OR payment_ref = l.payment_ref)
                          ORDER BY id LIMIT 1) f
     CROSS JOIN LATERAL (SELECT poll_id FROM provider_gap
                          WHERE tenant_id = tenant() AND endpoint_id = l.endpoint_id AND event_id = l.event_id
                            AND (event_id <> '' OR payment_ref = l.payment_ref) AND kind = l.kind
                          ORDER BY id LIMIT 1) k
     -- Closed once a later poll that compared the same thing covers its time without naming it, and what was missing as soon
     -- as the log has it.
     WHERE NOT EXISTS (SELECT FROM provider_poll q WHERE q.tenant_id = tenant() AND q.endpoint_id = l.endpoint_id
                          AND q.id > l.poll_id AND q.compared = p.compared AND q.since <= l.occurred_at AND l.occurred_at < q.until)
       AND NOT (l.kind = 'missing' AND CASE WHEN l.event_id <> ''
                THEN EXISTS (SELECT FROM provider_event e WHERE e.tenant_id = tenant() AND e.endpoint_id = l.endpoint_id
                                AND e.event_id = l.event_id)
                ELSE EXISTS (SELECT FROM provider_payment x WHERE x.tenant_id = tenant() AND x.endpoint_id = l.endpoint_id
                                AND x.payment_ref = l.payment_ref AND x.event_count > 0) END)
)

-- fragment: columns
s.first_id, s.endpoint_id, s.kind, s.event_id, s.payment_ref, s.order_ref, s.theirs, s.ours, s.occurred_at, s.amount_minor, s.asset,
       s.first_at, s.poll_id, s.last_at, s.adapter, s.compared

-- step: all
{standing}
SELECT {columns}
  FROM standing s ORDER BY s.occurred_at, s.event_id, s.payment_ref, s.kind;

-- step: counted
{standing}
SELECT s.endpoint_id, count(*) FROM standing s GROUP BY s.endpoint_id;

-- step: waited
-- Those that were first named at `before` or earlier, with what the log holds of the same event or payment.
{standing}
SELECT {columns}, s.first_occurred_at, n.name, e.amount_minor, coalesce(e.asset, ''), e.occurred_at, coalesce(x.payment_id, ''), coalesce(x.asset, '')
  FROM standing s
  JOIN provider_endpoint n ON n.tenant_id = tenant() AND n.id = s.endpoint_id
  LEFT JOIN LATERAL (SELECT amount_minor, asset, occurred_at FROM provider_event
                      WHERE s.event_id <> '' AND tenant_id = tenant() AND endpoint_id = s.endpoint_id AND event_id = s.event_id
                      ORDER BY id LIMIT 1) e ON true
  LEFT JOIN LATERAL (SELECT payment_id, asset FROM provider_payment
                      WHERE s.payment_ref <> '' AND tenant_id = tenant() AND endpoint_id = s.endpoint_id
                        AND payment_ref = s.payment_ref OFFSET 0) x ON true
 WHERE s.first_at <= %(before)s ORDER BY s.first_id;

-- step: after
{standing}
SELECT {columns}
  FROM standing s
 WHERE %(mark_at)s::timestamptz IS NULL OR (s.occurred_at, s.first_id) < (%(mark_at)s, %(mark_id)s)
 ORDER BY s.occurred_at DESC, s.first_id DESC LIMIT %(most)s;

-- step: before
{standing}
SELECT {columns}
  FROM standing s WHERE (s.occurred_at, s.first_id) > (%(mark_at)s, %(mark_id)s)
 ORDER BY s.occurred_at, s.first_id LIMIT %(most)s;
