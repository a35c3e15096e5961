-- What a document would have done to the moves of a window, as it was worked out: never rewritten, so that whoever approves the
-- document sees what its maker saw. The digest is of the result in one spelling.
CREATE TABLE policy_backtest (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    public_id       uuid NOT NULL DEFAULT gen_random_uuid(),
    policy_key      text NOT NULL,
    number          integer, -- of the version, none for a document that is no version
    document        jsonb NOT NULL,
    document_sha256 bytea NOT NULL,
    since           timestamptz NOT NULL,
    until           timestamptz NOT NULL,
    replayed        bigint NOT NULL,
    flips           bigint NOT NULL,
    looser          boolean NOT NULL,
    result          jsonb NOT NULL,
    result_sha256   bytea NOT NULL,
    made_at         timestamptz NOT NULL,
    made_by         text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT backtest_window_is_half_open CHECK (since < until),
    CONSTRAINT backtest_flips_what_it_replays CHECK (0 <= flips AND flips <= replayed),
    CONSTRAINT backtest_states_its_result CHECK (result->>'document_sha256' = encode(document_sha256, 'hex')
        AND (result->>'looser')::boolean = looser)
);
CREATE UNIQUE INDEX backtest_public_id ON policy_backtest (tenant_id, public_id);
CREATE INDEX backtest_by_document ON policy_backtest (tenant_id, document_sha256, id);
CREATE INDEX backtest_by_policy ON policy_backtest (tenant_id, policy_key, id);
CALL protect_tenant_table('policy_backtest');
CALL make_append_only('policy_backtest');

-- The flips that a backtest lists, in its order: what becomes looser first, then the largest of each asset. The result counts all.
CREATE TABLE policy_backtest_flip (
    tenant_id   integer NOT NULL,
    backtest_id bigint NOT NULL,
    position    integer NOT NULL,
    direction   text NOT NULL,
    turned      text NOT NULL,
    flip        jsonb NOT NULL,
    PRIMARY KEY (tenant_id, backtest_id, position),
    CONSTRAINT flip_of_a_known_backtest FOREIGN KEY (tenant_id, backtest_id) REFERENCES policy_backtest (tenant_id, id),
    CONSTRAINT flip_position_counts_from_one CHECK (position >= 1),
    CONSTRAINT flip_direction_is_known CHECK (direction IN ('looser', 'other people', 'stricter')),
    CONSTRAINT flip_turned_is_known CHECK (turned IN ('drift', 'right', 'not made'))
);
CALL protect_tenant_table('policy_backtest_flip');
CALL make_append_only('policy_backtest_flip');
