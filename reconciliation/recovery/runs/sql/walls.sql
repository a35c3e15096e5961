-- What holds a recovery run to its order: one run over a scope, a step after the step before, gaps and classes in theirs, a freeze that
-- ends with its run.
CALL carries_decision('recovery_run');
CALL carries_decision('recovery_step');
CALL carries_decision('recovery_class');
CALL carries_decision('recovery_end');

-- At most one run stands open over what two scopes share. Whoever opens one has the tenant's runs to itself until commit.
CREATE FUNCTION guard.recovery_is_alone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    other recovery_run;
BEGIN
    PERFORM pg_advisory_xact_lock(7016, NEW.tenant_id);
    SELECT r.* INTO other FROM recovery_run r
     WHERE r.tenant_id = NEW.tenant_id AND r.planes && NEW.planes AND daterange(r.first_on, r.until_on) && daterange(NEW.first_on, NEW.until_on)
       AND (r.accounts IS NULL OR NEW.accounts IS NULL OR r.accounts && NEW.accounts)
       AND (r.payments IS NULL OR NEW.payments IS NULL OR r.payments && NEW.payments)
       AND NOT EXISTS (SELECT FROM recovery_end e WHERE e.tenant_id = r.tenant_id AND e.run_id = r.id)
     ORDER BY r.number LIMIT 1;
    IF other.id IS NOT NULL THEN
        RAISE EXCEPTION 'RR-% stands open over the same scope', other.number
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'recovery_is_alone', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.recovery_is_alone() OWNER TO plumbline_check;
CREATE TRIGGER recovery_is_alone BEFORE INSERT ON recovery_run FOR EACH ROW EXECUTE FUNCTION guard.recovery_is_alone();

-- A step follows the one before, in a run that stands open, while the freeze of the first holds, and is what its proof says.
CREATE FUNCTION guard.recovery_step_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    run recovery_run;
    last recovery_step;
    said jsonb := CASE WHEN NEW.document IS JSON OBJECT THEN NEW.document::jsonb END;
    what text;
BEGIN
    PERFORM pg_advisory_xact_lock(7016, NEW.tenant_id);
    SELECT r.* INTO run FROM recovery_run r WHERE r.tenant_id = NEW.tenant_id AND r.id = NEW.run_id;
    SELECT s.* INTO last FROM recovery_step s WHERE s.tenant_id = NEW.tenant_id AND s.run_id = NEW.run_id ORDER BY s.step DESC LIMIT 1;
    IF EXISTS (SELECT FROM recovery_end e WHERE e.tenant_id = NEW.tenant_id AND e.run_id = NEW.run_id) THEN
        what := 'recovery_stands_open';
    ELSIF NEW.step <> coalesce(last.step, 0) + 1 THEN
        what := 'recovery_step_follows';
    ELSIF NEW.previous IS DISTINCT FROM coalesce(last.sha256, run.sha256) OR said->>'run' IS DISTINCT FROM 'RR-' || run.number
          OR said->>'step' IS DISTINCT FROM NEW.step::text THEN
        what := 'recovery_step_is_chained';
    ELSIF NOT EXISTS (
        SELECT FROM freeze_window w
         WHERE w.tenant_id = NEW.tenant_id AND w.kind = 'recovery' AND w.subject = 'RR-' || run.number AND w.accounts IS NULL AND w.first_day IS NULL
           AND w.until_day IS NULL AND w.moves @> ARRAY['commerce.move_by_hand', 'policy.override', 'posting.repost']
           AND w.id = CASE NEW.step WHEN 1 THEN NEW.freeze_id ELSE (
                   SELECT s.freeze_id FROM recovery_step s WHERE s.tenant_id = NEW.tenant_id AND s.run_id = NEW.run_id AND s.step = 1) END
           AND NOT EXISTS (SELECT FROM freeze_end e WHERE e.tenant_id = w.tenant_id AND e.window_id = w.id)) THEN
        what := 'recovery_is_frozen';
    ELSIF NEW.step = 2 AND NOT EXISTS (
        SELECT FROM evidence_bundle b WHERE b.tenant_id = NEW.tenant_id AND b.id = NEW.bundle_id AND b.subject = 'RR-' || run.number
           AND encode(b.sha256, 'hex') = said->>'bundle_sha256') THEN
        what := 'recovery_export_is_sealed';
    ELSIF NEW.step = 3 AND (SELECT count(*) FROM recovery_gap g WHERE g.tenant_id = NEW.tenant_id AND g.run_id = NEW.run_id)
                           <> (said->>'gaps')::bigint THEN
        what := 'recovery_gaps_are_stored';
    ELSIF NEW.step = 4 AND EXISTS (
        SELECT FROM recovery_gap g WHERE g.tenant_id = NEW.tenant_id AND g.run_id = NEW.run_id
           AND NOT EXISTS (SELECT FROM recovery_class c WHERE c.tenant_id = g.tenant_id AND c.run_id = g.run_id AND c.gap_id = g.id)) THEN
        what := 'recovery_gaps_have_their_class';
    END IF;
    IF what IS NOT NULL THEN
        RAISE EXCEPTION 'step % of RR-% is not done: %', NEW.step, run.number, what
            USING ERRCODE = 'check_violation', CONSTRAINT = what, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.recovery_step_follows() OWNER TO plumbline_check;
