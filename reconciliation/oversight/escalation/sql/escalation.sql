-- Who is told what, and what was told: rules and receivers, notifications that stand as stated, their deliveries try by try, and
-- who took note.

-- A rule changes by an approved request that says exactly this document; before the tenant's first check it is set up.
CREATE TABLE escalation_rule (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    key         text NOT NULL,
    version     integer NOT NULL,
    document    jsonb NOT NULL,
    why         text NOT NULL,
    active_from timestamptz NOT NULL,
    set_by      text NOT NULL,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT escalation_rule_version_is_unique UNIQUE (tenant_id, key, version),
    CONSTRAINT rule_key_is_plain CHECK (key ~ '^[a-z][a-z0-9-]{1,40}$'),
    CONSTRAINT rule_version_counts_up CHECK (version > 0),
    CONSTRAINT rule_signal_is_known CHECK (document->>'signal' IN ('cause_1_clear', 'soak_drift', 'cause_4', 'sustained_drift')),
    CONSTRAINT rule_severity_is_known CHECK (document->>'severity' IN ('follow-up', 'notify', 'page')),
    CONSTRAINT rule_document_is_whole CHECK (jsonb_typeof(document->'receivers') = 'array' AND jsonb_typeof(document->'enabled') = 'boolean'
        AND jsonb_typeof(document->'hours') = 'number' AND jsonb_typeof(document->'least') = 'object')
);
CALL protect_tenant_table('escalation_rule');
CALL make_append_only('escalation_rule');
CALL carries_decision('escalation_rule');

CREATE FUNCTION guard.rule_by_two_people() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    what text;
BEGIN
    IF NEW.version <> 1 + (SELECT count(*) FROM escalation_rule r WHERE r.tenant_id = NEW.tenant_id AND r.key = NEW.key AND r.id <> NEW.id) THEN
        what := 'rule_version_counts_up';
    ELSIF EXISTS (SELECT FROM drift_check k WHERE k.tenant_id = NEW.tenant_id) AND NOT EXISTS (
        SELECT FROM approval_request r
         WHERE r.tenant_id = NEW.tenant_id AND r.kind = 'set_escalation' AND r.state = 'open' AND r.decision_id = NEW.decision_id
           AND r.payload ->> 'key' = NEW.key AND r.payload -> 'document' = NEW.document
           AND r.quorum <= (SELECT count(*) FROM approval_decision d WHERE d.tenant_id = r.tenant_id AND d.request_id = r.id
                               AND d.verdict = 'approve' AND guard.decision_counts(d, d.decided_at))) THEN
        what := 'rule_by_two_people';
    END IF;
    IF what IS NOT NULL THEN
        RAISE EXCEPTION 'rule % version %: %', NEW.key, NEW.version, what
            USING ERRCODE = 'check_violation', CONSTRAINT = what, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rule_by_two_people AFTER INSERT ON escalation_rule FOR EACH ROW EXECUTE FUNCTION guard.rule_by_two_people();
REVOKE ALL ON FUNCTION guard.rule_by_two_people() FROM PUBLIC;
ALTER FUNCTION guard.rule_by_two_people() OWNER TO plumbline_check;

-- Where a receiver is reached is sealed: with its address alone anybody could write to it. It is never edited; another address
-- is another receiver.
CREATE TABLE escalation_receiver (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    name        text NOT NULL,
    kind        text NOT NULL,
    host        text NOT NULL,
    sealed      bytea NOT NULL,
    added_at    timestamptz NOT NULL,
    added_by    text NOT NULL,
    ended_at    timestamptz,
    decision_id bigint NOT NULL,
    end_decision_id bigint,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT receiver_name_is_plain CHECK (name ~ '^[a-z][a-z0-9-]{1,40}$'),
    CONSTRAINT receiver_kind_is_known CHECK (kind IN ('mail', 'slack', 'pagerduty', 'webhook')),
    CONSTRAINT receiver_is_sealed CHECK (length(sealed) > 60 AND position('://' IN encode(sealed, 'escape')) = 0)
);
CREATE UNIQUE INDEX receiver_name_stands_once ON escalation_receiver (tenant_id, name) WHERE ended_at IS NULL;
CALL protect_tenant_table('escalation_receiver');
CALL carries_decision('escalation_receiver');
GRANT INSERT, UPDATE (ended_at, end_decision_id) ON escalation_receiver TO plumbline_app;

