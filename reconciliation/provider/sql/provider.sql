-- The provider plane: endpoints and their keys, deliveries as they came, the event log, and what was folded from it.

-- One account at one provider. The token is the address that the provider is given; it names the tenant and proves nothing,
-- proof is the signature.
CREATE TABLE provider_endpoint (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    name        text NOT NULL,
    scheme      text NOT NULL,
    token       text NOT NULL,
    made_at     timestamptz NOT NULL,
    made_by     text NOT NULL,
    decision_id bigint NOT NULL,
    ended_at    timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT endpoint_name_is_unique UNIQUE (tenant_id, name),
    CONSTRAINT endpoint_has_a_name CHECK (length(name) BETWEEN 1 AND 80),
    CONSTRAINT endpoint_scheme_is_known CHECK (scheme IN ('btcpay', 'coinbase', 'stripe', 'standard', 'adyen', 'kobbopay', 'bank')),
    CONSTRAINT endpoint_token_is_opaque CHECK (token ~ '^[A-Za-z0-9_-]{32,64}$')
);
CREATE INDEX endpoint_by_token ON provider_endpoint USING hash (token);
CALL protect_tenant_table('provider_endpoint');
GRANT INSERT, UPDATE (ended_at) ON provider_endpoint TO plumbline_app;

-- Several keys stand at once while one is being replaced. `sealed` is the secret under the key of the installation.
CREATE TABLE provider_key (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    endpoint_id bigint NOT NULL,
    sealed      bytea NOT NULL,
    hint        text NOT NULL,
    added_at    timestamptz NOT NULL,
    added_by    text NOT NULL,
    ended_at    timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT key_of_a_known_endpoint FOREIGN KEY (tenant_id, endpoint_id) REFERENCES provider_endpoint (tenant_id, id),
    CONSTRAINT key_hint_tells_little CHECK (length(hint) <= 4)
);
CREATE INDEX key_by_endpoint ON provider_key (tenant_id, endpoint_id, id);
CALL protect_tenant_table('provider_key');
GRANT INSERT, UPDATE (ended_at) ON provider_key TO plumbline_app;

-- What came, byte by byte, before anything was believed. `reason` is what its signature was found to be then; '' is verified.
CREATE TABLE provider_delivery (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    public_id   uuid NOT NULL DEFAULT gen_random_uuid(),
    endpoint_id bigint NOT NULL,
    received_at timestamptz NOT NULL,
    origin      text NOT NULL,
    headers     jsonb NOT NULL,
    body        bytea NOT NULL,
    reason      text NOT NULL,
    key_id      bigint,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT delivery_of_a_known_endpoint FOREIGN KEY (tenant_id, endpoint_id) REFERENCES provider_endpoint (tenant_id, id),
    CONSTRAINT delivery_origin_is_known CHECK (origin IN ('webhook', 'poll', 'file')),
    CONSTRAINT delivery_fits CHECK (octet_length(body) <= 262144)
);
CREATE UNIQUE INDEX delivery_public_id ON provider_delivery (tenant_id, public_id);
CREATE INDEX delivery_by_time ON provider_delivery (tenant_id, endpoint_id, received_at) INCLUDE (reason);
CALL protect_tenant_table('provider_delivery');
CALL make_append_only('provider_delivery');

-- Verified deliveries that nobody has read yet. The row is the work to do; it goes in the transaction that did it.
CREATE TABLE provider_inbox (
    tenant_id   integer NOT NULL,
    delivery_id bigint NOT NULL,
    attempts    smallint NOT NULL DEFAULT 0,
    due_at      timestamptz NOT NULL,
    last_error  text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, delivery_id),
    CONSTRAINT inbox_of_a_known_delivery FOREIGN KEY (tenant_id, delivery_id) REFERENCES provider_delivery (tenant_id, id)
);
CREATE INDEX inbox_due ON provider_inbox (tenant_id, due_at, delivery_id);
CALL protect_tenant_table('provider_inbox');
GRANT INSERT, DELETE, UPDATE (attempts, due_at, last_error) ON provider_inbox TO plumbline_app;

-- Deliveries that nothing was taken over from: not verified, or not readable. Replayed once the fault is mended, or set aside.
-- `tried_at` is the last replay: a batch takes those first that were tried longest ago, so that none waits behind hopeless ones.
CREATE TABLE provider_quarantine (
    tenant_id   integer NOT NULL,
    delivery_id bigint NOT NULL,
    endpoint_id bigint NOT NULL,
    reason      text NOT NULL,
    detail      text NOT NULL,
    since       timestamptz NOT NULL,
    state       text NOT NULL DEFAULT 'held',
    ended_at    timestamptz,
    tried_at    timestamptz,
    PRIMARY KEY (tenant_id, delivery_id),
    CONSTRAINT quarantine_of_a_known_delivery FOREIGN KEY (tenant_id, delivery_id) REFERENCES provider_delivery (tenant_id, id),
    CONSTRAINT quarantine_state_is_known CHECK (state IN ('held', 'released', 'set_aside')),
    CONSTRAINT quarantine_ended_has_its_time CHECK ((state = 'held') = (ended_at IS NULL))
);
CREATE INDEX quarantine_held ON provider_quarantine (tenant_id, endpoint_id, delivery_id) WHERE state = 'held';
CREATE INDEX quarantine_by_state ON provider_quarantine (tenant_id, state, delivery_id);
CALL protect_tenant_table('provider_quarantine');
GRANT INSERT, UPDATE (reason, detail, state, ended_at, tried_at) ON provider_quarantine TO plumbline_app;

