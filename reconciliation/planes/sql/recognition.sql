-- Which accounts the recognition of an asset at an endpoint posts to. The newest rule in force counts; none, and another
-- system owns these postings.
CREATE TABLE recognition_rule (
    tenant_id     integer NOT NULL,
    id            bigint GENERATED ALWAYS AS IDENTITY,
    endpoint_id   bigint NOT NULL,
    asset         text NOT NULL REFERENCES ledger_asset,
    hold_id       bigint NOT NULL,
    unapplied_id  bigint NOT NULL,
    receivable_id bigint NOT NULL,
    active_from   timestamptz NOT NULL,
    set_by        text NOT NULL,
    decision_id   bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT recognition_at_a_known_endpoint FOREIGN KEY (tenant_id, endpoint_id) REFERENCES provider_endpoint (tenant_id, id),
    CONSTRAINT recognition_holds_on_a_known_account FOREIGN KEY (tenant_id, hold_id) REFERENCES ledger_account (tenant_id, id),
    CONSTRAINT recognition_parks_on_a_known_account FOREIGN KEY (tenant_id, unapplied_id) REFERENCES ledger_account (tenant_id, id),
    CONSTRAINT recognition_settles_a_known_account FOREIGN KEY (tenant_id, receivable_id) REFERENCES ledger_account (tenant_id, id),
    CONSTRAINT recognition_moves_between_accounts CHECK (hold_id <> unapplied_id AND unapplied_id <> receivable_id)
);
CREATE INDEX recognition_in_force ON recognition_rule (tenant_id, endpoint_id, asset, active_from DESC);
CALL protect_tenant_table('recognition_rule');
CALL make_append_only('recognition_rule');
