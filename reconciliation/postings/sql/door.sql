-- The hot path of the door: one posting in one round trip. Records the decision, resolves the account codes and calls the
-- book. Returns no row when the key is known; then only the decision on the repeated request was written.
CREATE FUNCTION post_one(
    decided jsonb, codes text[], idempotency text, print bytea, to_status text, use text, payment text, reference text, batch text,
    day date, corrected bigint, facts jsonb, directions text[], amounts numeric[], actor jsonb, why text, now_at timestamptz
) RETURNS TABLE (transaction_id bigint, public_id uuid, fingerprint bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    accounts bigint[];
    decision bigint;
BEGIN
    SELECT array_agg(a.id ORDER BY c.n) INTO accounts
      FROM unnest(codes) WITH ORDINALITY AS c(code, n) LEFT JOIN ledger_account a ON a.code = c.code;
    IF array_position(accounts, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'no account has the code %', codes[array_position(accounts, NULL)]
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_of_a_known_account';
    END IF;
    INSERT INTO checkpoint_decision (at, policy, policy_version, move, inputs, outcome, rule, reason, quorum, subject_count, subjects_sha256)
    VALUES (now_at, decided->>'policy', (decided->>'version')::integer, decided->>'move', decided->'inputs', decided->>'outcome',
            decided->>'rule', decided->>'reason', 0, 1, sha256(convert_to(idempotency || E'\n', 'UTF8')))
    RETURNING id INTO decision;
    RETURN QUERY SELECT * FROM ledger_post_one(idempotency, print, to_status, use, payment, reference, batch, day, corrected, decision,
                                               facts, accounts, directions, amounts, actor, why, now_at);
END $$;
