-- Drift checks: what a reconciled account and its bank said about one settlement day, as seen at two as-of times.
-- Immutable; a later check of the same day supersedes, it never rewrites.
CREATE TABLE drift_check (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    public_id       uuid NOT NULL DEFAULT gen_random_uuid(),
    bank_account_id bigint NOT NULL,
    day             date NOT NULL,
    run_id          bigint NOT NULL,
    ledger_as_of    timestamptz NOT NULL,
    statement_as_of timestamptz NOT NULL,
    verdict         text NOT NULL,
    timing_only     boolean NOT NULL,
    ledger_total    numeric NOT NULL,
    statement_total numeric,
    drift           numeric,
    gross           numeric,
    unexplained     numeric,
    open_count      integer NOT NULL,
    entry_count     bigint NOT NULL,
    line_count      bigint NOT NULL,
    unknown_because jsonb NOT NULL,
    checked_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT check_of_a_known_period FOREIGN KEY (tenant_id, bank_account_id, day)
        REFERENCES bank_period (tenant_id, bank_account_id, day),
    CONSTRAINT check_verdict_is_known CHECK (verdict IN ('CLEAN', 'DRIFTED', 'UNKNOWN')),
    CONSTRAINT check_unknown_states_no_drift CHECK ((verdict = 'UNKNOWN') = (drift IS NULL)
        AND (drift IS NULL) = (statement_total IS NULL) AND (drift IS NULL) = (unexplained IS NULL) AND (drift IS NULL) = (gross IS NULL)),
    CONSTRAINT check_drift_is_the_difference CHECK (drift = ledger_total - statement_total),
    CONSTRAINT check_clean_means_zero_and_nothing_open CHECK (verdict <> 'CLEAN' OR (drift = 0 AND open_count = 0 AND unexplained = 0)),
    CONSTRAINT check_timing_only_is_drifted CHECK (NOT timing_only OR verdict = 'DRIFTED')
);
CREATE UNIQUE INDEX check_public_id ON drift_check (tenant_id, public_id);
CREATE INDEX check_latest ON drift_check (tenant_id, bank_account_id, day, id DESC);
CALL protect_tenant_table('drift_check');
CALL make_append_only('drift_check');

-- Which check of a day stands: the latest, kept beside the checks by the database itself, so that whoever asks what is
-- still open reads the days that are and not the history of all.
CREATE TABLE drift_standing (
    tenant_id       integer NOT NULL,
    bank_account_id bigint NOT NULL,
    day             date NOT NULL,
    check_id        bigint NOT NULL,
    verdict         text NOT NULL,
    PRIMARY KEY (tenant_id, bank_account_id, day),
    CONSTRAINT standing_of_a_known_check FOREIGN KEY (tenant_id, check_id) REFERENCES drift_check (tenant_id, id)
);
CREATE INDEX standing_open ON drift_standing (tenant_id, bank_account_id, day) WHERE verdict <> 'CLEAN';
CALL protect_tenant_table('drift_standing');

CREATE FUNCTION guard.latest_checks_stand() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO drift_standing AS s (tenant_id, bank_account_id, day, check_id, verdict)
    SELECT DISTINCT ON (tenant_id, bank_account_id, day) tenant_id, bank_account_id, day, id, verdict
      FROM added ORDER BY tenant_id, bank_account_id, day, id DESC
    ON CONFLICT (tenant_id, bank_account_id, day) DO UPDATE SET check_id = excluded.check_id, verdict = excluded.verdict
     WHERE s.check_id < excluded.check_id;
    RETURN NULL;
END $$;
GRANT INSERT, UPDATE ON drift_standing TO plumbline_check;
ALTER FUNCTION guard.latest_checks_stand() OWNER TO plumbline_check;
CREATE TRIGGER latest_checks_stand AFTER INSERT ON drift_check REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION guard.latest_checks_stand();

-- The named differences. Σ contribution_minor of a check = its drift − unexplained.
CREATE TABLE drift_contribution (
    tenant_id          integer NOT NULL,
    check_id           bigint NOT NULL,
    position           integer NOT NULL,
    exception_class    text NOT NULL,
    cause              smallint,
    rule               smallint NOT NULL,
    contribution_minor numeric NOT NULL,
    reason             text NOT NULL,
    reference          text NOT NULL,
    payment_ids        text[] NOT NULL,
    entry_refs         text[] NOT NULL,
    line_ids           bigint[] NOT NULL,
    case_id            bigint,
    PRIMARY KEY (tenant_id, check_id, position),
    CONSTRAINT contribution_of_a_known_check FOREIGN KEY (tenant_id, check_id) REFERENCES drift_check (tenant_id, id),
    CONSTRAINT contribution_cause_in_range CHECK (cause BETWEEN 1 AND 6)
);
CALL protect_tenant_table('drift_contribution');
CALL make_append_only('drift_contribution');
