-- The commerce plane: what was sold, what is expected for it, and every move of its state with who made it and why.

-- One order as the shop stated it. What was ordered is never rewritten; the state alone moves, and only by guard.move_orders(),
-- which writes the move beside it. The app may neither update a row nor name a state when it inserts one: an order begins open.
-- Texts that are searched are compared byte by byte, so that their indexes serve prefixes too.
CREATE TABLE commerce_order (
    tenant_id          integer NOT NULL,
    id                 bigint GENERATED ALWAYS AS IDENTITY,
    public_id          uuid NOT NULL DEFAULT gen_random_uuid(),
    order_ref          text COLLATE "C" NOT NULL,
    payment_id         text COLLATE "C" NOT NULL DEFAULT '',
    merchant_reference text COLLATE "C" NOT NULL DEFAULT '',
    expected_minor     numeric NOT NULL,
    asset              text NOT NULL REFERENCES ledger_asset,
    rail               text NOT NULL DEFAULT '',
    network            text NOT NULL DEFAULT '',
    state              text NOT NULL DEFAULT 'open',
    placed_at          timestamptz NOT NULL,
    due_at             timestamptz,
    recorded_at        timestamptz NOT NULL,
    source             text NOT NULL,
    metadata           jsonb NOT NULL DEFAULT '{}',
    fingerprint        bytea NOT NULL,
    decision_id        bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT order_ref_is_unique UNIQUE (tenant_id, order_ref),
    CONSTRAINT order_has_a_ref CHECK (length(order_ref) BETWEEN 1 AND 140),
    CONSTRAINT order_references_are_short CHECK (length(payment_id) <= 140 AND length(merchant_reference) <= 140),
    CONSTRAINT order_expects_a_positive_integer CHECK (expected_minor > 0 AND expected_minor < 1e60
        AND expected_minor = trunc(expected_minor)),
    CONSTRAINT order_rail_is_plain CHECK (rail ~ '^([a-z][a-z0-9_-]{0,31})?$' AND network ~ '^([a-z][a-z0-9_-]{0,31})?$'),
    CONSTRAINT order_state_is_known CHECK (state IN ('open', 'fulfilled', 'refunded', 'disputed')),
    CONSTRAINT order_is_due_after_it_was_placed CHECK (due_at >= placed_at),
    CONSTRAINT order_source_is_known CHECK (source IN ('api', 'csv')),
    CONSTRAINT order_metadata_is_an_object CHECK (jsonb_typeof(metadata) = 'object')
);
CREATE UNIQUE INDEX order_public_id ON commerce_order (tenant_id, public_id);
CREATE INDEX order_by_payment ON commerce_order (tenant_id, payment_id) WHERE payment_id <> '';
CREATE INDEX order_by_reference ON commerce_order (tenant_id, merchant_reference) WHERE merchant_reference <> '';
CREATE INDEX order_by_time ON commerce_order (tenant_id, placed_at, id);
CREATE INDEX order_by_record ON commerce_order (tenant_id, recorded_at);
CREATE INDEX order_by_due ON commerce_order (tenant_id, due_at) WHERE due_at IS NOT NULL;
-- Most orders end fulfilled, and any page of those is near; the others are few and far between.
CREATE INDEX order_not_fulfilled ON commerce_order (tenant_id, state, placed_at, id) WHERE state <> 'fulfilled';
CALL protect_tenant_table('commerce_order');
GRANT INSERT (order_ref, payment_id, merchant_reference, expected_minor, asset, rail, network, placed_at, due_at, recorded_at,
    source, metadata, fingerprint, decision_id) ON commerce_order TO plumbline_app;
GRANT UPDATE (state) ON commerce_order TO plumbline_check;
CREATE TRIGGER append_only_update BEFORE UPDATE ON commerce_order
    FOR EACH STATEMENT EXECUTE FUNCTION guard.refuse_update_by_others();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON commerce_order
    FOR EACH STATEMENT EXECUTE FUNCTION guard.refuse_change();

