-- What is behind the differences of a cause, in the words of a person who owns up to it, and the item of work that will end it.
-- Said once and never edited; it counts once a second person, by name, has confirmed it. What is said later of the same cause stands
-- beside it, and takes its place once that is confirmed too.
CREATE TABLE review_cause (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    cause           smallint,
    exception_class text NOT NULL,
    first_on        date NOT NULL,
    last_on         date NOT NULL,
    root            text NOT NULL,
    owner           text NOT NULL,
    item            text NOT NULL,
    due_on          date,
    person_id       bigint NOT NULL REFERENCES reconciliation_person,
    written_by      text NOT NULL,
    written_at      timestamptz NOT NULL,
    sent_key        text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT cause_written_by_one_person UNIQUE (tenant_id, id, person_id),
    CONSTRAINT cause_is_sent_once UNIQUE (tenant_id, sent_key),
    CONSTRAINT cause_of_bank_drift_is_known CHECK (cause BETWEEN 1 AND 6),
    CONSTRAINT cause_class_is_known CHECK (exception_class IN ('amount_mismatch', 'reference_mismatch', 'duplicate_observation',
        'timing_skew', 'rail_or_asset_mismatch', 'policy_hold', 'ambiguous_finality', 'missing_counterpart', 'illegal_transition',
        'unmodelled_bank_item')),
    CONSTRAINT cause_owner_is_known CHECK (owner IN ('support', 'treasury', 'engineering', 'finance')),
    CONSTRAINT cause_says_what_and_who CHECK (length(btrim(root)) BETWEEN 1 AND 500 AND length(btrim(item)) BETWEEN 1 AND 140),
    CONSTRAINT cause_days_are_in_order CHECK (first_on <= last_on)
);
CREATE INDEX cause_by_day ON review_cause (tenant_id, last_on);
CALL protect_tenant_table('review_cause');
CALL make_append_only('review_cause');

CREATE TABLE review_cause_confirmed (
    tenant_id    integer NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    cause_id     bigint NOT NULL,
    written_by   bigint NOT NULL,
    person_id    bigint NOT NULL REFERENCES reconciliation_person,
    confirmed_by text NOT NULL,
    confirmed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT cause_is_confirmed_once UNIQUE (tenant_id, cause_id),
    CONSTRAINT cause_confirmed_is_known FOREIGN KEY (tenant_id, cause_id, written_by) REFERENCES review_cause (tenant_id, id, person_id),
    CONSTRAINT cause_confirmed_by_another_person CHECK (person_id <> written_by)
);
CALL protect_tenant_table('review_cause_confirmed');
CALL make_append_only('review_cause_confirmed');
