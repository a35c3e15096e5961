-- Accounting periods: half-open [first_on, until_on), one after another without a gap. They are closed from the first on and
-- re-opened from the last on, so that one day parts the closed books from the open ones: the end of the last closed period.
CREATE TABLE ledger_period (
    tenant_id integer NOT NULL,
    id        bigint GENERATED ALWAYS AS IDENTITY,
    first_on  date NOT NULL,
    until_on  date NOT NULL,
    state     text NOT NULL DEFAULT 'open',
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT period_begins_once UNIQUE (tenant_id, first_on),
    CONSTRAINT period_ends_once UNIQUE (tenant_id, until_on),
    CONSTRAINT period_has_days CHECK (first_on < until_on),
    CONSTRAINT period_state_is_known CHECK (state IN ('open', 'closed', 'reopened'))
);
CREATE INDEX period_closed ON ledger_period (tenant_id, until_on) WHERE state = 'closed';
CALL protect_tenant_table('ledger_period');
GRANT INSERT (first_on, until_on) ON ledger_period TO plumbline_app;
GRANT UPDATE (state) ON ledger_period TO plumbline_check;

-- Every move of a period, with all that was looked at when it was closed. The state above follows from the last one.
CREATE TABLE ledger_period_move (
    tenant_id        integer NOT NULL,
    id               bigint GENERATED ALWAYS AS IDENTITY,
    period_id        bigint NOT NULL,
    from_state       text NOT NULL,
    to_state         text NOT NULL,
    actor            text NOT NULL,
    role             text NOT NULL,
    asked_by         text NOT NULL,
    reason_code      text NOT NULL,
    reason           text NOT NULL,
    checklist        jsonb NOT NULL DEFAULT '{}',
    checklist_sha256 bytea,
    decision_id      bigint NOT NULL,
    policy_version   text NOT NULL,
    at               timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT move_of_a_known_period FOREIGN KEY (tenant_id, period_id) REFERENCES ledger_period (tenant_id, id),
    CONSTRAINT period_move_is_allowed CHECK ((from_state, to_state) IN (('open', 'closed'), ('reopened', 'closed'), ('closed', 'reopened'))),
    CONSTRAINT period_move_says_why CHECK (reason_code <> '' AND reason <> ''),
    CONSTRAINT period_closes_on_its_checklist CHECK ((to_state = 'closed') = (checklist_sha256 IS NOT NULL))
);
CREATE INDEX moves_of_a_period ON ledger_period_move (tenant_id, period_id, id);
CALL protect_tenant_table('ledger_period_move');
CALL make_append_only('ledger_period_move');
REVOKE INSERT ON ledger_period_move FROM plumbline_app;
GRANT INSERT ON ledger_period_move TO plumbline_check;

-- Days follow one another: a new period begins where the last one ends, or ends where the first begins while that is open.
CREATE FUNCTION guard.periods_join() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    bad date;
BEGIN
    IF EXISTS (SELECT FROM added WHERE state <> 'open') THEN
        RAISE EXCEPTION 'a period begins open' USING ERRCODE = 'check_violation', CONSTRAINT = 'period_begins_open', TABLE = TG_TABLE_NAME;
    END IF;
    SELECT p.first_on INTO bad
      FROM (SELECT p.tenant_id, p.first_on, p.state, lag(p.until_on) OVER days AS before, lag(p.state) OVER days AS state_before
              FROM ledger_period p WHERE p.tenant_id IN (SELECT tenant_id FROM added)
            WINDOW days AS (PARTITION BY p.tenant_id ORDER BY p.first_on)) p
     WHERE p.before IS NOT NULL AND (p.before <> p.first_on OR p.state = 'closed' AND p.state_before <> 'closed') LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'the period from % does not begin where the one before it ends, or follows an open one as a closed one', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'periods_join', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.periods_join() OWNER TO plumbline_check;
CREATE TRIGGER periods_join AFTER INSERT ON ledger_period
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard.periods_join();

-- The days of a period never change and none goes away; its state moves by guard.move_period() alone.
CREATE FUNCTION guard.period_moves_by_its_function() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR current_user <> 'plumbline_check' THEN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_period
    FOR EACH STATEMENT EXECUTE FUNCTION guard.period_moves_by_its_function();

