-- Bank statements as the bank sent them, and the calendar that cuts their days.
CREATE TABLE bank_account (
    tenant_id         integer NOT NULL,
    id                bigint GENERATED ALWAYS AS IDENTITY,
    code              text NOT NULL,
    name              text NOT NULL,
    partner           text NOT NULL,
    number            text NOT NULL,
    currency          text NOT NULL,
    ledger_account_id bigint NOT NULL,
    opened_on         date NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT bank_account_code_is_unique UNIQUE (tenant_id, code),
    CONSTRAINT bank_account_number_is_unique UNIQUE (tenant_id, number, currency),
    CONSTRAINT bank_account_has_one_reconciled_account UNIQUE (tenant_id, ledger_account_id),
    CONSTRAINT bank_account_carries_its_ledger_account UNIQUE (tenant_id, id, ledger_account_id, currency),
    CONSTRAINT bank_account_currency_is_its_ledger_accounts FOREIGN KEY (tenant_id, ledger_account_id, currency)
        REFERENCES ledger_account (tenant_id, id, asset)
);
CALL protect_tenant_table('bank_account');
CALL make_append_only('bank_account');

-- A calendar version: zone, cut-over, closed days, grace. Never edited; a change is a new version from a later day.
CREATE TABLE bank_calendar (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    bank_account_id bigint NOT NULL,
    effective_from  date NOT NULL,
    zone            text NOT NULL,
    cutover         time NOT NULL,
    closed_weekdays smallint[] NOT NULL,
    holidays        date[] NOT NULL,
    grace_days      smallint NOT NULL,
    due_hours       smallint NOT NULL,
    decision_id     bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT calendar_of_a_known_account FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id),
    CONSTRAINT calendar_starts_once_a_day UNIQUE (tenant_id, bank_account_id, effective_from),
    CONSTRAINT calendar_grace_in_range CHECK (grace_days BETWEEN 0 AND 30),
    CONSTRAINT calendar_due_in_range CHECK (due_hours BETWEEN 0 AND 240),
    CONSTRAINT calendar_leaves_a_banking_day CHECK (NOT closed_weekdays @> '{1,2,3,4,5,6,7}')
);
CALL protect_tenant_table('bank_calendar');
CALL make_append_only('bank_calendar');

-- The settlement days, computed once from the calendar and stored: half-open in dates and in instants.
-- `ordinal` counts banking days, so that grace is a subtraction.
CREATE TABLE bank_period (
    tenant_id       integer NOT NULL,
    bank_account_id bigint NOT NULL,
    day             date NOT NULL,
    until_on        date NOT NULL,
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    due_at          timestamptz NOT NULL,
    ordinal         integer NOT NULL,
    grace_days      smallint NOT NULL,
    calendar_id     bigint NOT NULL,
    PRIMARY KEY (tenant_id, bank_account_id, day),
    CONSTRAINT period_ordinal_is_unique UNIQUE (tenant_id, bank_account_id, ordinal),
    CONSTRAINT period_starts_once UNIQUE (tenant_id, bank_account_id, starts_at),
    CONSTRAINT period_ordinal_counts_from_zero CHECK (ordinal >= 0),
    CONSTRAINT period_is_half_open CHECK (day < until_on AND starts_at < ends_at),
    CONSTRAINT period_of_a_known_calendar FOREIGN KEY (tenant_id, calendar_id) REFERENCES bank_calendar (tenant_id, id)
);
CALL protect_tenant_table('bank_period');
CREATE TRIGGER days_are_never_edited BEFORE UPDATE OR TRUNCATE ON bank_period FOR EACH STATEMENT EXECUTE FUNCTION guard.refuse_change();
GRANT INSERT, DELETE ON bank_period TO plumbline_app;

-- Each day begins where the one before it ends, in instants and in dates: no gap, no overlap, no day left out.
CREATE FUNCTION guard.days_join() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added n LEFT JOIN bank_period p ON p.tenant_id = n.tenant_id AND p.bank_account_id = n.bank_account_id
                     AND p.ordinal = n.ordinal - 1
                WHERE n.ordinal > 0 AND (p.ends_at IS DISTINCT FROM n.starts_at OR p.until_on IS DISTINCT FROM n.day)) THEN
        RAISE EXCEPTION 'a settlement day begins where the one before it ends'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'periods_join', TABLE = 'bank_period';
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.days_join() OWNER TO plumbline_check;
CREATE TRIGGER days_join AFTER INSERT ON bank_period REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION guard.days_join();


