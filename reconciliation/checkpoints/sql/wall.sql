-- No move without a decision that allows it. Loaded after every table that carries decision_id; one statement-level check per
-- statement, so set-based work pays once.
CREATE INDEX request_by_decision ON approval_request (tenant_id, decision_id);

-- 'approval' allows a move only while its request executes: open still, with its quorum of approvals.
CREATE FUNCTION guard.refused_decision(tenant integer, decision bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN d.id IS NULL THEN 'move_carries_its_decision'
                WHEN d.outcome = 'forbidden' THEN 'move_is_not_forbidden'
                WHEN d.outcome = 'approval' AND NOT EXISTS (
                     SELECT FROM approval_request r WHERE r.tenant_id = tenant AND r.decision_id = decision AND r.state = 'open'
                        AND r.quorum <= (SELECT count(*) FROM approval_decision a
                                          WHERE a.tenant_id = tenant AND a.request_id = r.id AND a.verdict = 'approve'))
                THEN 'move_has_its_approval' END
      FROM (SELECT) one LEFT JOIN checkpoint_decision d ON d.tenant_id = tenant AND d.id = decision
$$;
ALTER FUNCTION guard.refused_decision(integer, bigint) OWNER TO plumbline_check;

CREATE FUNCTION guard.moved_as_decided() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    -- The usual case, asked first and in one look: all that moved stands under one automatic decision.
    PERFORM FROM (SELECT min(decision_id) AS decision, max(decision_id) AS last, min(tenant_id) AS tenant, max(tenant_id) AS other FROM added) one
      JOIN checkpoint_decision d ON d.tenant_id = one.tenant AND d.id = one.decision
     WHERE d.outcome = 'automatic' AND one.decision = one.last AND one.tenant = one.other;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    SELECT n.tenant_id, n.decision_id, guard.refused_decision(n.tenant_id, n.decision_id) AS what INTO bad
      FROM (SELECT DISTINCT tenant_id, decision_id FROM added) n
      LEFT JOIN checkpoint_decision d ON d.tenant_id = n.tenant_id AND d.id = n.decision_id
     WHERE d.outcome IS DISTINCT FROM 'automatic' AND guard.refused_decision(n.tenant_id, n.decision_id) IS NOT NULL
     LIMIT 1;
    IF bad.what IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % carries decision %: %', TG_TABLE_NAME, coalesce(bad.decision_id::text, 'none'), bad.what
            USING ERRCODE = 'check_violation', CONSTRAINT = bad.what, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.moved_as_decided() OWNER TO plumbline_check;

CREATE FUNCTION guard.changed_as_decided() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    SELECT n.decision_id, guard.refused_decision(n.tenant_id, n.decision_id) AS what INTO bad
      FROM (SELECT DISTINCT n.tenant_id, n.decision_id FROM added n JOIN removed o ON o.tenant_id = n.tenant_id AND o.id = n.id
             WHERE n.decision_id IS DISTINCT FROM o.decision_id) n
     WHERE guard.refused_decision(n.tenant_id, n.decision_id) IS NOT NULL
     LIMIT 1;
    IF bad.what IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % carries decision %: %', TG_TABLE_NAME, coalesce(bad.decision_id::text, 'none'), bad.what
            USING ERRCODE = 'check_violation', CONSTRAINT = bad.what, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.changed_as_decided() OWNER TO plumbline_check;

CREATE PROCEDURE carries_decision(target regclass)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER as_decided AFTER INSERT ON %s REFERENCING NEW TABLE AS added '
                   'FOR EACH STATEMENT EXECUTE FUNCTION guard.moved_as_decided()', target);
END $$;
REVOKE ALL ON PROCEDURE carries_decision(regclass) FROM PUBLIC;

