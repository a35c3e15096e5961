-- When an order counts as fulfilled by rule. `rail` and `asset` narrow it, '' stands for any; the newest rule in force of the
-- narrowest kind counts. None, or one that says never, and nobody but a person moves the order.
CREATE TABLE fulfilment_rule (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    rail        text NOT NULL DEFAULT '',
    asset       text REFERENCES ledger_asset,
    fulfil_on   text NOT NULL,
    active_from timestamptz NOT NULL,
    set_by      text NOT NULL,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT fulfilment_rail_is_plain CHECK (rail ~ '^([a-z][a-z0-9_-]{0,31})?$'),
    CONSTRAINT fulfilment_condition_is_known CHECK (fulfil_on IN ('paid', 'confirmed', 'recognised', 'never'))
);
CREATE INDEX fulfilment_in_force ON fulfilment_rule (tenant_id, rail, asset, active_from DESC);
CALL protect_tenant_table('fulfilment_rule');
CALL make_append_only('fulfilment_rule');
