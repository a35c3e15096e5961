-- step: days
-- Settlement days that a check has judged already and that these postings changed since.
SELECT DISTINCT b.id, b.code, p.day, p.until_on
  FROM ledger_transaction t
  JOIN ledger_entry e ON e.tenant_id = t.tenant_id AND e.transaction_id = t.id
  JOIN bank_account b ON b.tenant_id = t.tenant_id AND b.ledger_account_id = e.account_id
  JOIN bank_period p ON p.tenant_id = t.tenant_id AND p.bank_account_id = b.id AND p.day <= t.effective_on AND p.until_on > t.effective_on
 WHERE t.tenant_id = tenant() AND t.id = ANY(%(transactions)s::bigint[])
   AND EXISTS (SELECT FROM drift_check c WHERE c.tenant_id = p.tenant_id AND c.bank_account_id = b.id AND c.day = p.day)
 ORDER BY b.code, p.day;