CREATE TRIGGER recovery_step_follows BEFORE INSERT ON recovery_step FOR EACH ROW EXECUTE FUNCTION guard.recovery_step_follows();

-- Gaps come with the third step and classes before the fourth, what corrects them before the fifth, what tightens before the sixth; a
-- class is of a gap of its own run.
CREATE FUNCTION guard.recovery_row_in_its_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    due smallint := CASE WHEN TG_TABLE_NAME = 'recovery_gap' THEN 3 WHEN TG_TABLE_NAME = 'recovery_class' THEN 4
                     WHEN TG_TABLE_NAME IN ('recovery_remedy', 'recovery_acceptance', 'recovery_recheck') THEN 5 ELSE 6 END;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7016, NEW.tenant_id);
    IF (SELECT coalesce(max(s.step), 0) + 1 FROM recovery_step s WHERE s.tenant_id = NEW.tenant_id AND s.run_id = NEW.run_id) <> due
       OR EXISTS (SELECT FROM recovery_end e WHERE e.tenant_id = NEW.tenant_id AND e.run_id = NEW.run_id) THEN
        RAISE EXCEPTION 'recovery % is not in its step %', NEW.run_id, due
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_row_in_its_step', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.recovery_row_in_its_step() OWNER TO plumbline_check;
CREATE TRIGGER in_its_step BEFORE INSERT ON recovery_gap FOR EACH ROW EXECUTE FUNCTION guard.recovery_row_in_its_step();
CREATE TRIGGER in_its_step BEFORE INSERT ON recovery_class FOR EACH ROW EXECUTE FUNCTION guard.recovery_row_in_its_step();

CREATE FUNCTION guard.class_is_set_one_by_one() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM added) > 1 OR EXISTS (SELECT FROM added a WHERE NOT EXISTS (
            SELECT FROM recovery_gap g WHERE g.tenant_id = a.tenant_id AND g.id = a.gap_id AND g.run_id = a.run_id)) THEN
        RAISE EXCEPTION 'a class is set one gap at a time, in its own run'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'class_is_set_one_by_one', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.class_is_set_one_by_one() OWNER TO plumbline_check;
CREATE TRIGGER one_by_one AFTER INSERT ON recovery_class REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION guard.class_is_set_one_by_one();

CREATE FUNCTION guard.recovery_ends_in_turn() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7016, NEW.tenant_id); -- no step is done beside its end
    RETURN NEW;
END $$;
ALTER FUNCTION guard.recovery_ends_in_turn() OWNER TO plumbline_check;
CREATE TRIGGER recovery_ends_in_turn BEFORE INSERT ON recovery_end FOR EACH ROW EXECUTE FUNCTION guard.recovery_ends_in_turn();

-- The window of a run ends with the run, and the run never ends without it.
CREATE FUNCTION guard.recovery_freeze_ends_with_its_run() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM recovery_step s WHERE s.tenant_id = NEW.tenant_id AND s.freeze_id = NEW.window_id
                  AND NOT EXISTS (SELECT FROM recovery_end e WHERE e.tenant_id = s.tenant_id AND e.run_id = s.run_id
                                     AND e.decision_id = NEW.decision_id)) THEN
        RAISE EXCEPTION 'the freeze of a recovery ends with its run'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'freeze_ends_with_its_subject', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.recovery_freeze_ends_with_its_run() OWNER TO plumbline_check;
CREATE TRIGGER recovery_freeze_ends_with_its_run BEFORE INSERT ON freeze_end
    FOR EACH ROW EXECUTE FUNCTION guard.recovery_freeze_ends_with_its_run();

CREATE FUNCTION guard.ended_recovery_is_thawed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM recovery_step s WHERE s.tenant_id = NEW.tenant_id AND s.run_id = NEW.run_id AND s.freeze_id IS NOT NULL
                  AND NOT EXISTS (SELECT FROM freeze_end e WHERE e.tenant_id = s.tenant_id AND e.window_id = s.freeze_id)) THEN
        RAISE EXCEPTION 'the freeze of an ended recovery stands no longer'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ended_recovery_is_thawed', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.ended_recovery_is_thawed() OWNER TO plumbline_check;
CREATE CONSTRAINT TRIGGER ended_recovery_is_thawed AFTER INSERT ON recovery_end DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION guard.ended_recovery_is_thawed();
