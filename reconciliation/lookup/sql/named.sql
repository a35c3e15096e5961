-- Which words name a payment of ours, as was known before an instant.

-- step: known
SELECT x FROM unnest(%(words)s::text[]) x
 WHERE x <> '' AND (EXISTS (SELECT FROM commerce_order o WHERE o.tenant_id = tenant() AND o.payment_id = x AND o.payment_id <> '' AND o.recorded_at < %(until)s)
    OR EXISTS (SELECT FROM ledger_transaction t WHERE t.tenant_id = tenant() AND t.payment_id = x AND t.recorded_at < %(until)s)
    OR EXISTS (SELECT FROM provider_event e WHERE e.tenant_id = tenant() AND e.payment_ref = x AND e.payment_ref <> '' AND e.logged_at < %(until)s
                  AND e.endpoint_id = ANY(ARRAY(SELECT id FROM provider_endpoint WHERE tenant_id = tenant()))));
