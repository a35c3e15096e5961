-- Security incidents. Nothing here is ever edited: an incident, the cases in it, who called the partner, what was noted, and how it
-- was released are rows of their own.
CREATE TABLE incident (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    number          bigint NOT NULL,
    bank_account_id bigint NOT NULL,
    freeze_id       bigint NOT NULL,
    opened_at       timestamptz NOT NULL,
    opened_by       text NOT NULL,
    run_label       text NOT NULL,
    decision_id     bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT incident_number_is_unique UNIQUE (tenant_id, number),
    CONSTRAINT incident_of_a_known_account FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id),
    CONSTRAINT incident_freezes_its_account UNIQUE (tenant_id, freeze_id),
    CONSTRAINT incident_has_its_freeze FOREIGN KEY (tenant_id, freeze_id) REFERENCES freeze_window (tenant_id, id)
);
CREATE INDEX incident_by_account ON incident (tenant_id, bank_account_id, id);
CALL protect_tenant_table('incident');
CALL make_append_only('incident');

-- A case is in one incident, for ever: the first that it was found in.
CREATE TABLE incident_case (
    tenant_id   integer NOT NULL,
    case_id     bigint NOT NULL,
    incident_id bigint NOT NULL,
    joined_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, case_id),
    CONSTRAINT incident_of_a_known_case FOREIGN KEY (tenant_id, case_id) REFERENCES exception_case (tenant_id, id),
    CONSTRAINT case_in_a_known_incident FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id)
);
CREATE INDEX case_by_incident ON incident_case (tenant_id, incident_id, case_id);
CALL protect_tenant_table('incident_case');
CALL make_append_only('incident_case');

-- Who called whom at the partner, and what was said.
CREATE TABLE incident_call (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    incident_id bigint NOT NULL,
    called_at   timestamptz NOT NULL,
    caller_id   bigint NOT NULL REFERENCES reconciliation_person,
    caller      text NOT NULL,
    spoke_with  text NOT NULL,
    said        text NOT NULL,
    reference   text NOT NULL, -- the partner's own, of the call
    recorded_at timestamptz NOT NULL,
    sent_key    text NOT NULL, -- of the form that was sent, which is one call however often it is sent
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT call_sent_once UNIQUE (tenant_id, incident_id, sent_key),
    CONSTRAINT call_of_a_known_incident FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id),
    CONSTRAINT call_says_with_whom_and_what CHECK (length(spoke_with) BETWEEN 4 AND 140 AND length(said) BETWEEN 15 AND 4000),
    CONSTRAINT call_was_made_before_it_is_recorded CHECK (called_at <= recorded_at)
);
CREATE INDEX call_by_incident ON incident_call (tenant_id, incident_id, id);
CALL protect_tenant_table('incident_call');
CALL make_append_only('incident_call');

-- A call is about the money: it is made on the first day that it differs, or later.
CREATE FUNCTION guard.call_follows_the_money() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.called_at < (SELECT coalesce(min(x.day), (i.opened_at AT TIME ZONE 'UTC')::date)::timestamp AT TIME ZONE 'UTC'
                          FROM incident i LEFT JOIN incident_case c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id
                          LEFT JOIN exception_case x ON x.tenant_id = c.tenant_id AND x.id = c.case_id
                         WHERE i.tenant_id = NEW.tenant_id AND i.id = NEW.incident_id GROUP BY i.opened_at) THEN
        RAISE EXCEPTION 'nothing differed yet when this call was made'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'call_follows_the_money', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.call_follows_the_money() OWNER TO plumbline_check;
CREATE TRIGGER call_follows_the_money BEFORE INSERT ON incident_call FOR EACH ROW EXECUTE FUNCTION guard.call_follows_the_money();

CREATE TABLE incident_note (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    incident_id bigint NOT NULL,
    at          timestamptz NOT NULL,
    person_id   bigint NOT NULL REFERENCES reconciliation_person,
    actor       text NOT NULL,
    text        text NOT NULL,
    sent_key    text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT incident_note_sent_once UNIQUE (tenant_id, incident_id, sent_key),
    CONSTRAINT note_of_a_known_incident FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id),
    CONSTRAINT incident_note_is_short CHECK (length(text) BETWEEN 1 AND 4000)
);
CREATE INDEX note_by_incident ON incident_note (tenant_id, incident_id, id);
CALL protect_tenant_table('incident_note');
CALL make_append_only('incident_note');

CREATE TABLE incident_release (
    tenant_id     integer NOT NULL,
    incident_id   bigint NOT NULL,
    released_at   timestamptz NOT NULL,
    released_by   text NOT NULL,
    root_cause    text NOT NULL,
    explanation   text NOT NULL,
    bundle_sha256 bytea NOT NULL,
    decision_id   bigint NOT NULL,
    PRIMARY KEY (tenant_id, incident_id),
    CONSTRAINT release_of_a_known_incident FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id),
    CONSTRAINT release_names_a_root_cause CHECK (root_cause IN
        ('unauthorised_access', 'inside_misuse', 'bank_error', 'standing_mandate', 'sent_past_the_ledger')),
    CONSTRAINT release_explains_it CHECK (length(explanation) BETWEEN 20 AND 4000)
);
CALL protect_tenant_table('incident_release');
CALL make_append_only('incident_release');

