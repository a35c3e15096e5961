-- What a run's bundle names beside the event log, by id, inside the tables that staged the run (rerun.sql). Values: run, subjects (its own),
-- numbers (of its own requests), as_of; then what the steps before found.

-- step: threads
-- Every key by which a plane knows one of its payments.
SELECT coalesce(array_agg(thread), '{}') FROM (
    SELECT o.payment_id AS thread FROM commerce_order o JOIN rr_order r ON r.id = o.id WHERE o.tenant_id = tenant()
     UNION SELECT payment_ref FROM rr_payment
     UNION SELECT p.payment_id FROM provider_payment p JOIN rr_payment r ON r.id = p.id WHERE p.tenant_id = tenant()) n
 WHERE thread <> ''

-- step: matches
SELECT coalesce(array_agg(id), '{}') FROM (
    SELECT id FROM plane_match WHERE tenant_id = tenant() AND payment_id = ANY(%(threads)s) AND payment_id <> ''
     UNION SELECT l.match_id FROM plane_leg l JOIN rr_order r ON r.id = l.row_id WHERE l.tenant_id = tenant() AND l.side = 3
     UNION SELECT l.match_id FROM plane_leg l JOIN rr_payment r ON r.id = l.row_id WHERE l.tenant_id = tenant() AND l.side = 2) n

-- step: cases
SELECT coalesce(array_agg(id), '{}') FROM exception_case
 WHERE tenant_id = tenant() AND payment_id = ANY(%(threads)s) AND payment_id <> '' AND opened_at <= %(as_of)s

-- step: transactions
-- Those of its payments, those matched with one, and those by which its requests were carried out.
SELECT coalesce(array_agg(id), '{}') FROM ledger_transaction
 WHERE tenant_id = tenant() AND recorded_at <= %(as_of)s AND id = ANY(ARRAY(
       SELECT id FROM ledger_transaction WHERE tenant_id = tenant() AND payment_id = ANY(%(threads)s)
        UNION SELECT row_id FROM plane_leg WHERE tenant_id = tenant() AND side = 5 AND match_id = ANY(%(matches)s)
        UNION SELECT unnest(x.transaction_ids) FROM approval_execution x JOIN approval_request r ON r.tenant_id = x.tenant_id AND r.id = x.request_id
               WHERE r.tenant_id = tenant() AND r.number = ANY(%(numbers)s)))

-- step: acts
-- The decisions on what was done in the run, and on the moves and matches of its payments.
SELECT coalesce(array_agg(DISTINCT id), '{}') FROM (
    SELECT decision_id AS id FROM recovery_run WHERE id = %(run)s
     UNION SELECT decision_id FROM recovery_step WHERE run_id = %(run)s
     UNION SELECT decision_id FROM freeze_window WHERE kind = 'recovery' AND subject = ANY(%(subjects)s)
     UNION SELECT decision_id FROM recovery_class WHERE run_id = %(run)s
     UNION SELECT decision_id FROM recovery_remedy WHERE run_id = %(run)s
     UNION SELECT decision_id FROM recovery_acceptance WHERE run_id = %(run)s
     UNION SELECT decision_id FROM recovery_draft WHERE run_id = %(run)s
     UNION SELECT v.decision_id FROM recovery_draft t JOIN checkpoint_version v ON v.tenant_id = t.tenant_id AND v.id = t.version_id WHERE t.run_id = %(run)s
     UNION SELECT decision_id FROM recovery_end WHERE run_id = %(run)s
     UNION SELECT m.decision_id FROM commerce_move m JOIN rr_order r ON r.id = m.order_id WHERE m.tenant_id = tenant()
     UNION SELECT decision_id FROM plane_match WHERE id = ANY(%(matches)s)) n
 WHERE id IS NOT NULL

-- step: asked_too
-- The requests of the run, those about its cases, and those by which one of the acts was let through.
SELECT coalesce(array_agg(id), '{}') FROM (
    SELECT unnest(%(asked)s::bigint[]) AS id
     UNION SELECT id FROM approval_request WHERE tenant_id = tenant() AND number = ANY(%(numbers)s)
     UNION SELECT r.id FROM approval_request r WHERE r.tenant_id = tenant()
              AND r.subject = ANY(ARRAY(SELECT 'C-' || number FROM exception_case WHERE tenant_id = tenant() AND id = ANY(%(cases)s)))
     UNION SELECT id FROM approval_request WHERE tenant_id = tenant() AND decision_id = ANY(%(acts)s)) n

-- step: told
-- Whose audit rows are told: its own, its cases', and those of the runs of the matcher that made its matches and cases what they are.
SELECT coalesce(array_agg(DISTINCT subject), '{}') FROM (
    SELECT unnest(%(subjects)s::text[]) AS subject
     UNION SELECT 'C-' || number FROM exception_case WHERE tenant_id = tenant() AND id = ANY(%(cases)s)
     UNION SELECT actor FROM case_event WHERE tenant_id = tenant() AND case_id = ANY(%(cases)s) AND person_id IS NULL AND at <= %(as_of)s
     UNION SELECT 'MR-' || number FROM plane_run WHERE tenant_id = tenant() AND id = ANY(ARRAY(
               SELECT unnest(ARRAY[run_id, retired_by]) FROM plane_match WHERE tenant_id = tenant() AND id = ANY(%(matches)s)))) n