CREATE TABLE bank_csv_profile (
    tenant_id integer NOT NULL,
    id        bigint GENERATED ALWAYS AS IDENTITY,
    name      text NOT NULL,
    version   integer NOT NULL,
    mapping   jsonb NOT NULL,
    saved_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT profile_version_is_unique UNIQUE (tenant_id, name, version)
);
CALL protect_tenant_table('bank_csv_profile');
CALL make_append_only('bank_csv_profile');

-- One import of one file into one account. The same bytes are the same import.
CREATE TABLE bank_import (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    public_id       uuid NOT NULL DEFAULT gen_random_uuid(),
    bank_account_id bigint NOT NULL,
    file_name       text NOT NULL,
    size_bytes      bigint NOT NULL,
    sha256          bytea NOT NULL,
    format          text NOT NULL,
    profile_id      bigint,
    received_at     timestamptz NOT NULL,
    received_by     text NOT NULL,
    state           text NOT NULL DEFAULT 'received',
    progress        jsonb NOT NULL DEFAULT '{}',
    preview         jsonb NOT NULL DEFAULT '{}',
    line_count      integer NOT NULL DEFAULT 0,
    new_line_count  integer NOT NULL DEFAULT 0,
    ended_at        timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT import_of_a_known_account FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id),
    CONSTRAINT import_state_is_known CHECK (state IN ('received', 'read', 'refused', 'imported', 'discarded'))
);
CREATE UNIQUE INDEX import_public_id ON bank_import (tenant_id, public_id);
CREATE UNIQUE INDEX import_file_is_imported_once ON bank_import (tenant_id, bank_account_id, sha256)
    WHERE state NOT IN ('refused', 'discarded');
CREATE INDEX import_recent ON bank_import (tenant_id, received_at DESC);
CALL protect_tenant_table('bank_import');
GRANT INSERT, UPDATE (state, progress, preview, format, line_count, new_line_count, ended_at) ON bank_import TO plumbline_app;

CREATE TABLE bank_file (
    tenant_id integer NOT NULL,
    import_id bigint NOT NULL,
    content   bytea NOT NULL,
    PRIMARY KEY (tenant_id, import_id),
    CONSTRAINT file_of_a_known_import FOREIGN KEY (tenant_id, import_id) REFERENCES bank_import (tenant_id, id)
);
CALL protect_tenant_table('bank_file');
CALL make_append_only('bank_file');

-- in_force: the statement adds up. Lines of one that does not are kept, count nowhere, and its days are UNKNOWN.
-- intraday: a report of a day that is not over. Its lines are expected, count nowhere, and it says nothing of any day.
CREATE TABLE bank_statement (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    public_id       uuid NOT NULL DEFAULT gen_random_uuid(),
    bank_account_id bigint NOT NULL,
    import_id       bigint NOT NULL,
    statement_ref   text NOT NULL,
    sequence        text NOT NULL,
    from_on         date NOT NULL,
    until_on        date NOT NULL,
    opening_minor   numeric,
    closing_minor   numeric,
    line_count      integer NOT NULL,
    in_force        boolean NOT NULL,
    intraday        boolean NOT NULL DEFAULT false,
    findings        jsonb NOT NULL,
    imported_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT statement_of_a_known_import FOREIGN KEY (tenant_id, import_id) REFERENCES bank_import (tenant_id, id),
    CONSTRAINT statement_range_is_half_open CHECK (from_on < until_on),
    CONSTRAINT statement_intraday_is_never_in_force CHECK (NOT (intraday AND in_force)),
    CONSTRAINT statement_in_force_states_balances CHECK (NOT in_force OR (opening_minor IS NOT NULL AND closing_minor IS NOT NULL))
);
CREATE INDEX statement_by_day ON bank_statement (tenant_id, bank_account_id, until_on, id);
CALL protect_tenant_table('bank_statement');
CALL make_append_only('bank_statement');

