-- A checkpoint lifted for a time, asked for by one person and approved by another; never for good, never without reason and ticket.
CREATE TABLE checkpoint_override (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    number      bigint NOT NULL,
    policy_id   bigint NOT NULL,
    move        text NOT NULL,
    payment_id  text NOT NULL,
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
    reason_code text NOT NULL,
    ticket      text NOT NULL,
    note        text NOT NULL,
    asked_by    text NOT NULL,
    role        text NOT NULL,
    decision_id bigint NOT NULL,
    ended_at    timestamptz,
    ended_by    text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, policy_id) REFERENCES checkpoint_policy (tenant_id, id),
    CONSTRAINT override_number_is_unique UNIQUE (tenant_id, number),
    CONSTRAINT override_ends CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '7 days'),
    CONSTRAINT override_says_why CHECK (reason_code <> '' AND ticket <> '')
);
CREATE INDEX override_by_time ON checkpoint_override (tenant_id, ends_at);
CALL protect_tenant_table('checkpoint_override');
GRANT INSERT, UPDATE (ended_at, ended_by) ON checkpoint_override TO plumbline_app;
CREATE TRIGGER checkpoints_changed AFTER INSERT OR UPDATE OF ended_at ON checkpoint_override
    FOR EACH ROW EXECUTE FUNCTION guard.checkpoints_changed();
CREATE FUNCTION guard.override_ends_once() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL THEN
        RAISE EXCEPTION 'override % has ended', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'override_ends_once', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER override_ends_once BEFORE UPDATE ON checkpoint_override FOR EACH ROW EXECUTE FUNCTION guard.override_ends_once();
