-- The only writer of the book. ledger_post() takes one posting or many in one statement: headers, entries, audit rows.
-- Idempotent by key: a known key writes nothing and comes back with its fingerprint, so the caller can refuse another payload.

-- What the audit row of a posting vouches for: everything that can never change. Version 1, unit separators; what adjusts no closed day says nothing of it. STABLE, as
-- concat_ws is: declared otherwise, the planner would call it row by row instead of writing it into the query.
CREATE FUNCTION transaction_canonical(t ledger_transaction, was_pending boolean, legs text) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE RETURN convert_to(concat_ws(E'\x1f', 'v1', t.tenant_id, t.id, t.public_id, t.use_case,
    coalesce(t.payment_id, ''), coalesce(t.partner_reference, ''), coalesce(t.batch_reference, ''),
    CASE WHEN was_pending THEN 'PENDING' ELSE t.status || ' ' || t.effective_on END,
    (extract(epoch FROM t.recorded_at) * 1000000)::bigint, coalesce(t.reverses_id, 0), coalesce(t.corrects_id, 0),
    t.decision_id, t.idempotency_key, t.metadata::text, CASE WHEN NOT was_pending THEN 'adjusts ' || t.adjusts_on END, legs), 'UTF8');

CREATE FUNCTION ledger_post(items jsonb, actor jsonb, now_at timestamptz)
RETURNS TABLE (ordinal integer, transaction_id bigint, public_id uuid, created boolean, fingerprint bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    t integer := tenant();
BEGIN
    RETURN QUERY
    WITH item AS MATERIALIZED (
        SELECT (i.value->>'n')::integer AS n, i.value AS v FROM jsonb_array_elements(items) i
    ), header AS (
        INSERT INTO ledger_transaction (tenant_id, status, use_case, payment_id, partner_reference, batch_reference, effective_on,
               recorded_at, posted_at, reverses_id, corrects_id, adjusts_on, decision_id, idempotency_key, fingerprint, metadata)
        SELECT t, v->>'status', v->>'use_case', v->>'payment_id', v->>'partner_reference', v->>'batch_reference',
               (v->>'effective_on')::date, now_at, CASE v->>'status' WHEN 'POSTED' THEN now_at END,
               (v->>'reverses')::bigint, (v->>'corrects')::bigint, (v->>'adjusts_on')::date, (v->>'decision')::bigint, v->>'key',
               decode(v->>'fingerprint', 'hex'), coalesce(v->'metadata', '{}')
          FROM item ORDER BY n
        ON CONFLICT (tenant_id, idempotency_key) DO NOTHING
        RETURNING *
    ), leg AS (
        INSERT INTO ledger_entry (tenant_id, transaction_id, leg, account_id, direction, amount_minor)
        SELECT t, h.id, l.leg, (l.value->>0)::bigint, l.value->>1, (l.value->>2)::numeric
          FROM header h JOIN item ON v->>'key' = h.idempotency_key
         CROSS JOIN LATERAL jsonb_array_elements(v->'legs') WITH ORDINALITY AS l(value, leg)
         ORDER BY h.id, l.leg
    ), trail AS (
        INSERT INTO audit_entry (tenant_id, at, actor_kind, actor, role, action, subject, why, policy_version, content_sha256)
        SELECT t, now_at, actor->>'kind', actor->>'id', actor->>'role',
               CASE WHEN h.reverses_id IS NOT NULL THEN 'transaction.reversed'
                    WHEN h.corrects_id IS NOT NULL THEN 'transaction.reposted'
                    WHEN h.status = 'PENDING' THEN 'transaction.planned' ELSE 'transaction.posted' END,
               h.public_id::text, coalesce(v->>'why', ''), coalesce(v->>'policy_version', actor->>'policy_version'),
               sha256(transaction_canonical((h.*)::ledger_transaction, h.status = 'PENDING',
                   (SELECT string_agg((l.value->>0) || ' ' || (l.value->>1) || ' ' || (l.value->>2), ',' ORDER BY l.leg)
                      FROM jsonb_array_elements(v->'legs') WITH ORDINALITY AS l(value, leg))))
          FROM header h JOIN item ON v->>'key' = h.idempotency_key
         ORDER BY h.id
    )
    SELECT item.n, h.id, h.public_id, true, h.fingerprint
      FROM header h JOIN item ON v->>'key' = h.idempotency_key;
END $$;

-- The one status move. Compare-and-set: returns NULL when the transaction is not PENDING (any more).
CREATE FUNCTION guard.settle_transaction(transaction bigint, to_status text, day date, decision bigint,
                                         actor jsonb, reason text, now_at timestamptz, adjusts date DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t integer := tenant();
    moved ledger_transaction;
BEGIN
    UPDATE ledger_transaction h
       SET status = to_status, effective_on = CASE to_status WHEN 'POSTED' THEN day ELSE h.effective_on END,
           posted_at = CASE to_status WHEN 'POSTED' THEN now_at END, adjusts_on = CASE to_status WHEN 'POSTED' THEN adjusts END
     WHERE h.tenant_id = t AND h.id = transaction AND h.status = 'PENDING'
    RETURNING * INTO moved;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO ledger_transaction_move (tenant_id, transaction_id, from_status, to_status, effective_on, adjusts_on, decision_id, at)
    VALUES (t, transaction, 'PENDING', to_status, moved.effective_on, moved.adjusts_on, decision, now_at);
    INSERT INTO audit_entry (tenant_id, at, actor_kind, actor, role, action, subject, why, policy_version, detail)
    VALUES (t, now_at, actor->>'kind', actor->>'id', actor->>'role',
            CASE to_status WHEN 'POSTED' THEN 'transaction.confirmed' ELSE 'transaction.failed' END,
            moved.public_id::text, reason, actor->>'policy_version',
            jsonb_strip_nulls(jsonb_build_object('to', to_status, 'effective_on', moved.effective_on, 'adjusts_on', moved.adjusts_on,
                'decision', decision)));
    RETURN moved.id;
END $$;
REVOKE ALL ON FUNCTION guard.settle_transaction(bigint, text, date, bigint, jsonb, text, timestamptz, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.settle_transaction(bigint, text, date, bigint, jsonb, text, timestamptz, date) TO plumbline_app;
ALTER FUNCTION guard.settle_transaction(bigint, text, date, bigint, jsonb, text, timestamptz, date) OWNER TO plumbline_check;

-- In an expression: the account that a posting names and nobody opened.
CREATE FUNCTION refuse_account(code text) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'no account has the code %', left(code, 80)
        USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_of_a_known_account', TABLE = 'ledger_entry';
END $$;

-- One posting, its accounts by code: the hot path of ledger_post(), with the same rows and the same audit row as its result,
-- in one statement. Answers "id public_id", NULL when the key is known.
CREATE FUNCTION ledger_post_one(said jsonb, decision bigint, now_at timestamptz) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    t integer := tenant();
    actor jsonb := said->'actor';
    made text;
BEGIN
    WITH legs AS MATERIALIZED (
        SELECT e.n, coalesce(a.id, refuse_account(e.leg->>0)) AS account, e.leg->>1 AS direction, (e.leg->>2)::numeric AS amount
          FROM jsonb_array_elements(said->'entries') WITH ORDINALITY AS e(leg, n)
          LEFT JOIN ledger_account a ON a.tenant_id = t AND a.code = e.leg->>0
    ), header AS (
        INSERT INTO ledger_transaction (tenant_id, status, use_case, payment_id, partner_reference, batch_reference, effective_on,
               recorded_at, posted_at, corrects_id, decision_id, idempotency_key, fingerprint, metadata)
        VALUES (t, said->>'status', said->>'use_case', said->>'payment_id', said->>'partner_reference', said->>'batch_reference',
                (said->>'effective_on')::date, now_at, CASE said->>'status' WHEN 'POSTED' THEN now_at END,
                (said->>'corrects')::bigint, decision, said->>'key', decode(said->>'fingerprint', 'hex'), said->'metadata')
        ON CONFLICT (tenant_id, idempotency_key) DO NOTHING RETURNING *
    ), leg AS (
        INSERT INTO ledger_entry (tenant_id, transaction_id, leg, account_id, direction, amount_minor)
        SELECT t, h.id, l.n, l.account, l.direction, l.amount FROM header h, legs l
    ), trail AS (
        INSERT INTO audit_entry (tenant_id, at, actor_kind, actor, role, action, subject, policy_version, content_sha256)
        SELECT t, now_at, actor->>'kind', actor->>'id', actor->>'role',
               CASE WHEN h.corrects_id IS NOT NULL THEN 'transaction.reposted'
                    WHEN h.status = 'PENDING' THEN 'transaction.planned' ELSE 'transaction.posted' END,
               h.public_id::text, actor->>'policy_version',
               sha256(transaction_canonical((h.*)::ledger_transaction, h.status = 'PENDING',
                   (SELECT string_agg(concat_ws(' ', l.account, l.direction, l.amount), ',' ORDER BY l.n) FROM legs l)))
          FROM header h
    )
    SELECT concat_ws(' ', h.id, h.public_id) INTO made FROM header h;
    RETURN made;
END $$;
