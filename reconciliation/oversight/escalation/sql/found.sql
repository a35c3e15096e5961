-- What the rules listen to, of one run or as it stands.

-- step: cases
-- Cases of causes 1 and 4 that the checks of a run name, each with how often it opened: a case that comes back speaks again.
-- A case that is closed by now is not followed up; money that we never sent is told whatever became of its case since.
WITH named AS (
    SELECT DISTINCT ON (d.cause, d.case_id) d.cause, d.case_id, k.bank_account_id, k.day, k.id AS check_id, k.checked_at, d.contribution_minor
      FROM drift_check k JOIN drift_contribution d ON d.tenant_id = k.tenant_id AND d.check_id = k.id
     WHERE k.run_id = %(run)s AND d.cause IN (1, 4) AND d.case_id IS NOT NULL
     ORDER BY d.cause, d.case_id, k.day, d.position)
SELECT n.cause, n.case_id, c.number, n.bank_account_id, n.day, n.check_id, n.checked_at, n.contribution_minor,
       (SELECT count(*) FROM case_event e WHERE e.tenant_id = c.tenant_id AND e.case_id = c.id AND e.kind IN ('opened', 'reopened'))
  FROM named n JOIN exception_case c ON c.tenant_id = tenant() AND c.id = n.case_id
 WHERE n.cause = 4 OR c.state <> 'resolved'
 ORDER BY n.cause, c.number

-- step: drifted
-- The days of a run that differ by more than timing.
SELECT k.bank_account_id, b.code, k.day, k.id, k.checked_at, k.drift, k.gross
  FROM drift_check k JOIN bank_account b ON b.tenant_id = k.tenant_id AND b.id = k.bank_account_id
 WHERE k.run_id = %(run)s AND k.verdict = 'DRIFTED' AND NOT k.timing_only
 ORDER BY k.day

-- step: sustained
-- Accounts of which a day stands drifted, with the start of the spell: the instant since when without a gap some day of theirs
-- stood so. A check that is unknown says nothing and ends no spell. One row for each day that stands drifted now.
WITH standing AS (
    SELECT s.bank_account_id, s.day, s.check_id, k.drift, k.gross
      FROM drift_standing s JOIN drift_check k ON k.tenant_id = s.tenant_id AND k.id = s.check_id
     WHERE s.verdict = 'DRIFTED' AND NOT k.timing_only),
known AS (
    SELECT k.bank_account_id, k.run_id, k.checked_at AS from_at, k.verdict = 'DRIFTED' AND NOT k.timing_only AS drifted,
           coalesce(lead(k.checked_at) OVER (PARTITION BY k.bank_account_id, k.day ORDER BY k.id), 'infinity') AS until_at
      FROM drift_check k
     WHERE k.bank_account_id = ANY (ARRAY(SELECT bank_account_id FROM standing)) AND k.verdict <> 'UNKNOWN'),
spells AS (
    SELECT bank_account_id, from_at,
           from_at > coalesce(max(until_at) OVER (PARTITION BY bank_account_id ORDER BY from_at, until_at
                                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), '-infinity') AS begins
      FROM known WHERE drifted),
begun AS (SELECT bank_account_id, max(from_at) AS since_at FROM spells WHERE begins GROUP BY bank_account_id)
SELECT s.bank_account_id, s.day, s.check_id, s.drift, s.gross, g.since_at,
       (SELECT count(DISTINCT k.run_id) FROM known k WHERE k.bank_account_id = s.bank_account_id AND k.from_at >= g.since_at),
       ARRAY(SELECT DISTINCT c.number FROM drift_contribution d JOIN exception_case c ON c.tenant_id = d.tenant_id AND c.id = d.case_id
              WHERE d.tenant_id = tenant() AND d.check_id = s.check_id AND c.state <> 'resolved' ORDER BY c.number LIMIT 50)
  FROM standing s JOIN begun g ON g.bank_account_id = s.bank_account_id
 ORDER BY s.bank_account_id, s.day
