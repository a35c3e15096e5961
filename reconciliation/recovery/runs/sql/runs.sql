-- Recovery runs: drift of a period brought to an end in six steps, each opened by the one before. Nothing here is ever edited: a run,
-- the steps that were done, the gaps that the third one found, the classes that people gave them and how it ended are rows of their own.
CREATE TABLE recovery_run (
    tenant_id    integer NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    number       bigint NOT NULL,
    title        text NOT NULL,
    planes       text[] NOT NULL,
    first_on     date NOT NULL, -- [first_on, until_on), days in UTC
    until_on     date NOT NULL,
    accounts     text[], -- names of accounts at providers; without one, all
    payments     text[], -- payment ids; without one, all
    led_by       text NOT NULL, -- the signal or case that led to it
    owner_id     bigint NOT NULL REFERENCES reconciliation_person,
    owner        text NOT NULL,
    freeze_until timestamptz NOT NULL, -- as planned; the freeze ends with the run and never by itself
    opened_at    timestamptz NOT NULL,
    opened_by    text NOT NULL,
    sent_key     text NOT NULL, -- of the form that was sent, which is one run however often it is sent
    document     text NOT NULL, -- canonical JSON of the above, with the terms that are pinned
    sha256       bytea NOT NULL,
    decision_id  bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT recovery_number_is_unique UNIQUE (tenant_id, number),
    CONSTRAINT recovery_sent_once UNIQUE (tenant_id, sent_key),
    CONSTRAINT recovery_has_a_title CHECK (length(title) BETWEEN 1 AND 140),
    CONSTRAINT recovery_says_what_led_to_it CHECK (length(led_by) BETWEEN 1 AND 300),
    CONSTRAINT recovery_planes_are_known CHECK (planes <@ ARRAY['commerce', 'provider', 'ledger', 'bank'] AND planes @> ARRAY['commerce', 'provider']),
    CONSTRAINT recovery_period_is_half_open CHECK (first_on < until_on AND until_on - first_on <= 400),
    CONSTRAINT recovery_scope_names_something CHECK (cardinality(accounts) > 0 AND cardinality(payments) > 0),
    CONSTRAINT recovery_freeze_is_planned_ahead CHECK (freeze_until > opened_at),
    CONSTRAINT recovery_digest_is_of_its_document CHECK (sha256 = sha256(convert_to(document, 'UTF8'))),
    CONSTRAINT recovery_document_is_its_own CHECK (document IS JSON OBJECT AND document::jsonb->>'run' = 'RR-' || number)
);
CALL protect_tenant_table('recovery_run');
CALL make_append_only('recovery_run');

-- A step that is done. `document` says what was done, its figures and digests; `sha256` is over the digest before and the document, so
-- that no step can be exchanged without those after it.
CREATE TABLE recovery_step (
    tenant_id   integer NOT NULL,
    run_id      bigint NOT NULL,
    step        smallint NOT NULL,
    done_at     timestamptz NOT NULL,
    done_by     text NOT NULL,
    document    text NOT NULL,
    previous    bytea NOT NULL,
    sha256      bytea NOT NULL,
    freeze_id   bigint,
    bundle_id   bigint,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, run_id, step),
    CONSTRAINT recovery_step_of_a_known_run FOREIGN KEY (tenant_id, run_id) REFERENCES recovery_run (tenant_id, id),
    CONSTRAINT recovery_step_is_one_of_them CHECK (step BETWEEN 1 AND 6),
    CONSTRAINT recovery_step_has_its_freeze FOREIGN KEY (tenant_id, freeze_id) REFERENCES freeze_window (tenant_id, id),
    CONSTRAINT recovery_freezes_first CHECK ((step = 1) = (freeze_id IS NOT NULL)),
    CONSTRAINT recovery_step_has_its_bundle FOREIGN KEY (tenant_id, bundle_id) REFERENCES evidence_bundle (tenant_id, id),
    CONSTRAINT recovery_exports_second CHECK ((step = 2) = (bundle_id IS NOT NULL)),
    CONSTRAINT recovery_freeze_is_its_own UNIQUE (tenant_id, freeze_id),
    CONSTRAINT recovery_step_is_chained CHECK (length(previous) = 32 AND sha256 = sha256(previous || convert_to(document, 'UTF8')))
);
CALL protect_tenant_table('recovery_step');
CALL make_append_only('recovery_step');

