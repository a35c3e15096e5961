-- The hot path of the door: one posting in one round trip. Names the tenant when one is given (then the call is a scope of
-- its own), records the decision and calls the book. Answers "id public_id", or NULL when the key is known; then only the
-- decision on the repeated request was written.
CREATE FUNCTION post_one(tenant_number integer, said jsonb, now_at timestamptz) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    decided jsonb := said->'decision';
    decision bigint;
BEGIN
    IF tenant_number IS NOT NULL THEN
        PERFORM set_config('app.tenant_id', tenant_number::text, true);
    END IF;
    INSERT INTO checkpoint_decision (at, policy, policy_version, move, inputs, outcome, rule, reason, quorum, subject_count, subjects_sha256)
    VALUES (now_at, decided->>'policy', (decided->>'version')::integer, decided->>'move', decided->'inputs', decided->>'outcome',
            decided->>'rule', decided->>'reason', 0, 1, sha256(convert_to((said->>'key') || E'\n', 'UTF8')))
    RETURNING id INTO decision;
    RETURN ledger_post_one(said, decision, now_at);
END $$;