CREATE TABLE bank_line (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    bank_account_id bigint NOT NULL,
    statement_id    bigint NOT NULL,
    number          integer NOT NULL,
    reference       text NOT NULL,
    reference_key   text COLLATE "C" NOT NULL GENERATED ALWAYS AS (reference_key(reference)) STORED,
    batch_reference text NOT NULL,
    amount_minor    numeric NOT NULL,
    value_on        date,
    booked_on       date,
    counts_on       date NOT NULL GENERATED ALWAYS AS (coalesce(value_on, booked_on)) STORED,
    counts          boolean NOT NULL,
    status          text NOT NULL,
    code            text NOT NULL,
    kind            text NOT NULL,
    charge_minor    numeric,
    bank_id         text NOT NULL,
    narrative       text NOT NULL,
    counterparty    text NOT NULL,
    raw             jsonb NOT NULL,
    identity        uuid NOT NULL,
    occurrence      integer NOT NULL,
    imported_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT line_status_is_known CHECK (status IN ('BOOK', 'PDNG', 'INFO', 'FUTR')),
    CONSTRAINT line_counts_only_when_booked CHECK (NOT counts OR status = 'BOOK'),
    CONSTRAINT line_amount_is_an_integer CHECK (
        amount_minor = trunc(amount_minor) AND abs(amount_minor) < 1e60 AND amount_minor <> 'NaN'),
    CONSTRAINT line_charge_is_positive CHECK (charge_minor > 0 AND charge_minor = trunc(charge_minor)),
    CONSTRAINT line_kind_is_known CHECK (kind IN ('', 'fee', 'interest', 'adjustment'))
);
CREATE INDEX line_by_day ON bank_line (tenant_id, bank_account_id, counts_on, id);
CREATE INDEX line_by_reference ON bank_line (tenant_id, reference_key) WHERE reference_key <> '';
CREATE INDEX line_by_statement ON bank_line (tenant_id, statement_id, number);
CREATE UNIQUE INDEX line_is_stored_once ON bank_line (tenant_id, bank_account_id, identity, occurrence) WHERE counts;
CALL protect_tenant_table('bank_line');
CALL make_append_only('bank_line');

-- Statement level, as a row-level foreign key over a hundred thousand lines costs more than the lines themselves.
CREATE FUNCTION guard.lines_have_their_statement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT tenant_id, statement_id, bank_account_id, counts FROM added) n
                 LEFT JOIN bank_statement s ON s.tenant_id = n.tenant_id AND s.id = n.statement_id
                       AND s.bank_account_id = n.bank_account_id
                WHERE s.id IS NULL OR (n.counts AND NOT s.in_force)) THEN
        RAISE EXCEPTION 'a line needs its own statement, in force when the line counts'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'line_of_a_known_statement', TABLE = 'bank_line';
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.lines_have_their_statement() OWNER TO plumbline_check;
CREATE TRIGGER lines_have_their_statement AFTER INSERT ON bank_line
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard.lines_have_their_statement();

-- Days are cut again only to the last one, for a later version of the calendar that takes effect in them, and never where
-- evidence stands: a statement here, a check by its own key.
CREATE FUNCTION guard.days_are_recut_for_a_reason() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM gone g JOIN bank_period p ON p.tenant_id = g.tenant_id AND p.bank_account_id = g.bank_account_id
                     AND p.ordinal > g.ordinal) THEN
        RAISE EXCEPTION 'settlement days are taken away from the last one backwards'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'period_recut_to_the_end', TABLE = 'bank_period';
    END IF;
    IF EXISTS (SELECT FROM gone g JOIN bank_statement s ON s.tenant_id = g.tenant_id AND s.bank_account_id = g.bank_account_id
                     AND NOT s.intraday AND s.from_on < g.until_on AND s.until_on > g.day) THEN
        RAISE EXCEPTION 'a settlement day that a statement covers is not cut again'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'period_with_evidence_stands', TABLE = 'bank_period';
    END IF;
    IF EXISTS (SELECT FROM gone g WHERE NOT EXISTS (
            SELECT FROM bank_calendar c WHERE c.tenant_id = g.tenant_id AND c.bank_account_id = g.bank_account_id
                    AND c.id > g.calendar_id AND c.effective_from <= g.until_on)) THEN
        RAISE EXCEPTION 'a settlement day is cut again only by a later version of its calendar'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'period_recut_by_a_later_version', TABLE = 'bank_period';
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.days_are_recut_for_a_reason() OWNER TO plumbline_check;
CREATE TRIGGER days_are_recut_for_a_reason AFTER DELETE ON bank_period REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION guard.days_are_recut_for_a_reason();
