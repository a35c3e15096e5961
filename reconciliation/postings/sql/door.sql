-- The hot path of the door: one posting in one round trip. Names the tenant when one is given (then the call is a scope of
-- its own), records the decision and calls the book. Answers "id public_id", "stale" when the checkpoints have changed since the
-- decision was made (then nothing is written), or NULL when the key is known; then only the decision was written.
CREATE FUNCTION post_one(tenant_number integer, said jsonb, now_at timestamptz) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    decided jsonb := said->'decision';
    decision bigint;
BEGIN
    IF tenant_number IS NOT NULL THEN
        PERFORM set_config('app.tenant_id', tenant_number::text, true);
    END IF;
    INSERT INTO checkpoint_decision (at, policy, policy_version, move, inputs, outcome, rule, reason, quorum, subject_count,
           subjects_sha256, override_number)
    SELECT now_at, decided->>'policy', (decided->>'version')::integer, decided->>'move', decided->'inputs', decided->>'outcome',
           decided->>'rule', decided->>'reason', 0, 1, sha256(convert_to((said->>'key') || E'\n', 'UTF8')),
           (decided->>'override')::bigint
      FROM checkpoint_standing WHERE stamp = (decided->>'stamp')::uuid
    RETURNING id INTO decision;
    IF decision IS NULL THEN
        RETURN 'stale';
    END IF;
    IF decided ? 'shadows' THEN
        INSERT INTO checkpoint_shadow (version_id, decision_id, outcome, policy, policy_version, rule, reason, quorum, differs)
        SELECT (s.value->>0)::bigint, decision, s.value->>1, s.value->>2, (s.value->>3)::integer, s.value->>4, s.value->>5,
               (s.value->>6)::smallint, (s.value->>7)::boolean
          FROM jsonb_array_elements(decided->'shadows') s;
    END IF;
    RETURN ledger_post_one(said, decision, now_at);
END $$;
