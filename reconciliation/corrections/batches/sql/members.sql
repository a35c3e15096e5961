-- step: against
-- Every standing transaction of the use case that its rule in force contradicts. All of them were posted before that rule came: what
-- came after, the book refused.
SELECT t.id FROM ledger_transaction t
 WHERE t.use_case = %(use_case)s AND t.status = 'POSTED' AND t.reverses_id IS NULL
   AND EXISTS (SELECT FROM ledger_entry e WHERE e.tenant_id = t.tenant_id AND e.transaction_id = t.id
                  AND %(directions)s::jsonb ->> e.account_id::text <> e.direction)
   AND NOT EXISTS (SELECT FROM ledger_transaction r WHERE r.tenant_id = t.tenant_id AND r.reverses_id = t.id)
 ORDER BY t.id

-- step: unbalanced
-- The first member that the rule alone does not put right: with its directions the debits and credits of an asset differ.
SELECT e.transaction_id FROM ledger_entry e JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
 WHERE e.transaction_id = ANY (%(ids)s)
 GROUP BY e.transaction_id, a.asset
HAVING sum(CASE coalesce(%(directions)s::jsonb ->> e.account_id::text, e.direction) WHEN 'DEBIT' THEN e.amount_minor ELSE -e.amount_minor END) <> 0
 ORDER BY e.transaction_id LIMIT 1

-- step: totals
-- What the members come to on each account, in its normal direction, as they stand and as they will.
SELECT a.id, a.code, a.name, a.asset, count(*) AS entries,
       sum(CASE e.direction WHEN a.normal_side THEN e.amount_minor ELSE -e.amount_minor END) AS now,
       sum(CASE coalesce(%(directions)s::jsonb ->> e.account_id::text, e.direction) WHEN a.normal_side THEN e.amount_minor ELSE -e.amount_minor END) AS after,
       sum(CASE e.direction WHEN 'DEBIT' THEN e.amount_minor ELSE 0 END) AS debits
  FROM ledger_entry e JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
 WHERE e.transaction_id = ANY (%(ids)s)
 GROUP BY a.id, a.code, a.name, a.asset ORDER BY a.code

-- step: days
-- Each settlement day of a reconciled account that a member counts on: the day of the standing check that shows it as a difference,
-- else the day that holds its effective date; of one in closed books the first open day, where its correction stands. `delta` is by how much the ledger total of the day moves; a difference of A becomes
-- A + its members' deltas.
WITH moved AS MATERIALIZED (
    SELECT b.id AS bank, b.code, b.name, b.currency, e.transaction_id, e.transaction_id || '.' || e.leg AS ref,
           greatest(t.effective_on, o.first) AS effective_on, t.effective_on < o.first AS adjusts,
           CASE WHEN %(directions)s::jsonb ->> e.account_id::text <> e.direction THEN -2 ELSE 0 END
           * CASE e.direction WHEN a.normal_side THEN e.amount_minor ELSE -e.amount_minor END AS delta
      FROM ledger_entry e
      JOIN ledger_transaction t ON t.tenant_id = e.tenant_id AND t.id = e.transaction_id
      JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
      JOIN bank_account b ON b.tenant_id = e.tenant_id AND b.ledger_account_id = e.account_id
     CROSS JOIN (SELECT max(until_on) AS first FROM ledger_period WHERE state = 'closed') o
     WHERE e.transaction_id = ANY (%(ids)s)
), shown AS MATERIALIZED (
    SELECT s.bank_account_id AS bank, s.day, c.position, c.contribution_minor AS was, r.ref
      FROM drift_standing s
      JOIN drift_contribution c ON c.tenant_id = s.tenant_id AND c.check_id = s.check_id
     CROSS JOIN LATERAL unnest(c.entry_refs) r (ref)
     WHERE s.bank_account_id IN (SELECT bank FROM moved) AND s.verdict <> 'CLEAN'
), placed AS MATERIALIZED (
    SELECT m.bank, m.code, m.name, m.currency, m.transaction_id, m.delta, s.position, s.was,
           coalesce(s.day, (SELECT p.day FROM bank_period p WHERE p.bank_account_id = m.bank AND p.day <= m.effective_on
                               AND p.until_on > m.effective_on)) AS day
      FROM moved m LEFT JOIN shown s ON s.bank = m.bank AND s.ref = m.ref AND m.adjusts IS NOT TRUE
), differences AS (
    SELECT bank, code, name, currency, day, position, was, sum(delta) AS delta, sum(abs(delta)) AS alone, count(*) AS members
      FROM placed GROUP BY bank, code, name, currency, day, position, was
)
SELECT d.code, d.name, d.currency, d.day, sum(d.members)::bigint AS members, k.verdict, k.drift, k.drift + sum(d.delta) AS drift_after, k.gross,
       k.gross + sum(CASE WHEN d.position IS NULL THEN d.alone ELSE abs(d.was + d.delta) - abs(d.was) END) AS gross_after
  FROM differences d
  LEFT JOIN drift_standing s ON s.bank_account_id = d.bank AND s.day = d.day
  LEFT JOIN drift_check k ON k.id = s.check_id
 GROUP BY d.bank, d.code, d.name, d.currency, d.day, k.verdict, k.drift, k.gross ORDER BY d.code, d.day

