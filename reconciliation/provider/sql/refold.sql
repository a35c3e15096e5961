-- Folding payments anew: the view of each is locked, its events are read, and what changed is stated.

-- step: ensure
INSERT INTO provider_payment (endpoint_id, payment_ref, first_event_at, last_event_at, changed_at)
SELECT (v->>0)::bigint, v->>1, %(at)s, %(at)s, %(at)s FROM jsonb_array_elements(%(keys)s::jsonb) v
 ORDER BY 1, 2
ON CONFLICT (tenant_id, endpoint_id, payment_ref) DO NOTHING;

-- step: lock
SELECT p.id, p.endpoint_id, p.payment_ref, p.status, p.flags, p.digest
  FROM provider_payment p
 WHERE p.id = ANY(ARRAY(SELECT k.id FROM jsonb_array_elements(%(keys)s::jsonb) v
                         CROSS JOIN LATERAL (SELECT id FROM provider_payment
                                              WHERE tenant_id = tenant() AND endpoint_id = (v->>0)::bigint
                                                AND payment_ref = v->>1 OFFSET 0) k))
 ORDER BY p.id FOR UPDATE;

-- step: events
SELECT p.id, n.scheme, e.event_id, e.type, e.provider_type, e.payment_ref, e.order_ref, s.occurred_at, e.amount_minor, e.asset,
       e.txid, e.flags, e.detail
  FROM provider_payment p
  JOIN provider_endpoint n ON n.tenant_id = p.tenant_id AND n.id = p.endpoint_id
 CROSS JOIN LATERAL (SELECT * FROM provider_event
                      WHERE tenant_id = p.tenant_id AND endpoint_id = p.endpoint_id AND payment_ref = p.payment_ref OFFSET 0) e
 CROSS JOIN LATERAL (SELECT min(occurred_at) AS occurred_at FROM provider_sighting
                      WHERE tenant_id = e.tenant_id AND event_id = e.id OFFSET 0) s
 WHERE p.id = ANY(%(ids)s);

-- step: state
UPDATE provider_payment p
   SET order_ref = x.order_ref, status = x.status, flags = ARRAY(SELECT jsonb_array_elements_text(x.flags)), asset = x.asset,
       other_asset = x.other_asset, detected_minor = x.detected, confirmed_minor = x.confirmed, detected_at = x.detected_at,
       confirmed_at = x.confirmed_at, first_event_at = x.first_at, last_event_at = x.last_at, event_count = x.events,
       doubts = ARRAY(SELECT jsonb_array_elements_text(x.doubts)),
       digest = decode(x.digest, 'hex'), changed_at = %(at)s
  FROM jsonb_to_recordset(%(rows)s::jsonb) AS x (id bigint, order_ref text, status text, flags jsonb, asset text, other_asset text,
       detected numeric, confirmed numeric, detected_at timestamptz, confirmed_at timestamptz, first_at timestamptz,
       last_at timestamptz, events integer, doubts jsonb, digest text)
 WHERE p.id = x.id;

-- step: moved
INSERT INTO provider_move (payment_id, at, from_status, to_status, from_flags, to_flags, fell, decision_id)
SELECT (v->>0)::bigint, %(at)s, v->>1, v->>2, ARRAY(SELECT jsonb_array_elements_text(v->3)),
       ARRAY(SELECT jsonb_array_elements_text(v->4)), (v->>5)::boolean, (v->>6)::bigint
  FROM jsonb_array_elements(%(rows)s::jsonb) v;
