-- The fifth and sixth step of a recovery: what corrects a gap or accepts it, what was seen of it since, which drafts close the way that it
-- came in by, and how the planes compare afterwards. Nothing is ever edited.
CREATE TABLE recovery_remedy ( -- a request that corrects a gap
    tenant_id   integer NOT NULL,
    run_id      bigint NOT NULL,
    gap_id      bigint NOT NULL,
    request_id  bigint NOT NULL,
    tied_at     timestamptz NOT NULL,
    tied_by     text NOT NULL,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, gap_id, request_id),
    CONSTRAINT remedy_of_a_known_gap FOREIGN KEY (tenant_id, gap_id) REFERENCES recovery_gap (tenant_id, id),
    CONSTRAINT remedy_is_a_known_request FOREIGN KEY (tenant_id, request_id) REFERENCES approval_request (tenant_id, id)
);
CREATE INDEX remedy_by_recovery ON recovery_remedy (tenant_id, run_id, gap_id);
CREATE INDEX remedy_by_request ON recovery_remedy (tenant_id, request_id);
CALL protect_tenant_table('recovery_remedy');
CALL make_append_only('recovery_remedy');

CREATE TABLE recovery_acceptance ( -- nothing to correct, as two people say
    tenant_id   integer NOT NULL,
    run_id      bigint NOT NULL,
    gap_id      bigint NOT NULL,
    reason      text NOT NULL,
    accepted_at timestamptz NOT NULL,
    asked_by    text NOT NULL,
    accepted_by text NOT NULL,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, gap_id),
    CONSTRAINT acceptance_of_a_known_gap FOREIGN KEY (tenant_id, gap_id) REFERENCES recovery_gap (tenant_id, id),
    CONSTRAINT acceptance_says_why CHECK (length(reason) BETWEEN 20 AND 4000)
);
CREATE INDEX acceptance_by_recovery ON recovery_acceptance (tenant_id, run_id, gap_id);
CALL protect_tenant_table('recovery_acceptance');
CALL make_append_only('recovery_acceptance');

CREATE TABLE recovery_recheck ( -- a gap judged anew after it was corrected; the last one counts
    tenant_id integer NOT NULL,
    id        bigint GENERATED ALWAYS AS IDENTITY,
    run_id    bigint NOT NULL,
    gap_id    bigint NOT NULL,
    at        timestamptz NOT NULL,
    gone      boolean NOT NULL,
    says      text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT recheck_of_a_known_gap FOREIGN KEY (tenant_id, gap_id) REFERENCES recovery_gap (tenant_id, id),
    CONSTRAINT recheck_says_what_is_left CHECK (gone = (says = ''))
);
CREATE INDEX recheck_by_gap ON recovery_recheck (tenant_id, run_id, gap_id, id);
CALL protect_tenant_table('recovery_recheck');
CALL make_append_only('recovery_recheck');

CREATE TABLE recovery_draft ( -- a checkpoint drafted against a path that drift came by
    tenant_id   integer NOT NULL,
    run_id      bigint NOT NULL,
    version_id  bigint NOT NULL,
    path        jsonb NOT NULL,
    tied_at     timestamptz NOT NULL,
    tied_by     text NOT NULL,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, run_id, version_id),
    CONSTRAINT draft_of_a_known_recovery FOREIGN KEY (tenant_id, run_id) REFERENCES recovery_run (tenant_id, id),
    CONSTRAINT draft_is_a_known_version FOREIGN KEY (tenant_id, version_id) REFERENCES checkpoint_version (tenant_id, id)
);
CALL protect_tenant_table('recovery_draft');
CALL make_append_only('recovery_draft');

CREATE TABLE recovery_measure ( -- of how many of the gaps' moves a draft would have blocked, by its backtest over the period
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    run_id          bigint NOT NULL,
    version_id      bigint NOT NULL,
    backtest_id     bigint NOT NULL,
    document_sha256 bytea NOT NULL,
    blocked         bigint NOT NULL,
    moves           bigint NOT NULL,
    measured_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT measure_of_a_known_draft FOREIGN KEY (tenant_id, run_id, version_id) REFERENCES recovery_draft (tenant_id, run_id, version_id),
    CONSTRAINT measure_is_of_its_backtest FOREIGN KEY (tenant_id, backtest_id) REFERENCES policy_backtest (tenant_id, id),
    CONSTRAINT measure_counts_within CHECK (blocked BETWEEN 0 AND moves)
);
CREATE INDEX measure_by_draft ON recovery_measure (tenant_id, run_id, version_id, id);
CALL protect_tenant_table('recovery_measure');
CALL make_append_only('recovery_measure');

CREATE TABLE recovery_comparison ( -- the planes of the scope afterwards; `unexplained` differences are neither gaps nor accepted
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    run_id      bigint NOT NULL,
    at          timestamptz NOT NULL,
    document    text NOT NULL,
    sha256      bytea NOT NULL,
    unexplained bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT comparison_of_a_known_recovery FOREIGN KEY (tenant_id, run_id) REFERENCES recovery_run (tenant_id, id),
    CONSTRAINT comparison_digest_is_of_its_document CHECK (sha256 = sha256(convert_to(document, 'UTF8'))),
    CONSTRAINT comparison_counts CHECK (unexplained >= 0)
);
CREATE INDEX comparison_by_recovery ON recovery_comparison (tenant_id, run_id, id);
CALL protect_tenant_table('recovery_comparison');
CALL make_append_only('recovery_comparison');

CREATE TABLE recovery_plan ( -- another planned end of the freeze, or another owner; the last one counts
    tenant_id    integer NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    run_id       bigint NOT NULL,
    freeze_until timestamptz NOT NULL,
    owner_id     bigint NOT NULL REFERENCES reconciliation_person,
    owner        text NOT NULL,
    reason       text NOT NULL,
    changed_at   timestamptz NOT NULL,
    changed_by   text NOT NULL,
    decision_id  bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT plan_of_a_known_recovery FOREIGN KEY (tenant_id, run_id) REFERENCES recovery_run (tenant_id, id),
    CONSTRAINT plan_says_why CHECK (length(reason) BETWEEN 20 AND 2000)
);
CREATE INDEX plan_by_recovery ON recovery_plan (tenant_id, run_id, id);
CALL protect_tenant_table('recovery_plan');
CALL make_append_only('recovery_plan');