-- Which rule names a receiver, the first by key. The shipped rules name theirs until they are set anew.
CREATE FUNCTION guard.receiver_named_by(tenant integer, receiver text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT min(key) FROM (
        SELECT DISTINCT ON (r.key) r.key, ARRAY(SELECT jsonb_array_elements_text(r.document->'receivers')) AS names
          FROM escalation_rule r WHERE r.tenant_id = tenant ORDER BY r.key, r.version DESC) standing
     WHERE receiver = ANY(names)
     UNION ALL
    SELECT key FROM (VALUES ('cause-1', ARRAY['on-call']), ('soak-drift', ARRAY['engineering', 'finance']), ('cause-4', ARRAY['security']),
                            ('sustained-drift', ARRAY['finance', 'engineering'])) shipped (key, names)
     WHERE receiver = ANY(names) AND NOT EXISTS (SELECT FROM escalation_rule r WHERE r.tenant_id = tenant AND r.key = shipped.key)
     ORDER BY 1 NULLS LAST LIMIT 1
$$;
REVOKE ALL ON FUNCTION guard.receiver_named_by(integer, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.receiver_named_by(integer, text) TO plumbline_app, plumbline_check;
ALTER FUNCTION guard.receiver_named_by(integer, text) OWNER TO plumbline_check;

-- Where people are told changes by an approved request that says exactly this receiver; before the tenant's first check one is set up.
CREATE FUNCTION guard.receiver_by_two_people() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL) THEN
        RAISE EXCEPTION 'receiver % has ended', OLD.name
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'receiver_ends_once', TABLE = TG_TABLE_NAME;
    ELSIF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM drift_check k WHERE k.tenant_id = NEW.tenant_id) THEN
        RETURN NEW;
    ELSIF NOT EXISTS (
        SELECT FROM approval_request r
         WHERE r.tenant_id = NEW.tenant_id AND r.kind = 'set_receiver' AND r.state = 'open'
           AND r.decision_id = CASE TG_OP WHEN 'INSERT' THEN NEW.decision_id ELSE NEW.end_decision_id END AND r.payload ->> 'name' = NEW.name
           AND CASE TG_OP WHEN 'INSERT' THEN r.payload -> 'then' ->> 'sealed' = encode(NEW.sealed, 'escape')
                    AND r.payload -> 'then' ->> 'kind' = NEW.kind AND r.payload -> 'then' ->> 'host' = NEW.host
                    ELSE r.payload ->> 'receiver_id' = OLD.id::text END
           AND r.quorum <= (SELECT count(*) FROM approval_decision d WHERE d.tenant_id = r.tenant_id AND d.request_id = r.id
                               AND d.verdict = 'approve' AND guard.decision_counts(d, d.decided_at))) THEN
        RAISE EXCEPTION 'receiver % changes by two people', NEW.name
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receiver_by_two_people', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receiver_by_two_people AFTER INSERT OR UPDATE ON escalation_receiver FOR EACH ROW
    EXECUTE FUNCTION guard.receiver_by_two_people();
REVOKE ALL ON FUNCTION guard.receiver_by_two_people() FROM PUBLIC;
ALTER FUNCTION guard.receiver_by_two_people() OWNER TO plumbline_check;