-- step: first
SELECT t.public_id, t.payment_id, t.partner_reference, t.effective_on, a.code, a.name, a.asset,
       coalesce(%(directions)s::jsonb ->> e.account_id::text, e.direction), e.amount_minor
  FROM ledger_transaction t JOIN ledger_entry e ON e.tenant_id = t.tenant_id AND e.transaction_id = t.id
  JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
 WHERE t.id = ANY (%(ids)s) ORDER BY t.id, e.leg

-- step: keep
INSERT INTO correction_batch_member (request_id, transaction_id) SELECT %(request)s, unnest(%(ids)s::bigint[])

-- step: next
-- By EXCEPT, here and below: a set against a set, whatever the statistics of two tables say that were empty a moment ago.
SELECT m.transaction_id FROM correction_batch_member m WHERE m.request_id = %(request)s
EXCEPT SELECT d.transaction_id FROM correction_batch_done d WHERE d.request_id = %(request)s
 ORDER BY 1 LIMIT %(at_a_time)s

-- step: changed
-- The first member not done yet that somebody has reversed meanwhile. A POSTED transaction changes in no other way.
SELECT * FROM (
    SELECT r.reverses_id, r.id FROM ledger_transaction r
     WHERE r.reverses_id = ANY (ARRAY(
           SELECT m.transaction_id FROM correction_batch_member m WHERE m.request_id = %(request)s
           EXCEPT SELECT d.transaction_id FROM correction_batch_done d WHERE d.request_id = %(request)s)) OFFSET 0) changed
 ORDER BY 1 LIMIT 1

-- step: done
INSERT INTO correction_batch_done (request_id, transaction_id, reversal_id, repost_id)
SELECT %(request)s, * FROM unnest(%(originals)s::bigint[], %(reversals)s::bigint[], %(reposts)s::bigint[])

-- step: accounts
SELECT DISTINCT e.account_id FROM correction_batch_member m
  JOIN ledger_entry e ON e.tenant_id = m.tenant_id AND e.transaction_id = m.transaction_id WHERE m.request_id = %(request)s

-- step: against_one
SELECT e.transaction_id FROM ledger_entry e
 WHERE e.transaction_id = ANY (%(ids)s) AND %(directions)s::jsonb ->> e.account_id::text <> e.direction LIMIT 1

-- step: dates
SELECT DISTINCT b.code, t.effective_on FROM correction_batch_done d
  JOIN ledger_transaction t ON t.tenant_id = d.tenant_id AND t.id = d.reversal_id
  JOIN ledger_entry e ON e.tenant_id = d.tenant_id AND e.transaction_id = d.transaction_id
  JOIN bank_account b ON b.tenant_id = e.tenant_id AND b.ledger_account_id = e.account_id
 WHERE d.request_id = %(request)s
