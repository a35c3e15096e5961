-- Asking the provider what it sent: how, what was compared when, and each difference. What is missing is named, never made up.

-- How an endpoint's provider is asked. One stands at a time; `sealed` is the token under the key of the installation.
CREATE TABLE provider_polling (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    endpoint_id bigint NOT NULL,
    base_url    text NOT NULL,
    store       text NOT NULL,
    sealed      bytea NOT NULL,
    hint        text NOT NULL,
    set_at      timestamptz NOT NULL,
    set_by      text NOT NULL,
    decision_id bigint NOT NULL,
    ended_at    timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT polling_of_a_known_endpoint FOREIGN KEY (tenant_id, endpoint_id) REFERENCES provider_endpoint (tenant_id, id),
    CONSTRAINT polling_hint_tells_little CHECK (length(hint) <= 4)
);
CREATE UNIQUE INDEX polling_stands_once ON provider_polling (tenant_id, endpoint_id) WHERE ended_at IS NULL;
CALL protect_tenant_table('provider_polling');
GRANT INSERT, UPDATE (ended_at) ON provider_polling TO plumbline_app;

-- One comparison of a period, half-open, by the provider's clock. With an error nothing was compared.
CREATE TABLE provider_poll (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    endpoint_id     bigint NOT NULL,
    adapter         text NOT NULL,
    compared        text NOT NULL,
    since           timestamptz NOT NULL,
    until           timestamptz NOT NULL,
    asked_at        timestamptz NOT NULL,
    asked_by        text NOT NULL,
    listed_count    integer NOT NULL,
    missing_count   integer NOT NULL,
    unknown_count   integer NOT NULL,
    differing_count integer NOT NULL,
    error           text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT poll_of_a_known_endpoint FOREIGN KEY (tenant_id, endpoint_id) REFERENCES provider_endpoint (tenant_id, id),
    CONSTRAINT poll_adapter_is_known CHECK (adapter IN ('file', 'http')),
    CONSTRAINT poll_compared_is_known CHECK (compared IN ('events', 'payments', '')),
    CONSTRAINT poll_period_has_a_length CHECK (since < until),
    CONSTRAINT poll_compares_or_fails CHECK ((error = '') = (compared <> ''))
);
CREATE INDEX poll_by_endpoint ON provider_poll (tenant_id, endpoint_id, id);
CALL protect_tenant_table('provider_poll');
CALL make_append_only('provider_poll');

-- A difference that a poll found. `event_id` is empty where payments were compared.
CREATE TABLE provider_gap (
    tenant_id    integer NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    poll_id      bigint NOT NULL,
    endpoint_id  bigint NOT NULL,
    kind         text NOT NULL,
    event_id     text NOT NULL,
    payment_ref  text NOT NULL,
    order_ref    text NOT NULL,
    theirs       text NOT NULL,
    ours         text NOT NULL,
    occurred_at  timestamptz NOT NULL,
    amount_minor numeric,
    asset        text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT gap_of_a_known_poll FOREIGN KEY (tenant_id, poll_id) REFERENCES provider_poll (tenant_id, id),
    CONSTRAINT gap_kind_is_known CHECK (kind IN ('missing', 'unknown', 'status', 'amount')),
    CONSTRAINT gap_amount_is_whole CHECK (amount_minor = trunc(amount_minor) AND amount_minor <> 'NaN')
);
CREATE INDEX gap_by_poll ON provider_gap (tenant_id, poll_id, id);
CREATE INDEX gap_by_payment ON provider_gap (tenant_id, payment_ref) WHERE payment_ref <> '';
CREATE INDEX gap_by_order ON provider_gap (tenant_id, order_ref) WHERE order_ref <> '';
CREATE INDEX gap_by_name ON provider_gap (tenant_id, endpoint_id, event_id, payment_ref, id);
CALL protect_tenant_table('provider_gap');
CALL make_append_only('provider_gap');