-- What a rule said, once: the statement as it was told, with the rule as it stood. Version 0 is the rule as it ships.
CREATE TABLE escalation_notification (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED BY DEFAULT AS IDENTITY,
    number          bigint NOT NULL,
    rule_key        text NOT NULL,
    rule_version    integer NOT NULL,
    rule            jsonb NOT NULL,
    severity        text NOT NULL,
    bank_account_id bigint NOT NULL,
    check_id        bigint NOT NULL,
    statement       jsonb NOT NULL,
    since_at        timestamptz NOT NULL,
    raised_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT notification_number_is_unique UNIQUE (tenant_id, number),
    CONSTRAINT notification_severity_is_known CHECK (severity IN ('follow-up', 'notify', 'page')),
    CONSTRAINT notification_of_a_known_account FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id),
    CONSTRAINT notification_of_a_known_check FOREIGN KEY (tenant_id, check_id) REFERENCES drift_check (tenant_id, id)
);
CALL protect_tenant_table('escalation_notification');
CALL make_append_only('escalation_notification');
GRANT USAGE ON SEQUENCE escalation_notification_id_seq TO plumbline_app;

-- What a rule has spoken of: a case as often as it opened, an account's spell of drift, a broken run of clean days. The key is
-- what makes a rule fire once, however many runs see the same and however many workers look at once.
CREATE TABLE escalation_subject (
    tenant_id       integer NOT NULL,
    rule_key        text NOT NULL,
    subject         text NOT NULL,
    notification_id bigint NOT NULL,
    case_id         bigint,
    PRIMARY KEY (tenant_id, rule_key, subject),
    CONSTRAINT subject_of_a_known_notification FOREIGN KEY (tenant_id, notification_id)
        REFERENCES escalation_notification (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT subject_of_a_known_case FOREIGN KEY (tenant_id, case_id) REFERENCES exception_case (tenant_id, id)
);
CREATE INDEX subject_by_notification ON escalation_subject (tenant_id, notification_id);
CALL protect_tenant_table('escalation_subject');
CALL make_append_only('escalation_subject');

-- One receiver to be told: of a notification, or of a test. `message_id` is the same in every try, so a receiver can tell a
-- repetition.
CREATE TABLE escalation_delivery (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    receiver_id     bigint NOT NULL,
    notification_id bigint, -- none: a test
    message_id      uuid NOT NULL,
    asked_at        timestamptz NOT NULL,
    asked_by        text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT delivery_tells_each_once UNIQUE (tenant_id, notification_id, receiver_id),
    CONSTRAINT delivery_of_a_known_notification FOREIGN KEY (tenant_id, notification_id) REFERENCES escalation_notification (tenant_id, id),
    CONSTRAINT delivery_to_a_known_receiver FOREIGN KEY (tenant_id, receiver_id) REFERENCES escalation_receiver (tenant_id, id)
);
CREATE INDEX delivery_by_receiver ON escalation_delivery (tenant_id, receiver_id, id DESC);
CALL protect_tenant_table('escalation_delivery');
CALL make_append_only('escalation_delivery');

CREATE TABLE escalation_try (
    tenant_id   integer NOT NULL,
    delivery_id bigint NOT NULL,
    number      integer NOT NULL,
    at          timestamptz NOT NULL,
    ok          boolean NOT NULL,
    error       text NOT NULL,
    PRIMARY KEY (tenant_id, delivery_id, number),
    CONSTRAINT try_of_a_known_delivery FOREIGN KEY (tenant_id, delivery_id) REFERENCES escalation_delivery (tenant_id, id),
    CONSTRAINT try_failed_says_why CHECK (ok = (error = '') AND length(error) <= 300)
);
CALL protect_tenant_table('escalation_try');
CALL make_append_only('escalation_try');

CREATE TABLE escalation_acknowledgement (
    tenant_id       integer NOT NULL,
    notification_id bigint NOT NULL,
    person_id       bigint NOT NULL REFERENCES reconciliation_person,
    name            text NOT NULL,
    note            text NOT NULL,
    at              timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, notification_id),
    CONSTRAINT acknowledgement_of_a_known_notification FOREIGN KEY (tenant_id, notification_id)
        REFERENCES escalation_notification (tenant_id, id),
    CONSTRAINT acknowledgement_note_is_short CHECK (length(note) <= 2000)
);
CALL protect_tenant_table('escalation_acknowledgement');
CALL make_append_only('escalation_acknowledgement');
