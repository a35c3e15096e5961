-- What policy said about each move. Every write that moves money or a state carries one of these ids, NOT NULL.
-- Set-based work records one decision per run, rule and class, with the count and digest of its subjects.
CREATE TABLE checkpoint_decision (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    at              timestamptz NOT NULL,
    policy          text NOT NULL,
    policy_version  integer NOT NULL,
    move            text NOT NULL,
    inputs          jsonb NOT NULL,
    outcome         text NOT NULL,
    rule            text NOT NULL,
    reason          text NOT NULL,
    quorum          smallint NOT NULL,
    subject_count   bigint NOT NULL,
    subjects_sha256 bytea NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT decision_outcome_is_known CHECK (outcome IN ('automatic', 'approval', 'forbidden')),
    CONSTRAINT decision_quorum_follows_outcome CHECK ((outcome = 'approval') = (quorum > 0)),
    CONSTRAINT decision_counts_its_subjects CHECK (subject_count >= 0)
);
CREATE INDEX decision_by_move ON checkpoint_decision (tenant_id, move, id);
CALL protect_tenant_table('checkpoint_decision');
CALL make_append_only('checkpoint_decision');
