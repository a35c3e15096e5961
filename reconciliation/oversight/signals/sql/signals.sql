-- What each signal was on each day, as read at an instant of it or at its end. Readings are appended: the newest of a day stands,
-- and the one as of the day's end is its last. Each keeps the range that it was judged by and the digest of the rows behind it.
CREATE TABLE signal_reading (
    tenant_id     integer NOT NULL,
    id            bigint GENERATED ALWAYS AS IDENTITY,
    key           text NOT NULL,
    day           date NOT NULL,
    as_of         timestamptz NOT NULL,
    state         text NOT NULL,
    value         bigint,
    of            bigint,
    parts         jsonb NOT NULL,
    said          text NOT NULL,
    goal          text NOT NULL,
    limit_value   integer NOT NULL,
    counted       bigint NOT NULL,
    rows_sha256   bytea NOT NULL,
    read_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT reading_is_taken_once UNIQUE (tenant_id, key, day, as_of),
    CONSTRAINT reading_signal_is_known CHECK (key IN ('hand-edits', 'explorer-notes', 'auto-resolve', 'posted-early', 'closed-as-other',
        'webhook-recency', 'checkpoint-lag', 'queue-depth', 'drift-left', 'provider-latency', 'payout-backlog')),
    CONSTRAINT reading_state_is_known CHECK (state IN ('in', 'out', 'unknown')),
    CONSTRAINT reading_unknown_states_no_value CHECK (state <> 'unknown' OR value IS NULL),
    CONSTRAINT reading_known_states_one CHECK (state = 'unknown' OR value IS NOT NULL OR parts <> '{}'),
    CONSTRAINT reading_is_of_its_day CHECK (as_of > day::timestamp AT TIME ZONE 'UTC' AND as_of <= (day + 1)::timestamp AT TIME ZONE 'UTC'),
    CONSTRAINT reading_parts_are_an_object CHECK (jsonb_typeof(parts) = 'object')
);
CREATE INDEX reading_by_day ON signal_reading (tenant_id, day, key, as_of);
CALL protect_tenant_table('signal_reading');
CALL make_append_only('signal_reading');

-- An early signal that went out of range on a day, told once, with the reading that showed it.
CREATE TABLE signal_raised (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    key         text NOT NULL,
    day         date NOT NULL,
    reading_id  bigint NOT NULL,
    raised_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT signal_raised_once_a_day UNIQUE (tenant_id, key, day),
    CONSTRAINT signal_raised_by_a_known_reading FOREIGN KEY (tenant_id, reading_id) REFERENCES signal_reading (tenant_id, id)
);
CALL protect_tenant_table('signal_raised');
CALL make_append_only('signal_raised');

-- Whoever counts what was raised must be able to trust that it was: a reading of another signal, day or state raises nothing.
CREATE FUNCTION guard.signal_was_out() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM signal_reading r WHERE r.tenant_id = NEW.tenant_id AND r.id = NEW.reading_id AND r.key = NEW.key
                      AND r.day = NEW.day AND r.state = 'out') THEN
        RAISE EXCEPTION 'signal % of % was not out of range', NEW.key, NEW.day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signal_raised_was_out', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER signal_was_out AFTER INSERT ON signal_raised FOR EACH ROW EXECUTE FUNCTION guard.signal_was_out();
REVOKE ALL ON FUNCTION guard.signal_was_out() FROM PUBLIC;
ALTER FUNCTION guard.signal_was_out() OWNER TO plumbline_check;