-- The event log. The same id with other contents stands beside the first and never instead of it. `logged_at` is when it was
-- read, which a replay may put long after its receipt: an export as of an instant holds what was logged by then.
CREATE TABLE provider_event (
    tenant_id      integer NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    public_id      uuid NOT NULL DEFAULT gen_random_uuid(),
    endpoint_id    bigint NOT NULL,
    delivery_id    bigint NOT NULL,
    event_id       text NOT NULL,
    content_sha256 bytea NOT NULL,
    type           text NOT NULL,
    provider_type  text NOT NULL,
    payment_ref    text NOT NULL,
    order_ref      text NOT NULL,
    occurred_at    timestamptz NOT NULL,
    received_at    timestamptz NOT NULL,
    logged_at      timestamptz NOT NULL,
    amount_minor   numeric,
    asset          text NOT NULL,
    txid           text NOT NULL,
    flags          text[] NOT NULL,
    detail         text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT event_is_logged_once UNIQUE (tenant_id, endpoint_id, event_id, content_sha256),
    CONSTRAINT event_of_a_known_delivery FOREIGN KEY (tenant_id, delivery_id) REFERENCES provider_delivery (tenant_id, id),
    CONSTRAINT event_type_is_known CHECK (type IN ('created', 'detected', 'confirmed', 'expired', 'failed', 'reverted', 'noted', 'unknown')),
    CONSTRAINT event_amount_is_whole CHECK (amount_minor = trunc(amount_minor) AND amount_minor <> 'NaN')
);
CREATE UNIQUE INDEX event_public_id ON provider_event (tenant_id, public_id);
CREATE INDEX event_by_payment ON provider_event (tenant_id, endpoint_id, payment_ref);
CREATE INDEX event_by_time ON provider_event (tenant_id, occurred_at, id);
CREATE INDEX event_by_endpoint ON provider_event (tenant_id, endpoint_id, occurred_at, id);
CREATE INDEX event_by_type ON provider_event (tenant_id, type, occurred_at, id);
CREATE INDEX event_without_payment ON provider_event (tenant_id, occurred_at, id) WHERE payment_ref = '';
CREATE INDEX event_unread ON provider_event (tenant_id, endpoint_id, provider_type, id) WHERE type = 'unknown';
CREATE INDEX event_by_order ON provider_event (tenant_id, order_ref) WHERE order_ref <> '';
CREATE INDEX event_by_hand ON provider_event (tenant_id, logged_at) WHERE flags && '{marked}';
CREATE INDEX event_by_txid ON provider_event (tenant_id, txid) WHERE txid <> '';
CALL protect_tenant_table('provider_event');
CALL make_append_only('provider_event');

-- Every delivery that carried an event, the first and the repeated ones, and the time each gave for it. The earliest counts.
CREATE TABLE provider_sighting (
    tenant_id   integer NOT NULL,
    event_id    bigint NOT NULL,
    delivery_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, event_id, delivery_id),
    CONSTRAINT sighting_of_a_known_event FOREIGN KEY (tenant_id, event_id) REFERENCES provider_event (tenant_id, id),
    CONSTRAINT sighting_in_a_known_delivery FOREIGN KEY (tenant_id, delivery_id) REFERENCES provider_delivery (tenant_id, id)
);
CREATE INDEX sighting_by_delivery ON provider_sighting (tenant_id, delivery_id);
CALL protect_tenant_table('provider_sighting');
CALL make_append_only('provider_sighting');

