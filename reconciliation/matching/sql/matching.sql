-- Matches between a reconciled ledger account and its bank lines. A match is a group of rows whose sums are equal on
-- every day they count on; its legs hold each row once. What is not settled is not stored here: it is found anew by
-- every run and stated, immutably, in the contributions of a drift check.

-- Tolerances and forms, versioned and never edited; a change is a new version with its own decision.
CREATE TABLE matcher_version (
    tenant_id         integer NOT NULL,
    id                bigint GENERATED ALWAYS AS IDENTITY,
    plane_pair        text NOT NULL,
    number            integer NOT NULL,
    value_date_days   smallint NOT NULL,
    amount_tolerance  jsonb NOT NULL,
    reference_form    text NOT NULL,
    narrative_pattern text NOT NULL,
    decision_id       bigint NOT NULL,
    active_from       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT matcher_number_is_unique UNIQUE (tenant_id, plane_pair, number),
    CONSTRAINT matcher_plane_pair_is_known CHECK (plane_pair IN ('ledger-bank')),
    CONSTRAINT matcher_reference_form_is_known CHECK (reference_form IN ('letters_and_digits', 'exact')),
    CONSTRAINT matcher_window_in_range CHECK (value_date_days BETWEEN 0 AND 30)
);
CALL protect_tenant_table('matcher_version');
CALL make_append_only('matcher_version');

-- A run pins the matcher version and one as-of per plane. The unique key makes a second beat harmless.
CREATE TABLE match_run (
    tenant_id          integer NOT NULL,
    id                 bigint GENERATED ALWAYS AS IDENTITY,
    number             bigint NOT NULL,
    bank_account_id    bigint NOT NULL,
    from_day           date NOT NULL,
    until_day          date NOT NULL,
    matcher_version_id bigint NOT NULL,
    ledger_as_of       timestamptz NOT NULL,
    statement_as_of    timestamptz NOT NULL,
    asked_by           text NOT NULL,
    unique_key         text NOT NULL,
    entry_count        bigint NOT NULL,
    line_count         bigint NOT NULL,
    matched_count      bigint NOT NULL,
    decision_id        bigint NOT NULL,
    digest             bytea NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT run_is_unique UNIQUE (tenant_id, bank_account_id, unique_key),
    CONSTRAINT run_of_a_known_account FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id),
    CONSTRAINT run_pins_a_known_matcher FOREIGN KEY (tenant_id, matcher_version_id) REFERENCES matcher_version (tenant_id, id),
    CONSTRAINT run_days_are_half_open CHECK (from_day < until_day)
);
CALL protect_tenant_table('match_run');
CALL make_append_only('match_run');

-- rule: reconciliation/matching/reasons.py says each code in words. decision_id: one per run and rule.
CREATE TABLE match (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    bank_account_id bigint NOT NULL,
    run_id          bigint NOT NULL,
    decision_id     bigint NOT NULL,
    day             date NOT NULL,
    rule            smallint NOT NULL,
    days_apart      smallint NOT NULL,
    retired_by      bigint,
    PRIMARY KEY (tenant_id, id)
);
CALL protect_tenant_table('match');
GRANT INSERT, UPDATE (retired_by) ON match TO plumbline_app;

-- side: 0 ledger (row_id transaction, leg its leg), 1 bank (row_id line, leg 0). The key is the rule "each row once".
CREATE TABLE match_leg (
    tenant_id integer NOT NULL,
    side      smallint NOT NULL,
    row_id    bigint NOT NULL,
    leg       smallint NOT NULL,
    match_id  bigint NOT NULL,
    PRIMARY KEY (tenant_id, side, row_id, leg),
    CONSTRAINT leg_side_is_known CHECK (side IN (0, 1))
);
CREATE INDEX leg_by_match ON match_leg (tenant_id, match_id);
CALL protect_tenant_table('match_leg');
GRANT INSERT, DELETE ON match_leg TO plumbline_app;

-- A leg set free again, when a later row of the same reference re-opens the match. Nothing of the history is lost.
CREATE TABLE match_leg_retired (
    tenant_id integer NOT NULL,
    side      smallint NOT NULL,
    row_id    bigint NOT NULL,
    leg       smallint NOT NULL,
    match_id  bigint NOT NULL,
    run_id    bigint NOT NULL,
    PRIMARY KEY (tenant_id, match_id, side, row_id, leg)
);
CALL protect_tenant_table('match_leg_retired');
CALL make_append_only('match_leg_retired');

-- counted_on where it differs from effective_on: the part of an entry that a line of another day took.
CREATE TABLE counted_shift (
    tenant_id       integer NOT NULL,
    bank_account_id bigint NOT NULL,
    transaction_id  bigint NOT NULL,
    leg             smallint NOT NULL,
    part            smallint NOT NULL,
    match_id        bigint NOT NULL,
    from_day        date NOT NULL,
    counted_on      date NOT NULL,
    signed_minor    numeric NOT NULL,
    PRIMARY KEY (tenant_id, transaction_id, leg, part)
);
CREATE INDEX shift_out ON counted_shift (tenant_id, bank_account_id, from_day);
CREATE INDEX shift_in ON counted_shift (tenant_id, bank_account_id, counted_on);
CREATE INDEX shift_by_match ON counted_shift (tenant_id, match_id);
CALL protect_tenant_table('counted_shift');
GRANT INSERT, DELETE ON counted_shift TO plumbline_app;

-- Statement-level checks instead of row-level foreign keys (those cost six times the write): every leg names a match that
-- is not retired, of this tenant; a match made in this statement has both its legs when the transaction ends.
CREATE FUNCTION guard.legs_have_their_match() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added n LEFT JOIN match m ON m.tenant_id = n.tenant_id AND m.id = n.match_id
                WHERE m.id IS NULL OR m.retired_by IS NOT NULL) THEN
        RAISE EXCEPTION 'a leg needs a standing match of its own tenant'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'leg_of_a_standing_match', TABLE = 'match_leg';
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.legs_have_their_match() OWNER TO plumbline_check;
CREATE TRIGGER legs_have_their_match AFTER INSERT ON match_leg
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard.legs_have_their_match();