-- What the re-run found, stored once. Money in minor units of `asset`, signed: received less ordered.
CREATE TABLE recovery_gap (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    run_id          bigint NOT NULL,
    number          bigint NOT NULL,
    fingerprint     bytea NOT NULL,
    payment_id      text NOT NULL,
    order_ref       text NOT NULL,
    payment_ref     text NOT NULL,
    kind            text NOT NULL,
    reason          text NOT NULL,
    suggested_class text NOT NULL,
    signs           jsonb NOT NULL, -- [[what is looked for, whether it was found], …]
    value_minor     numeric NOT NULL,
    ordered_minor   numeric,
    asset           text NOT NULL,
    since_at        timestamptz NOT NULL,
    evidence        jsonb NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT gap_of_a_known_recovery FOREIGN KEY (tenant_id, run_id) REFERENCES recovery_run (tenant_id, id),
    CONSTRAINT gap_number_is_unique UNIQUE (tenant_id, number),
    CONSTRAINT gap_is_stored_once UNIQUE (tenant_id, run_id, fingerprint),
    CONSTRAINT gap_fingerprint_is_whole CHECK (length(fingerprint) = 32),
    CONSTRAINT gap_amounts_are_whole CHECK (value_minor = trunc(value_minor) AND ordered_minor = trunc(ordered_minor)),
    CONSTRAINT gap_class_is_of_the_taxonomy CHECK (suggested_class IN ('amount_mismatch', 'reference_mismatch', 'duplicate_observation',
        'timing_skew', 'rail_or_asset_mismatch', 'policy_hold', 'ambiguous_finality', 'missing_counterpart', 'illegal_transition',
        'unmodelled_bank_item'))
);
CREATE INDEX gap_by_recovery ON recovery_gap (tenant_id, run_id, number);
CALL protect_tenant_table('recovery_gap');
CALL make_append_only('recovery_gap');

-- The class that a person gave a gap; set anew it is another row, and the last one counts.
CREATE TABLE recovery_class (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    run_id          bigint NOT NULL,
    gap_id          bigint NOT NULL,
    exception_class text NOT NULL,
    set_at          timestamptz NOT NULL,
    set_by_id       bigint NOT NULL REFERENCES reconciliation_person,
    set_by          text NOT NULL,
    sent_key        text NOT NULL,
    decision_id     bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT class_sent_once UNIQUE (tenant_id, gap_id, sent_key),
    CONSTRAINT class_of_a_known_gap FOREIGN KEY (tenant_id, gap_id) REFERENCES recovery_gap (tenant_id, id),
    CONSTRAINT class_is_of_the_taxonomy CHECK (exception_class IN ('amount_mismatch', 'reference_mismatch', 'duplicate_observation',
        'timing_skew', 'rail_or_asset_mismatch', 'policy_hold', 'ambiguous_finality', 'missing_counterpart', 'illegal_transition',
        'unmodelled_bank_item'))
);
CREATE INDEX class_by_gap ON recovery_class (tenant_id, run_id, gap_id, id);
CALL protect_tenant_table('recovery_class');
CALL make_append_only('recovery_class');

CREATE TABLE recovery_end (
    tenant_id   integer NOT NULL,
    run_id      bigint NOT NULL,
    how         text NOT NULL,
    ended_at    timestamptz NOT NULL,
    ended_by    text NOT NULL,
    reason      text NOT NULL,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, run_id),
    CONSTRAINT end_of_a_known_recovery FOREIGN KEY (tenant_id, run_id) REFERENCES recovery_run (tenant_id, id),
    CONSTRAINT recovery_ends_are_known CHECK (how IN ('withdrawn', 'stopped', 'closed')),
    CONSTRAINT recovery_end_says_why CHECK (length(reason) BETWEEN 20 AND 4000)
);
CALL protect_tenant_table('recovery_end');
CALL make_append_only('recovery_end');