-- Every move of an order's state. What a person did says why and names a ticket; a step back is a person's alone.
-- `sent_key` is the form's: sent twice, it is one move.
CREATE TABLE commerce_move (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    order_id    bigint NOT NULL,
    at          timestamptz NOT NULL,
    from_state  text NOT NULL,
    to_state    text NOT NULL,
    source      text NOT NULL,
    actor       text NOT NULL,
    role        text NOT NULL,
    reason_code text NOT NULL DEFAULT '',
    ticket      text NOT NULL DEFAULT '',
    note        text NOT NULL DEFAULT '',
    sent_key    text,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT order_move_of_a_known_order FOREIGN KEY (tenant_id, order_id) REFERENCES commerce_order (tenant_id, id),
    CONSTRAINT order_move_source_is_known CHECK (source IN ('rule', 'matcher', 'operator')),
    CONSTRAINT order_move_by_hand_says_why CHECK (source <> 'operator' OR (reason_code <> '' AND ticket <> '')),
    CONSTRAINT order_move_is_allowed CHECK (
        (from_state, to_state) IN (('open', 'fulfilled'), ('open', 'refunded'), ('fulfilled', 'refunded'), ('disputed', 'refunded'))
        OR source <> 'matcher' AND (from_state, to_state) IN (('fulfilled', 'disputed'), ('disputed', 'fulfilled'))
        OR source = 'operator'
            AND (from_state, to_state) IN (('fulfilled', 'open'), ('refunded', 'open'), ('refunded', 'fulfilled')))
);
CREATE INDEX order_move_by_order ON commerce_move (tenant_id, order_id, id);
CREATE INDEX order_move_by_time ON commerce_move (tenant_id, at);
CREATE UNIQUE INDEX order_move_sent_once ON commerce_move (tenant_id, order_id, sent_key) WHERE sent_key IS NOT NULL;
CALL protect_tenant_table('commerce_move');
CALL make_append_only('commerce_move');
REVOKE INSERT ON commerce_move FROM plumbline_app;
GRANT INSERT ON commerce_move TO plumbline_check;

-- The one way in which a state moves. Compare-and-set: an order that no longer stands as an item says is left alone, and only
-- those that moved are answered. The rows are locked in one order first, so that two batches never wait for each other.
CREATE FUNCTION guard.move_orders(items jsonb, by_source text, by_actor text, by_role text, decision bigint, now_at timestamptz)
RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t integer := tenant();
BEGIN
    PERFORM o.id FROM commerce_order o
      WHERE o.tenant_id = t AND o.id = ANY(ARRAY(SELECT (v->>'order')::bigint FROM jsonb_array_elements(items) v))
      ORDER BY o.id FOR NO KEY UPDATE;
    RETURN QUERY
    WITH item AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(items) AS x ("order" bigint, "from" text, "to" text, reason_code text, ticket text,
               note text, sent_key text)
    ), moved AS (
        UPDATE commerce_order o SET state = i."to" FROM item i
         WHERE o.tenant_id = t AND o.id = i."order" AND o.state = i."from"
        RETURNING i.*
    )
    INSERT INTO commerce_move (tenant_id, order_id, at, from_state, to_state, source, actor, role, reason_code, ticket, note,
           sent_key, decision_id)
    SELECT t, m."order", now_at, m."from", m."to", by_source, by_actor, by_role, coalesce(m.reason_code, ''),
           coalesce(m.ticket, ''), coalesce(m.note, ''), m.sent_key, decision
      FROM moved m ORDER BY m."order"
    RETURNING order_id;
END $$;
REVOKE ALL ON FUNCTION guard.move_orders(jsonb, text, text, text, bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.move_orders(jsonb, text, text, text, bigint, timestamptz) TO plumbline_app;
ALTER FUNCTION guard.move_orders(jsonb, text, text, text, bigint, timestamptz) OWNER TO plumbline_check;
