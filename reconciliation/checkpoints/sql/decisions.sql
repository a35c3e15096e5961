-- Checkpoints: policies, their versions, and what they said about each move. Every write that moves money or a state carries one
-- decision's id. Set-based work records one decision per run, rule and class, with the count and digest of its subjects.
CREATE DOMAIN policy_outcome AS text
    CONSTRAINT decision_outcome_is_known CHECK (VALUE IN ('automatic', 'approval', 'forbidden'));
CREATE DOMAIN subject_count AS bigint
    CONSTRAINT decision_counts_its_subjects CHECK (VALUE >= 0);

CREATE TABLE checkpoint_policy (
    tenant_id  integer NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    key        text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT policy_key_is_unique UNIQUE (tenant_id, key),
    CONSTRAINT policy_key_is_plain CHECK (key ~ '^[a-z][a-z0-9-]{1,62}$')
);
CALL protect_tenant_table('checkpoint_policy');
CALL make_append_only('checkpoint_policy');

-- A version is written while it is a draft and never after. draft → evaluate (decides in the shadow) → active → retired;
-- discarded from draft or evaluate. One of each living state per policy.
CREATE TABLE checkpoint_version (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    policy_id       bigint NOT NULL,
    number          integer NOT NULL,
    state           text NOT NULL DEFAULT 'draft',
    document        jsonb NOT NULL,
    document_sha256 bytea NOT NULL,
    based_on        integer,
    made_by         bigint REFERENCES reconciliation_person,
    made_by_label   text NOT NULL,
    made_at         timestamptz NOT NULL,
    edited_at       timestamptz NOT NULL,
    edits           integer NOT NULL DEFAULT 0,
    evaluating_from timestamptz,
    active_from     timestamptz,
    ended_at        timestamptz,
    decision_id     bigint,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, policy_id) REFERENCES checkpoint_policy (tenant_id, id),
    CONSTRAINT version_number_is_unique UNIQUE (tenant_id, policy_id, number),
    CONSTRAINT version_state_is_known CHECK (state IN ('draft', 'evaluate', 'active', 'retired', 'discarded')),
    CONSTRAINT version_is_of_its_policy CHECK (document ? 'key' AND document ? 'clauses'),
    CONSTRAINT version_has_its_times CHECK (CASE state
        WHEN 'draft' THEN evaluating_from IS NULL AND active_from IS NULL AND ended_at IS NULL
        WHEN 'evaluate' THEN evaluating_from IS NOT NULL AND active_from IS NULL AND ended_at IS NULL
        WHEN 'active' THEN active_from IS NOT NULL AND ended_at IS NULL
        WHEN 'retired' THEN active_from IS NOT NULL AND ended_at IS NOT NULL
        ELSE active_from IS NULL AND ended_at IS NOT NULL END)
);
CREATE UNIQUE INDEX version_one_draft_per_policy ON checkpoint_version (tenant_id, policy_id) WHERE state = 'draft';
CREATE UNIQUE INDEX version_one_evaluated_per_policy ON checkpoint_version (tenant_id, policy_id) WHERE state = 'evaluate';
CREATE UNIQUE INDEX version_one_active_per_policy ON checkpoint_version (tenant_id, policy_id) WHERE state = 'active';
CALL protect_tenant_table('checkpoint_version');
GRANT INSERT, UPDATE (state, document, document_sha256, edited_at, edits, evaluating_from, active_from, ended_at, decision_id)
    ON checkpoint_version TO plumbline_app;

-- What is in force, as a mark that every change replaces: a decision made by an older set of checkpoints is not recorded.
CREATE TABLE checkpoint_standing (
    tenant_id  integer NOT NULL PRIMARY KEY,
    stamp      uuid NOT NULL,
    changed_at timestamptz NOT NULL
);
CALL protect_tenant_table('checkpoint_standing');

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
    override_number bigint,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT decision_quorum_follows_outcome CHECK ((outcome = 'approval') = (quorum > 0))
);
CREATE INDEX decision_under_an_override ON checkpoint_decision (tenant_id, override_number) WHERE override_number IS NOT NULL;
CREATE INDEX decision_that_refused ON checkpoint_decision (tenant_id, at) WHERE outcome = 'forbidden';
CALL protect_tenant_table('checkpoint_decision');
CALL make_append_only('checkpoint_decision');

-- What a version under evaluation would have said beside the live decision.
CREATE TABLE checkpoint_shadow (
    tenant_id   integer NOT NULL,
    version_id  bigint NOT NULL,
    decision_id bigint NOT NULL,
    outcome     policy_outcome NOT NULL,
    policy      text NOT NULL,
    policy_version integer NOT NULL,
    rule        text NOT NULL,
    reason      text NOT NULL,
    quorum      smallint NOT NULL,
    differs     boolean NOT NULL,
    PRIMARY KEY (tenant_id, version_id, decision_id),
    FOREIGN KEY (tenant_id, version_id) REFERENCES checkpoint_version (tenant_id, id),
    FOREIGN KEY (tenant_id, decision_id) REFERENCES checkpoint_decision (tenant_id, id)
);
CALL protect_tenant_table('checkpoint_shadow');
CALL make_append_only('checkpoint_shadow');

CREATE FUNCTION guard.checkpoints_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO checkpoint_standing (tenant_id, stamp, changed_at) VALUES (NEW.tenant_id, gen_random_uuid(), clock_timestamp())
    ON CONFLICT (tenant_id) DO UPDATE SET stamp = excluded.stamp, changed_at = excluded.changed_at;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.checkpoints_changed() OWNER TO plumbline_check;
GRANT INSERT, UPDATE ON checkpoint_standing TO plumbline_check;
CREATE TRIGGER checkpoints_changed AFTER UPDATE OF state ON checkpoint_version
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION guard.checkpoints_changed();
CREATE TRIGGER checkpoints_stand AFTER INSERT ON checkpoint_version
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION guard.checkpoints_changed();

-- A new tenant starts with the checkpoints that ship, each as version 1, active. Only this function begins a version elsewhere
-- than as a draft.
CREATE TABLE checkpoint_baseline (
    position integer PRIMARY KEY,
    document jsonb NOT NULL,
    document_sha256 bytea NOT NULL
);
GRANT SELECT ON checkpoint_baseline TO plumbline_check;
CREATE FUNCTION guard.tenant_starts_with_checkpoints() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one record;
    policy bigint;
BEGIN
    FOR one IN SELECT * FROM checkpoint_baseline ORDER BY position LOOP
        INSERT INTO checkpoint_policy (tenant_id, key, created_at, created_by)
        VALUES (NEW.id, one.document->>'key', NEW.created_at, 'set-up') RETURNING id INTO policy;
        INSERT INTO checkpoint_version (tenant_id, policy_id, number, state, document, document_sha256, made_by_label, made_at, edited_at, active_from)
        VALUES (NEW.id, policy, 1, 'active', one.document, one.document_sha256, 'set-up', NEW.created_at, NEW.created_at, NEW.created_at);
    END LOOP;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.tenant_starts_with_checkpoints() OWNER TO plumbline_check;
GRANT INSERT ON checkpoint_policy, checkpoint_version TO plumbline_check;
CREATE TRIGGER tenant_starts_with_checkpoints AFTER INSERT ON ledger_tenant
    FOR EACH ROW EXECUTE FUNCTION guard.tenant_starts_with_checkpoints();
