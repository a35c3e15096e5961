-- What each plane says of one payment before a receipt is given to it. Few rows, by index.

-- step: orders
SELECT o.order_ref, o.asset, o.expected_minor, o.state FROM commerce_order o
 WHERE o.tenant_id = tenant() AND o.id = ANY(ARRAY(
       SELECT id FROM commerce_order WHERE tenant_id = tenant() AND payment_id = %(payment)s AND payment_id <> ''
        UNION SELECT id FROM commerce_order WHERE tenant_id = tenant() AND order_ref = ANY(ARRAY(
              SELECT order_ref FROM provider_payment WHERE tenant_id = tenant() AND payment_ref = %(payment)s AND order_ref <> ''
               UNION SELECT order_ref FROM provider_payment WHERE tenant_id = tenant() AND payment_id = %(payment)s AND payment_id <> ''
                        AND order_ref <> ''))))
 ORDER BY o.order_ref LIMIT 50;

-- step: payments
SELECT p.payment_ref, p.asset, p.detected_minor, p.confirmed_minor, p.status FROM provider_payment p
 WHERE p.tenant_id = tenant() AND p.id = ANY(ARRAY(
       SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_id = %(payment)s AND payment_id <> ''
        UNION SELECT id FROM provider_payment WHERE tenant_id = tenant() AND payment_ref = %(payment)s))
 ORDER BY p.payment_ref LIMIT 50;

-- step: entries
SELECT t.id, t.use_case, t.status = 'POSTED', t.status <> 'FAILED' AND r.id IS NULL, a.code, a.kind, a.asset, e.direction, e.amount_minor,
       b.id IS NOT NULL
  FROM ledger_transaction t
  LEFT JOIN ledger_transaction r ON r.tenant_id = t.tenant_id AND r.reverses_id = t.id
  JOIN ledger_entry e ON e.tenant_id = t.tenant_id AND e.transaction_id = t.id
  JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
  LEFT JOIN bank_account b ON b.tenant_id = e.tenant_id AND b.ledger_account_id = e.account_id
 WHERE t.tenant_id = tenant() AND t.payment_id = %(payment)s AND t.reverses_id IS NULL
 ORDER BY t.id, e.leg LIMIT 400;
