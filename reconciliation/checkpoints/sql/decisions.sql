-- What policy said about each move. Every write that moves money or a state carries one of these ids, NOT NULL.
-- Set-based work records one decision per run, rule and class, with the count and digest of its subjects.
CREATE DOMAIN policy_outcome AS text
    CONSTRAINT decision_outcome_is_known CHECK (VALUE IN ('automatic', 'approval', 'forbidden'));
CREATE DOMAIN subject_count AS bigint
    CONSTRAINT decision_counts_its_subjects CHECK (VALUE >= 0);

CREATE TABLE checkpoint_decision (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    at              timestamptz NOT NULL,
    policy          text NOT NULL,
    policy_version  integer NOT NULL,
    move            text NOT NULL,
    inputs          jsonb NOT NULL,
    outcome         policy_outcome NOT NULL,
    rule            text NOT NULL,
    reason          text NOT NULL,
    quorum          smallint NOT NULL,
    subject_count   subject_count NOT NULL,
    subjects_sha256 bytea NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT decision_quorum_follows_outcome CHECK ((outcome = 'approval') = (quorum > 0))
);
CALL protect_tenant_table('checkpoint_decision');
CALL make_append_only('checkpoint_decision');
