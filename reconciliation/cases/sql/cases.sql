-- Exception cases: the work that differences make. A case keeps its identity, age, owner and notes over all runs.
CREATE TABLE exception_case (
    tenant_id          integer NOT NULL,
    id                 bigint GENERATED ALWAYS AS IDENTITY,
    number             bigint NOT NULL,
    bank_account_id    bigint NOT NULL,
    day                date NOT NULL,
    exception_class    text NOT NULL,
    cause              smallint,
    title              text NOT NULL,
    contribution_minor numeric NOT NULL,
    currency           text NOT NULL,
    payment_id         text NOT NULL DEFAULT '',
    reference          text NOT NULL DEFAULT '',
    severity           smallint NOT NULL,
    state              text NOT NULL,
    owner_id           bigint REFERENCES reconciliation_person,
    due_at             timestamptz NOT NULL,
    snoozed_until      timestamptz,
    opened_at          timestamptz NOT NULL,
    opened_run_id      bigint NOT NULL,
    seen_run_id        bigint NOT NULL,
    run_count          integer NOT NULL DEFAULT 1,
    resolved_at        timestamptz,
    resolution         text NOT NULL DEFAULT '',
    evidence           jsonb NOT NULL,
    decision_id        bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT case_number_is_unique UNIQUE (tenant_id, number),
    CONSTRAINT case_class_is_known CHECK (exception_class IN ('amount_mismatch', 'reference_mismatch', 'duplicate_observation',
        'timing_skew', 'rail_or_asset_mismatch', 'policy_hold', 'ambiguous_finality', 'missing_counterpart', 'illegal_transition',
        'unmodelled_bank_item')),
    CONSTRAINT case_state_is_known CHECK (state IN ('open', 'assigned', 'waiting_approval', 'resolved', 'snoozed', 'reopened')),
    CONSTRAINT case_resolved_says_how CHECK ((state = 'resolved') = (resolved_at IS NOT NULL) AND (state <> 'resolved' OR resolution <> '')),
    CONSTRAINT case_snoozed_has_its_end CHECK (state <> 'snoozed' OR snoozed_until IS NOT NULL),
    CONSTRAINT case_assigned_has_an_owner CHECK (state <> 'assigned' OR owner_id IS NOT NULL)
);
CREATE INDEX case_queue ON exception_case (tenant_id, due_at, id) WHERE state <> 'resolved';
CREATE INDEX case_by_day ON exception_case (tenant_id, bank_account_id, day);
CREATE INDEX case_by_payment ON exception_case (tenant_id, payment_id) WHERE payment_id <> '';
CREATE INDEX case_by_owner ON exception_case (tenant_id, owner_id, due_at, id) WHERE state <> 'resolved';
CALL protect_tenant_table('exception_case');
GRANT INSERT, UPDATE (day, exception_class, cause, title, contribution_minor, payment_id, reference, severity, state, owner_id, due_at,
    snoozed_until, seen_run_id, run_count, resolved_at, resolution, evidence, decision_id) ON exception_case TO plumbline_app;

-- Which row anchors which case: this is how the same break in the next run is the same case.
CREATE TABLE case_row (
    tenant_id integer NOT NULL,
    side      smallint NOT NULL,
    row_id    bigint NOT NULL,
    leg       smallint NOT NULL,
    day       date NOT NULL,
    case_id   bigint NOT NULL,
    PRIMARY KEY (tenant_id, side, row_id, leg, day),
    CONSTRAINT row_of_a_known_case FOREIGN KEY (tenant_id, case_id) REFERENCES exception_case (tenant_id, id)
);
CREATE INDEX row_by_case ON case_row (tenant_id, case_id);
CALL protect_tenant_table('case_row');
GRANT INSERT, UPDATE (case_id), DELETE ON case_row TO plumbline_app;

-- What happened to a case, in order: seen, assigned, noted, snoozed, asked, resolved. Notes are events with words.
CREATE TABLE case_event (
    tenant_id integer NOT NULL,
    id        bigint GENERATED ALWAYS AS IDENTITY,
    case_id   bigint NOT NULL,
    at        timestamptz NOT NULL,
    kind      text NOT NULL,
    actor     text NOT NULL,
    person_id bigint REFERENCES reconciliation_person,
    text      text NOT NULL,
    detail    jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT event_of_a_known_case FOREIGN KEY (tenant_id, case_id) REFERENCES exception_case (tenant_id, id),
    CONSTRAINT event_text_is_short CHECK (length(text) <= 4000)
);
CREATE INDEX event_by_case ON case_event (tenant_id, case_id, id);
CALL protect_tenant_table('case_event');
CALL make_append_only('case_event');

-- A frozen selection for a bulk act: exactly these cases, previewed, then done or refused.
CREATE TABLE case_selection (
    tenant_id  integer NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    public_id  uuid NOT NULL DEFAULT gen_random_uuid(),
    made_by    bigint NOT NULL REFERENCES reconciliation_person,
    made_at    timestamptz NOT NULL,
    act        text NOT NULL,
    case_ids   bigint[] NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT selection_has_a_limit CHECK (cardinality(case_ids) BETWEEN 1 AND 10000)
);
CREATE UNIQUE INDEX selection_public_id ON case_selection (tenant_id, public_id);
CALL protect_tenant_table('case_selection');
CALL make_append_only('case_selection');