-- One payment as its events fold it: a view that can be made anew from them at any time, kept to be found and matched.
CREATE TABLE provider_payment (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    public_id       uuid NOT NULL DEFAULT gen_random_uuid(),
    endpoint_id     bigint NOT NULL,
    payment_ref     text NOT NULL,
    order_ref       text NOT NULL DEFAULT '',
    payment_id      text NOT NULL DEFAULT '',
    status          text NOT NULL DEFAULT 'pending',
    flags           text[] NOT NULL DEFAULT '{}',
    asset           text NOT NULL DEFAULT '',
    other_asset     text NOT NULL DEFAULT '',
    detected_minor  numeric,
    confirmed_minor numeric,
    detected_at     timestamptz,
    confirmed_at    timestamptz,
    first_event_at  timestamptz NOT NULL,
    last_event_at   timestamptz NOT NULL,
    event_count     integer NOT NULL DEFAULT 0,
    doubts          text[] NOT NULL DEFAULT '{}', -- names of events that contradicted what stood
    digest          bytea NOT NULL DEFAULT '',
    changed_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT payment_of_a_known_endpoint FOREIGN KEY (tenant_id, endpoint_id) REFERENCES provider_endpoint (tenant_id, id),
    CONSTRAINT payment_is_folded_once UNIQUE (tenant_id, endpoint_id, payment_ref),
    CONSTRAINT payment_status_is_known CHECK (status IN ('pending', 'paid', 'confirmed', 'expired', 'failed')),
    CONSTRAINT payment_flags_are_known CHECK (flags <@ ARRAY['under', 'over', 'late', 'partial', 'marked', 'reorged'])
);
CREATE UNIQUE INDEX payment_public_id ON provider_payment (tenant_id, public_id);
CREATE INDEX payment_by_ref ON provider_payment (tenant_id, payment_ref);
CREATE INDEX payment_by_order ON provider_payment (tenant_id, order_ref) WHERE order_ref <> '';
CREATE INDEX payment_by_thread ON provider_payment (tenant_id, payment_id) WHERE payment_id <> '';
CREATE INDEX payment_by_change ON provider_payment (tenant_id, changed_at);
CREATE INDEX payment_by_time ON provider_payment (tenant_id, last_event_at, id);
CALL protect_tenant_table('provider_payment');
GRANT INSERT, UPDATE (order_ref, payment_id, status, flags, asset, other_asset, detected_minor, confirmed_minor, detected_at, confirmed_at,
    first_event_at, last_event_at, event_count, doubts, digest, changed_at) ON provider_payment TO plumbline_app;

-- Every move of a payment's status or flags, with what policy said of it. `event_id` is the event after which it stood so.
CREATE TABLE provider_move (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    payment_id  bigint NOT NULL,
    at          timestamptz NOT NULL,
    from_status text NOT NULL,
    to_status   text NOT NULL,
    from_flags  text[] NOT NULL,
    to_flags    text[] NOT NULL,
    fell        boolean NOT NULL,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT move_of_a_known_payment FOREIGN KEY (tenant_id, payment_id) REFERENCES provider_payment (tenant_id, id),
    CONSTRAINT move_is_one CHECK (from_status <> to_status OR from_flags <> to_flags)
);
CREATE INDEX move_by_payment ON provider_move (tenant_id, payment_id, id);
CALL protect_tenant_table('provider_move');
CALL make_append_only('provider_move');

-- Whose address a token is, before any tenant is known. `keys` are those that stand, oldest first, still sealed.
CREATE FUNCTION guard.endpoint_of_token(said text)
RETURNS TABLE (tenant_id integer, endpoint_id bigint, scheme text, key_ids bigint[], keys bytea[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT e.tenant_id, e.id, e.scheme, coalesce(array_agg(k.id ORDER BY k.id) FILTER (WHERE k.id IS NOT NULL), '{}'),
           coalesce(array_agg(k.sealed ORDER BY k.id) FILTER (WHERE k.id IS NOT NULL), '{}')
      FROM provider_endpoint e
      LEFT JOIN provider_key k ON k.tenant_id = e.tenant_id AND k.endpoint_id = e.id AND k.ended_at IS NULL
     WHERE e.token = said AND e.ended_at IS NULL
     GROUP BY e.tenant_id, e.id, e.scheme
$$;
REVOKE ALL ON FUNCTION guard.endpoint_of_token(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.endpoint_of_token(text) TO plumbline_app;
ALTER FUNCTION guard.endpoint_of_token(text) OWNER TO plumbline_check;

-- Stores one delivery and where it goes from here, in one round trip: into the inbox when it is verified, held when not.
-- `standing` names the keys that the sender's signature was held against; NULL comes back, and nothing is stored, when they are
-- not the endpoint's any more or the endpoint has ended.
CREATE FUNCTION provider_receive(tenant_number integer, endpoint bigint, now_at timestamptz, came_by text, head jsonb, content bytea,
    fault text, said text, fitting bigint, standing text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    new_id bigint;
BEGIN
    IF tenant_number IS NOT NULL THEN
        PERFORM set_config('app.tenant_id', tenant_number::text, true);
    END IF;
    IF standing IS NOT NULL AND standing IS DISTINCT FROM (
        SELECT (SELECT coalesce(string_agg(k.id::text, ',' ORDER BY k.id), '') FROM provider_key k
                 WHERE k.tenant_id = e.tenant_id AND k.endpoint_id = e.id AND k.ended_at IS NULL)
          FROM provider_endpoint e WHERE e.tenant_id = tenant() AND e.id = endpoint AND e.ended_at IS NULL) THEN
        RETURN NULL;
    END IF;
    INSERT INTO provider_delivery (endpoint_id, received_at, origin, headers, body, reason, key_id)
    VALUES (endpoint, now_at, came_by, head, content, fault, fitting) RETURNING id INTO new_id;
    IF fault = '' THEN
        INSERT INTO provider_inbox (delivery_id, due_at) VALUES (new_id, now_at);
    ELSE
        INSERT INTO provider_quarantine (delivery_id, endpoint_id, reason, detail, since) VALUES (new_id, endpoint, fault, said, now_at);
    END IF;
    RETURN new_id;
END $$;
