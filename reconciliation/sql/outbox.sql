-- Work to do, written in the business transaction that asks for it. Celery is the doorbell and the hands; this row is the truth.
CREATE TABLE outbox_item (
    tenant_id  integer NOT NULL REFERENCES ledger_tenant,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    kind       text NOT NULL,
    unique_key text NOT NULL,
    payload    jsonb NOT NULL DEFAULT '{}',
    state      text NOT NULL DEFAULT 'waiting',
    attempts   smallint NOT NULL DEFAULT 0,
    due_at     timestamptz NOT NULL,
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    done_at    timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT outbox_runs_once UNIQUE (tenant_id, kind, unique_key),
    CONSTRAINT outbox_state_is_known CHECK (state IN ('waiting', 'done', 'dead')),
    CONSTRAINT outbox_done_has_its_time CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX outbox_due ON outbox_item (tenant_id, due_at, id) WHERE state = 'waiting';
CREATE INDEX outbox_dead ON outbox_item (tenant_id, kind, id) WHERE state = 'dead';
CALL protect_tenant_table('outbox_item');
GRANT INSERT, UPDATE (state, attempts, due_at, last_error, done_at) ON outbox_item TO plumbline_app;