CALL carries_decision('ledger_transaction');
CALL carries_decision('ledger_transaction_move');
CALL carries_decision('matcher_version');
CALL carries_decision('match_run');
CALL carries_decision('match');
CALL carries_decision('plane_run');
CALL carries_decision('plane_match');
CALL carries_decision('exception_case');
CALL carries_decision('provider_endpoint');
CALL carries_decision('provider_move');
CALL carries_decision('provider_polling');
CALL carries_decision('commerce_order');
CALL carries_decision('commerce_move');
CALL carries_decision('recognition_rule');
CALL carries_decision('fulfilment_rule');
CALL carries_decision('booking_account');
CALL carries_decision('bank_calendar');
CALL carries_decision('approval_execution');
CALL carries_decision('approval_restriction');
CREATE TRIGGER changed_as_decided AFTER UPDATE ON exception_case REFERENCING NEW TABLE AS added OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION guard.changed_as_decided();

-- A preview runs the real effect in a savepoint that is taken back; what it wrote under its own decision never commits.
CREATE FUNCTION guard.preview_never_commits() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a preview is taken back, never committed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'preview_never_commits', TABLE = TG_TABLE_NAME;
END $$;
CREATE CONSTRAINT TRIGGER preview_never_commits AFTER INSERT ON checkpoint_decision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.policy = 'preview') EXECUTE FUNCTION guard.preview_never_commits();

-- A version is edited only as a draft, moves only forward, and is put in force only by a request about this very document.
CREATE FUNCTION guard.version_moves_forward() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    what text;
BEGIN
    IF OLD.document_sha256 <> NEW.document_sha256 OR OLD.document <> NEW.document OR OLD.edits <> NEW.edits OR OLD.edited_at <> NEW.edited_at THEN
        IF OLD.state <> 'draft' OR NEW.state <> 'draft' THEN
            what := 'version_is_written_as_a_draft';
        END IF;
    END IF;
    IF OLD.state = NEW.state AND what IS NULL AND OLD.state <> 'draft' THEN
        what := 'version_moves_forward';
    ELSIF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (('draft', 'evaluate'), ('draft', 'discarded'), ('evaluate', 'active'),
            ('evaluate', 'discarded'), ('active', 'retired')) THEN
        what := 'version_moves_forward';
    ELSIF OLD.state <> NEW.state AND NEW.state IN ('active', 'retired') THEN
        -- The request names the version that comes; the one that it replaces retires under the same decision.
        IF NOT EXISTS (SELECT FROM approval_request r WHERE r.tenant_id = NEW.tenant_id AND r.decision_id = NEW.decision_id
                          AND r.kind = CASE WHEN r.payload->>'version_id' IS NULL THEN 'retire_checkpoint' ELSE 'activate_checkpoint' END
                          AND (r.payload->>'policy_id')::bigint = NEW.policy_id
                          AND (NEW.state = 'retired' OR (r.payload->>'version_id')::bigint = NEW.id
                               AND r.payload->>'document_sha256' = encode(NEW.document_sha256, 'hex')))
           OR guard.refused_decision(NEW.tenant_id, NEW.decision_id) IS NOT NULL THEN
            what := 'version_in_force_by_approval';
        END IF;
    END IF;
    IF what IS NOT NULL THEN
        RAISE EXCEPTION 'version % of checkpoint %: %', NEW.number, NEW.policy_id, what
            USING ERRCODE = 'restrict_violation', CONSTRAINT = what, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.version_moves_forward() OWNER TO plumbline_check;
CREATE TRIGGER version_moves_forward BEFORE UPDATE ON checkpoint_version FOR EACH ROW EXECUTE FUNCTION guard.version_moves_forward();

CREATE FUNCTION guard.version_begins_as_a_draft() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' AND current_user <> 'plumbline_check' THEN
        RAISE EXCEPTION 'a version begins as a draft'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'version_begins_as_a_draft', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_begins_as_a_draft BEFORE INSERT ON checkpoint_version FOR EACH ROW EXECUTE FUNCTION guard.version_begins_as_a_draft();
