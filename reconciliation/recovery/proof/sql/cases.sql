-- Cases as of an instant, with all that happened to them by then. Values: cases (ids), as_of. Of a case itself only what cannot change
-- any more, and what it was found by; what it became is its history's to say.

-- step: cases
SELECT 'C-' || c.number AS case, c.plane_pair, c.currency, c.payment_id, c.reference, c.opened_at, c.opened_run_id AS opened_run
  FROM exception_case c WHERE c.id = ANY(%(cases)s) AND c.opened_at <= %(as_of)s ORDER BY c.number

-- step: case_history
SELECT 'C-' || c.number AS case, e.at, e.kind, e.actor, e.person_id IS NOT NULL AS by_person, e.text, e.detail FROM case_event e
  JOIN exception_case c ON c.tenant_id = e.tenant_id AND c.id = e.case_id
 WHERE e.case_id = ANY(%(cases)s) AND e.at <= %(as_of)s ORDER BY e.id