-- Holds the books as they stand until commit, against a closing that comes meanwhile, and answers the first open day, NULL while
-- nothing is closed. Whoever closes holds the same lock alone, so a posting comes before the closing or after it. A snapshot that
-- is older than the lock (repeatable read) might miss the closing: there the period's row is locked as well, which then fails.
-- Called by the book's checks alone, which run as plumbline_check with their search_path pinned.
CREATE FUNCTION guard.hold_books(tenant integer, day date) RETURNS date
LANGUAGE plpgsql AS $$
DECLARE
    open_from date;
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(7012, tenant) THEN
        PERFORM pg_advisory_xact_lock_shared(7012, tenant);
    END IF;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM FROM ledger_period p WHERE p.tenant_id = tenant AND p.until_on > day ORDER BY p.until_on LIMIT 1 FOR SHARE;
    END IF;
    SELECT p.until_on INTO open_from FROM ledger_period p
     WHERE p.tenant_id = tenant AND p.state = 'closed' ORDER BY p.until_on DESC LIMIT 1;
    RETURN open_from;
END $$;
REVOKE ALL ON FUNCTION guard.hold_books(integer, date) FROM PUBLIC;
ALTER FUNCTION guard.hold_books(integer, date) OWNER TO plumbline_check;

CREATE FUNCTION guard.refuse_closed_day(day date, open_from date) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is closed; the first open day is %', to_char(day, 'FMMonth YYYY'), open_from
        USING ERRCODE = 'check_violation', CONSTRAINT = 'day_is_open', TABLE = 'ledger_transaction';
END $$;

-- The one way a period moves. Compare-and-set: NULL when it does not stand as the move begins (any more). The decision that
-- allows it is checked where all decisions are (checkpoints/sql/wall.sql).
CREATE FUNCTION guard.move_period(period bigint, to_state text, checklist jsonb, checklist_sha256 bytea, decision bigint,
                                  actor jsonb, asked_by text, reason_code text, reason text, now_at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    t integer := tenant();
    stands ledger_period;
BEGIN
    PERFORM pg_advisory_xact_lock(7012, t);
    SELECT * INTO stands FROM ledger_period p WHERE p.tenant_id = t AND p.id = period FOR UPDATE;
    IF NOT FOUND OR (stands.state = 'closed') = (to_state = 'closed') THEN
        RETURN NULL;
    ELSIF to_state = 'closed' AND EXISTS (
            SELECT FROM ledger_period p WHERE p.tenant_id = t AND p.until_on <= stands.first_on AND p.state <> 'closed') THEN
        RAISE EXCEPTION 'periods are closed in order; an earlier one than % is open', to_char(stands.first_on, 'FMMonth YYYY')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'periods_move_in_order', TABLE = 'ledger_period';
    ELSIF to_state <> 'closed' AND EXISTS (
            SELECT FROM ledger_period p WHERE p.tenant_id = t AND p.first_on >= stands.until_on AND p.state = 'closed') THEN
        RAISE EXCEPTION 'periods are re-opened from the last one on; a later one than % is closed', to_char(stands.first_on, 'FMMonth YYYY')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'periods_move_in_order', TABLE = 'ledger_period';
    ELSIF to_state = 'closed' AND stands.until_on > (now_at AT TIME ZONE 'UTC')::date THEN
        RAISE EXCEPTION '% has not ended', to_char(stands.first_on, 'FMMonth YYYY')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'period_has_ended', TABLE = 'ledger_period';
    END IF;
    UPDATE ledger_period p SET state = to_state WHERE p.tenant_id = t AND p.id = period;
    INSERT INTO ledger_period_move (tenant_id, period_id, from_state, to_state, actor, role, asked_by, reason_code, reason, checklist,
           checklist_sha256, decision_id, policy_version, at)
    VALUES (t, period, stands.state, to_state, actor->>'id', actor->>'role', asked_by, reason_code, reason, checklist, checklist_sha256,
            decision, actor->>'policy_version', now_at);
    INSERT INTO audit_entry (tenant_id, at, actor_kind, actor, role, action, subject, why, policy_version, detail)
    VALUES (t, now_at, actor->>'kind', actor->>'id', actor->>'role', 'period.' || to_state, to_char(stands.first_on, 'YYYY-MM-DD'), reason,
            actor->>'policy_version', jsonb_strip_nulls(jsonb_build_object('until', stands.until_on, 'reason_code', reason_code,
            'asked_by', asked_by, 'decision', decision, 'checklist_sha256', encode(checklist_sha256, 'hex'))));
    RETURN period;
END $$;
REVOKE ALL ON FUNCTION guard.move_period(bigint, text, jsonb, bytea, bigint, jsonb, text, text, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.move_period(bigint, text, jsonb, bytea, bigint, jsonb, text, text, text, timestamptz) TO plumbline_app;
ALTER FUNCTION guard.move_period(bigint, text, jsonb, bytea, bigint, jsonb, text, text, text, timestamptz) OWNER TO plumbline_check;
