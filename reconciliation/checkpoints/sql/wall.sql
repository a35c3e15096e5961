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
    held record;
BEGIN
    -- The usual case, asked first and in one look: all that moved stands under one automatic decision, about a move that no window
    -- ever holds, or about a preview, which never commits.
    PERFORM FROM (SELECT min(decision_id) AS decision, max(decision_id) AS last, min(tenant_id) AS tenant, max(tenant_id) AS other FROM added) one
      JOIN checkpoint_decision d ON d.tenant_id = one.tenant AND d.id = one.decision
     WHERE d.outcome = 'automatic' AND one.decision = one.last AND one.tenant = one.other
       AND (NOT freezable(d.move) OR d.policy = 'preview');
    IF FOUND THEN
        RETURN NULL;
    END IF;
    SELECT n.tenant_id, n.decision_id, guard.refused_decision(n.tenant_id, n.decision_id) AS what INTO bad
      FROM (SELECT DISTINCT tenant_id, decision_id FROM added) n
      LEFT JOIN checkpoint_decision d ON d.tenant_id = n.tenant_id AND d.id = n.decision_id
     WHERE d.outcome IS DISTINCT FROM 'automatic' AND guard.refused_decision(n.tenant_id, n.decision_id) IS NOT NULL
     LIMIT 1;
    -- A batch that was approved runs on after its request has ended, and writes what it was approved for alone.
    IF bad.what = 'move_has_its_approval' AND TG_TABLE_NAME = 'ledger_transaction' THEN
        PERFORM FROM added n WHERE NOT guard.is_of_its_batch(n.tenant_id, n.decision_id, n.id);
        IF NOT FOUND THEN
            bad.what := NULL; -- a window may hold it all the same
        END IF;
    END IF;
    IF bad.what IS NOT NULL THEN
        RAISE EXCEPTION 'a row of % carries decision %: %', TG_TABLE_NAME, coalesce(bad.decision_id::text, 'none'), bad.what
            USING ERRCODE = 'check_violation', CONSTRAINT = bad.what, TABLE = TG_TABLE_NAME;
    END IF;
    FOR held IN SELECT n.tenant_id, d.move, d.id FROM (SELECT DISTINCT tenant_id, decision_id FROM added) n
                  JOIN checkpoint_decision d ON d.tenant_id = n.tenant_id AND d.id = n.decision_id
                 WHERE freezable(d.move) AND d.policy <> 'preview' LOOP
        IF TG_TABLE_NAME = 'ledger_transaction' THEN
            PERFORM guard.require_unfrozen(held.tenant_id, held.move, ARRAY(SELECT n.id FROM added n WHERE n.decision_id = held.id), '');
        ELSIF TG_TABLE_NAME = 'ledger_transaction_move' THEN
            PERFORM guard.require_unfrozen(held.tenant_id, held.move, ARRAY(SELECT n.transaction_id FROM added n WHERE n.decision_id = held.id), '');
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.moved_as_decided() OWNER TO plumbline_check;

-- What reverses or corrects is a correction whatever its decision says that it is.
CREATE FUNCTION guard.linked_posting_is_not_frozen() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM checkpoint_decision d WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.decision_id
                      AND (d.policy = 'preview' OR freezable(d.move))) THEN
        PERFORM guard.require_unfrozen(NEW.tenant_id, CASE WHEN NEW.reverses_id IS NULL THEN 'posting.repost' ELSE 'correction.reverse' END,
                                       ARRAY[NEW.id], '');
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.linked_posting_is_not_frozen() OWNER TO plumbline_check;
CREATE TRIGGER linked_posting_is_not_frozen AFTER INSERT ON ledger_transaction FOR EACH ROW
    WHEN (NEW.reverses_id IS NOT NULL OR NEW.corrects_id IS NOT NULL) EXECUTE FUNCTION guard.linked_posting_is_not_frozen();

-- Every override is held, whatever its decision says that it is; it has no day and no account of its own.
CREATE FUNCTION guard.override_is_not_frozen() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM guard.require_unfrozen(NEW.tenant_id, 'policy.override', NULL, NEW.move);
    RETURN NULL;
END $$;
ALTER FUNCTION guard.override_is_not_frozen() OWNER TO plumbline_check;
CREATE TRIGGER override_is_not_frozen AFTER INSERT ON checkpoint_override FOR EACH ROW EXECUTE FUNCTION guard.override_is_not_frozen();

-- An order that a person moved was moved by hand whatever its decision says; what two people agreed on for a gap of a recovery is how that
-- recovery corrects.
CREATE FUNCTION guard.hand_move_is_not_frozen() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM guard.require_unfrozen(NEW.tenant_id, 'commerce.move_by_hand', NULL, '',
                                   guard.moves_for_a_gap(NEW.tenant_id, NEW.decision_id, NEW.order_id));
    RETURN NULL;
END $$;
ALTER FUNCTION guard.hand_move_is_not_frozen() OWNER TO plumbline_check;
CREATE TRIGGER hand_move_is_not_frozen AFTER INSERT ON commerce_move FOR EACH ROW
    WHEN (NEW.source = 'operator') EXECUTE FUNCTION guard.hand_move_is_not_frozen();

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
CALL carries_decision('ledger_period_move');
CALL carries_decision('matcher_version');
CALL carries_decision('match_run');
CALL carries_decision('match');
CALL carries_decision('line_identification');
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
CALL carries_decision('posting_rule');
CALL carries_decision('correction_batch');
CALL carries_decision('bank_calendar');
CALL carries_decision('approval_execution');
CALL carries_decision('approval_restriction');
CALL carries_decision('checkpoint_override');
CALL carries_decision('freeze_window');
CALL carries_decision('freeze_end');
CALL carries_decision('incident');
CALL carries_decision('incident_release');
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

-- A period moves by a request about this very period and move; one that closes it, on the checklist that the request froze.
CREATE FUNCTION guard.period_moves_by_its_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approval_request r WHERE r.tenant_id = NEW.tenant_id AND r.decision_id = NEW.decision_id AND r.quorum >= 1
                      AND r.kind = CASE NEW.to_state WHEN 'closed' THEN 'close_period' ELSE 'reopen_period' END
                      AND r.payload->>'period_id' = NEW.period_id::text
                      AND (NEW.to_state <> 'closed' OR r.payload->>'checklist_sha256' = encode(NEW.checklist_sha256, 'hex')
                           AND r.payload->'checklist' = NEW.checklist)) THEN
        RAISE EXCEPTION 'no approved request asks for this move of the period'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'period_moves_by_its_request', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.period_moves_by_its_request() OWNER TO plumbline_check;
CREATE TRIGGER by_its_request AFTER INSERT ON ledger_period_move FOR EACH ROW EXECUTE FUNCTION guard.period_moves_by_its_request();