-- One incident of an account stands open at a time; what opens it has the tenant's freezes to itself, so no rival stands beside.
CREATE FUNCTION guard.incident_is_the_only_one() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7012, NEW.tenant_id);
    IF EXISTS (SELECT FROM incident i WHERE i.tenant_id = NEW.tenant_id AND i.bank_account_id = NEW.bank_account_id
                  AND NOT EXISTS (SELECT FROM incident_release r WHERE r.tenant_id = i.tenant_id AND r.incident_id = i.id)) THEN
        RAISE EXCEPTION 'an incident of this account stands open'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'incident_is_the_only_one', TABLE = TG_TABLE_NAME;
    ELSIF NOT EXISTS (SELECT FROM freeze_window w JOIN bank_account b ON b.tenant_id = w.tenant_id AND b.id = NEW.bank_account_id
                        JOIN ledger_account a ON a.tenant_id = b.tenant_id AND a.id = b.ledger_account_id
                       WHERE w.tenant_id = NEW.tenant_id AND w.id = NEW.freeze_id AND w.kind = 'incident' AND a.code = ANY(w.accounts)) THEN
        RAISE EXCEPTION 'an incident freezes its own account'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_freezes_its_own_account', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.incident_is_the_only_one() OWNER TO plumbline_check;
CREATE TRIGGER incident_is_the_only_one BEFORE INSERT ON incident FOR EACH ROW EXECUTE FUNCTION guard.incident_is_the_only_one();

-- A release is what its request asked for, about this very incident, with its evidence sealed and the partner called.
CREATE FUNCTION guard.release_is_as_asked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    what text;
BEGIN
    PERFORM pg_advisory_xact_lock(7012, NEW.tenant_id);
    IF NOT EXISTS (SELECT FROM approval_request r JOIN checkpoint_decision d ON d.tenant_id = r.tenant_id AND d.id = r.decision_id
                    WHERE r.tenant_id = NEW.tenant_id AND r.decision_id = NEW.decision_id AND r.kind = 'release_incident'
                      AND d.move = 'incident.release' AND r.quorum >= 1 AND r.payload->>'incident_id' = NEW.incident_id::text
                      AND r.payload->>'root_cause' = NEW.root_cause AND r.payload->>'explanation' = NEW.explanation) THEN
        what := 'release_is_as_asked';
    ELSIF NOT EXISTS (SELECT FROM evidence_bundle b JOIN incident i ON i.tenant_id = b.tenant_id AND b.subject = 'IN-' || i.number
                       WHERE i.tenant_id = NEW.tenant_id AND i.id = NEW.incident_id AND b.sha256 = NEW.bundle_sha256) THEN
        what := 'release_has_its_evidence';
    ELSIF NOT EXISTS (SELECT FROM incident i JOIN incident_call c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id
                        JOIN evidence_bundle b ON b.tenant_id = i.tenant_id AND b.subject = 'IN-' || i.number AND b.sha256 = NEW.bundle_sha256
                       WHERE i.tenant_id = NEW.tenant_id AND i.id = NEW.incident_id AND c.recorded_at <= b.as_of
                         AND c.called_at >= date_trunc('minute', i.opened_at)) THEN
        -- Made once it stood open (the page asks for minutes), and in the evidence that it is released over.
        what := 'release_follows_a_call';
    END IF;
    IF what IS NOT NULL THEN
        RAISE EXCEPTION 'incident % is not released: %', NEW.incident_id, what
            USING ERRCODE = 'check_violation', CONSTRAINT = what, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.release_is_as_asked() OWNER TO plumbline_check;
CREATE TRIGGER release_is_as_asked BEFORE INSERT ON incident_release FOR EACH ROW EXECUTE FUNCTION guard.release_is_as_asked();

-- The window of an incident ends with its release.
CREATE FUNCTION guard.freeze_ends_with_its_subject() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7012, NEW.tenant_id);
    IF EXISTS (SELECT FROM freeze_window w WHERE w.tenant_id = NEW.tenant_id AND w.id = NEW.window_id AND w.kind = 'incident')
       AND NOT EXISTS (SELECT FROM incident i JOIN incident_release r ON r.tenant_id = i.tenant_id AND r.incident_id = i.id
                        WHERE i.tenant_id = NEW.tenant_id AND i.freeze_id = NEW.window_id AND r.decision_id = NEW.decision_id) THEN
        RAISE EXCEPTION 'the freeze of an incident ends with its release'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'freeze_ends_with_its_subject', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.freeze_ends_with_its_subject() OWNER TO plumbline_check;
CREATE TRIGGER freeze_ends_with_its_subject BEFORE INSERT ON freeze_end FOR EACH ROW EXECUTE FUNCTION guard.freeze_ends_with_its_subject();

-- A case of an incident ends by people's word only once that was released; until then by the check that finds it gone.
CREATE FUNCTION guard.held_case_ends_after_release() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM incident_case c JOIN incident_release r ON r.tenant_id = c.tenant_id AND r.incident_id = c.incident_id
                    WHERE c.tenant_id = NEW.tenant_id AND c.case_id = NEW.id) THEN
        RAISE EXCEPTION 'case C-% is a security hold and is ended by nobody', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'held_case_ends_after_release', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.held_case_ends_after_release() OWNER TO plumbline_check;
CREATE TRIGGER held_case_ends_after_release BEFORE INSERT OR UPDATE OF resolution, state, cause ON exception_case FOR EACH ROW
    WHEN (NEW.cause = 4 AND NEW.state = 'resolved' AND NEW.resolution NOT IN ('difference_gone', 'cleared_in_grace'))
    EXECUTE FUNCTION guard.held_case_ends_after_release();
