-- What the provider plane must not keep silent about, beside its gaps.

-- step: unread_types
-- One row for each endpoint and type that no reader knows, found by hops along the index: a provider may send millions of them.
WITH RECURSIVE hop AS (
    (SELECT endpoint_id, provider_type, id FROM provider_event WHERE tenant_id = tenant() AND type = 'unknown'
      ORDER BY endpoint_id, provider_type, id LIMIT 1)
    UNION ALL
    SELECT n.* FROM hop h
     CROSS JOIN LATERAL (SELECT endpoint_id, provider_type, id FROM provider_event
                          WHERE tenant_id = tenant() AND type = 'unknown'
                            AND (endpoint_id, provider_type) > (h.endpoint_id, h.provider_type)
                          ORDER BY endpoint_id, provider_type, id LIMIT 1) n
)
SELECT h.id, h.endpoint_id, h.provider_type, n.name, n.scheme, e.event_id, e.payment_ref, e.order_ref, e.occurred_at, e.received_at,
       coalesce(p.payment_id, '')
  FROM hop h
  JOIN provider_endpoint n ON n.tenant_id = tenant() AND n.id = h.endpoint_id
 CROSS JOIN LATERAL (SELECT * FROM provider_event WHERE tenant_id = tenant() AND id = h.id OFFSET 0) e
  LEFT JOIN LATERAL (SELECT payment_id FROM provider_payment
                      WHERE e.payment_ref <> '' AND tenant_id = tenant() AND endpoint_id = h.endpoint_id
                        AND payment_ref = e.payment_ref OFFSET 0) p ON true
 ORDER BY h.id;

-- step: failed_confirmations
-- Confirmations that were refused or have failed for good, while the bank still says COMPLETED and nothing is POSTED instead.
SELECT o.state, o.attempts, o.last_error, o.created_at, p.id, n.id, n.name, p.payment_ref, p.order_ref, p.payment_id, p.confirmed_minor,
       p.asset, p.confirmed_at, p.first_event_at, t.id, t.payment_id, t.booked, t.asset, t.waiting
  FROM (SELECT * FROM outbox_item WHERE kind = %(kind)s AND state = 'dead'
         UNION ALL
        SELECT * FROM outbox_item WHERE kind = %(kind)s AND state = 'waiting' AND attempts > 0
                                    AND split_part(last_error, ':', 1) = ANY(%(refusals)s)) o
 CROSS JOIN LATERAL (SELECT * FROM provider_payment WHERE tenant_id = tenant() AND id = (o.payload->>'payment')::bigint OFFSET 0) p
  JOIN provider_endpoint n ON n.tenant_id = tenant() AND n.id = p.endpoint_id
 CROSS JOIN LATERAL (
    SELECT min(x.id) FILTER (WHERE x.status = 'PENDING') AS id, count(*) FILTER (WHERE x.status = 'PENDING') AS waiting,
           count(*) FILTER (WHERE x.status = 'POSTED') AS posted,
           coalesce(min(x.payment_id) FILTER (WHERE x.status = 'PENDING'), min(x.payment_id), '') AS payment_id,
           min(b.booked) FILTER (WHERE x.status = 'PENDING') AS booked, min(b.asset) FILTER (WHERE x.status = 'PENDING') AS asset
      FROM (SELECT * FROM ledger_transaction WHERE tenant_id = tenant() AND reference_key = reference_key(p.payment_ref)
                                               AND reverses_id IS NULL OFFSET 0) x
     CROSS JOIN LATERAL (SELECT sum(e.amount_minor) AS booked, min(a.asset) AS asset FROM ledger_entry e
                           JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
                          WHERE e.tenant_id = tenant() AND e.transaction_id = x.id AND e.direction = 'DEBIT') b) t
 WHERE p.status = 'confirmed' AND (t.waiting > 0 OR t.posted = 0)
 ORDER BY p.id;
