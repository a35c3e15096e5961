-- What moved on the accounts that receipts and claims are booked on, by their entries: few rows, whatever else the book holds. A receipt is in
-- suspense while it stands and no identification that stands names it; one that was reversed put the money back.

-- fragment: moved
       SELECT t.id, t.public_id, t.use_case, t.effective_on, t.payment_id, coalesce(t.partner_reference, '') AS reference,
              t.metadata->>'receipt' AS receipt, e.account_id, e.direction, e.amount_minor,
              EXISTS (SELECT FROM ledger_transaction r WHERE r.tenant_id = t.tenant_id AND r.reverses_id = t.id) AS reversed
         FROM ledger_entry e JOIN ledger_transaction t ON t.tenant_id = e.tenant_id AND t.id = e.transaction_id
        WHERE t.status = 'POSTED' AND t.reverses_id IS NULL AND t.use_case IN ('suspense_receipt', 'suspense_payment', 'identify') AND e.account_id = ANY

-- step: in_suspense
WITH moved AS MATERIALIZED ({moved} (ARRAY(SELECT counter_id FROM booking_account WHERE use_case IN ('suspense_receipt', 'suspense_payment'))))
SELECT m.public_id, m.effective_on, m.reference, a.code, coalesce(b.name, ''), CASE m.direction WHEN a.normal_side THEN m.amount_minor ELSE -m.amount_minor END, a.asset, r.number, m.use_case
  FROM moved m JOIN ledger_account a ON a.id = m.account_id
  LEFT JOIN LATERAL (SELECT b.name FROM ledger_entry o JOIN bank_account b ON b.tenant_id = o.tenant_id AND b.ledger_account_id = o.account_id
                      WHERE o.transaction_id = m.id LIMIT 1) b ON true
  LEFT JOIN approval_request r ON r.kind = 'identify' AND r.state = 'open' AND r.subject = m.public_id::text
 WHERE (m.use_case, m.direction::text) IN (('suspense_receipt', 'CREDIT'), ('suspense_payment', 'DEBIT')) AND NOT m.reversed
   AND NOT EXISTS (SELECT FROM moved i WHERE i.use_case = 'identify' AND NOT i.reversed AND i.receipt = m.public_id::text)
 ORDER BY m.effective_on, m.id;

-- step: balances
SELECT a.code, a.name, a.asset, coalesce(s.balance, 0)
  FROM ledger_account a
  LEFT JOIN LATERAL (SELECT sum(CASE e.direction WHEN a.normal_side THEN e.amount_minor ELSE -e.amount_minor END) AS balance
                       FROM ledger_entry e JOIN ledger_transaction t ON t.tenant_id = e.tenant_id AND t.id = e.transaction_id
                      WHERE e.tenant_id = a.tenant_id AND e.account_id = a.id AND t.status = 'POSTED') s ON true
 WHERE a.id = ANY(ARRAY(SELECT counter_id FROM booking_account WHERE use_case IN ('suspense_receipt', 'suspense_payment')))
 ORDER BY a.code;

-- step: identifications
SELECT m.payment_id, m.reversed
  FROM ({moved} (ARRAY(SELECT account_id FROM ledger_entry WHERE transaction_id = %(id)s AND direction = 'CREDIT'))) m
 WHERE m.use_case = 'identify' AND m.receipt = %(receipt)s AND m.direction = 'DEBIT' ORDER BY m.id;
