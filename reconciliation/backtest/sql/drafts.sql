-- Drafts of settings that two people change: the terms of a matcher, the calendar of a bank account. Edited by their maker
-- until sent; what was sent stands as it was sent.
CREATE TABLE setting_draft (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    number          bigint NOT NULL,
    about           text NOT NULL,
    subject         text NOT NULL, -- the pair of planes, the bank account's code
    name            text NOT NULL,
    document        jsonb NOT NULL,
    document_sha256 bytea NOT NULL,
    made_by         bigint NOT NULL REFERENCES reconciliation_person,
    made_by_label   text NOT NULL,
    made_at         timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    state           text NOT NULL DEFAULT 'open',
    request_id      bigint,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT draft_number_is_unique UNIQUE (tenant_id, number),
    CONSTRAINT draft_is_about_something_known CHECK (about IN ('matcher', 'calendar')),
    CONSTRAINT draft_has_a_name CHECK (length(name) BETWEEN 1 AND 120),
    CONSTRAINT draft_state_is_known CHECK (state IN ('open', 'sent', 'dropped')),
    CONSTRAINT draft_sent_has_its_request CHECK ((state = 'sent') = (request_id IS NOT NULL)),
    CONSTRAINT draft_sent_as_a_known_request FOREIGN KEY (tenant_id, request_id) REFERENCES approval_request (tenant_id, id)
);
CREATE INDEX draft_recent ON setting_draft (tenant_id, about, state, number DESC);
CALL protect_tenant_table('setting_draft');
GRANT INSERT, UPDATE (name, document, document_sha256, changed_at, state, request_id) ON setting_draft TO plumbline_app;

CREATE FUNCTION guard.draft_is_edited_while_open() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'draft % is %', OLD.number, OLD.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'draft_is_edited_while_open', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draft_is_edited_while_open BEFORE UPDATE ON setting_draft
    FOR EACH ROW EXECUTE FUNCTION guard.draft_is_edited_while_open();

-- A dry run of a draft as it was worded then. Its result is stated once and stands: the digest is of the result as stored.
CREATE TABLE dry_run (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    number          bigint NOT NULL,
    draft_id        bigint NOT NULL,
    document        jsonb NOT NULL,
    document_sha256 bytea NOT NULL,
    from_on         date NOT NULL,
    until_on        date NOT NULL,
    asked_by        text NOT NULL,
    asked_at        timestamptz NOT NULL, -- the as-of of both sides that it compares
    asked_key       text NOT NULL,
    progress        jsonb NOT NULL DEFAULT '{}',
    result          jsonb,
    result_sha256   bytea,
    refused         text NOT NULL DEFAULT '',
    finished_at     timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT dry_run_number_is_unique UNIQUE (tenant_id, number),
    CONSTRAINT dry_run_is_asked_once UNIQUE (tenant_id, asked_key),
    CONSTRAINT dry_run_of_a_known_draft FOREIGN KEY (tenant_id, draft_id) REFERENCES setting_draft (tenant_id, id),
    CONSTRAINT dry_run_days_are_half_open CHECK (from_on < until_on),
    CONSTRAINT dry_run_result_has_its_digest CHECK ((result IS NULL) = (result_sha256 IS NULL)),
    CONSTRAINT dry_run_ends_with_a_result_or_a_refusal CHECK ((finished_at IS NOT NULL) = (result IS NOT NULL OR refused <> ''))
);
CREATE INDEX dry_run_by_draft ON dry_run (tenant_id, draft_id, number DESC);
CALL protect_tenant_table('dry_run');
GRANT INSERT, UPDATE (progress, result, result_sha256, refused, finished_at) ON dry_run TO plumbline_app;

CREATE FUNCTION guard.dry_run_ends_once() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.finished_at IS NOT NULL THEN
        RAISE EXCEPTION 'dry run % has ended', OLD.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'dry_run_ends_once', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dry_run_ends_once BEFORE UPDATE ON dry_run FOR EACH ROW EXECUTE FUNCTION guard.dry_run_ends_once();
