-- What holds the fifth and sixth step: corrections of the gap's own payment, acceptances and a close by two people, each as it was asked.
CALL carries_decision('recovery_remedy');
CALL carries_decision('recovery_acceptance');
CALL carries_decision('recovery_draft');
CALL carries_decision('recovery_plan');
CREATE TRIGGER in_its_step BEFORE INSERT ON recovery_remedy FOR EACH ROW EXECUTE FUNCTION guard.recovery_row_in_its_step();
CREATE TRIGGER in_its_step BEFORE INSERT ON recovery_acceptance FOR EACH ROW EXECUTE FUNCTION guard.recovery_row_in_its_step();
CREATE TRIGGER in_its_step BEFORE INSERT ON recovery_recheck FOR EACH ROW EXECUTE FUNCTION guard.recovery_row_in_its_step();
CREATE TRIGGER in_its_step BEFORE INSERT ON recovery_draft FOR EACH ROW EXECUTE FUNCTION guard.recovery_row_in_its_step();
CREATE TRIGGER in_its_step BEFORE INSERT ON recovery_measure FOR EACH ROW EXECUTE FUNCTION guard.recovery_row_in_its_step();
CREATE TRIGGER in_its_step BEFORE INSERT ON recovery_comparison FOR EACH ROW EXECUTE FUNCTION guard.recovery_row_in_its_step();

-- A remedy is a correction of the gap's own payment, or a move of its own order, asked for since the run was opened.
CREATE FUNCTION guard.remedy_is_of_its_gap() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM recovery_gap g
          JOIN recovery_run u ON u.tenant_id = g.tenant_id AND u.id = g.run_id
          JOIN approval_request r ON r.tenant_id = g.tenant_id AND r.id = NEW.request_id
         WHERE g.tenant_id = NEW.tenant_id AND g.id = NEW.gap_id AND g.run_id = NEW.run_id AND r.made_at >= u.opened_at
           AND CASE WHEN r.kind = 'move_order_for_gap' THEN g.order_ref <> '' AND r.subject = g.order_ref AND r.payload->>'run' = u.number::text
                    ELSE r.kind IN ('reverse', 'confirm', 'repost', 'book', 'identify') AND r.payment_id <> ''
                         AND r.payment_id IN (g.payment_id, g.payment_ref) END) THEN
        RAISE EXCEPTION 'request % is no correction of the payment of gap %', NEW.request_id, NEW.gap_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remedy_is_of_its_gap', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.remedy_is_of_its_gap() OWNER TO plumbline_check;
CREATE TRIGGER remedy_is_of_its_gap BEFORE INSERT ON recovery_remedy FOR EACH ROW EXECUTE FUNCTION guard.remedy_is_of_its_gap();

-- Whether a person's move of an order is the one that two people agreed on for a gap of a recovery that stands in its fifth step. It
-- passes the freeze of recoveries, and of nothing else.
CREATE FUNCTION guard.moves_for_a_gap(in_tenant integer, decision bigint, moved bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM approval_request r
          JOIN recovery_remedy m ON m.tenant_id = r.tenant_id AND m.request_id = r.id
          JOIN recovery_gap g ON g.tenant_id = m.tenant_id AND g.id = m.gap_id
          JOIN commerce_order o ON o.tenant_id = g.tenant_id AND o.order_ref = g.order_ref
         WHERE r.tenant_id = in_tenant AND r.decision_id = decision AND r.kind = 'move_order_for_gap' AND r.quorum >= 1
           AND o.id = moved AND r.payload->>'order_id' = moved::text
           AND (SELECT max(s.step) FROM recovery_step s WHERE s.tenant_id = g.tenant_id AND s.run_id = g.run_id) = 4
           AND NOT EXISTS (SELECT FROM recovery_end e WHERE e.tenant_id = g.tenant_id AND e.run_id = g.run_id))
$$;
REVOKE ALL ON FUNCTION guard.moves_for_a_gap(integer, bigint, bigint) FROM PUBLIC;
ALTER FUNCTION guard.moves_for_a_gap(integer, bigint, bigint) OWNER TO plumbline_check;

CREATE FUNCTION guard.acceptance_is_as_asked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approval_request r JOIN recovery_gap g ON g.tenant_id = r.tenant_id AND g.id = NEW.gap_id AND g.run_id = NEW.run_id
                    WHERE r.tenant_id = NEW.tenant_id AND r.decision_id = NEW.decision_id AND r.kind = 'accept_gap' AND r.quorum >= 1
                      AND r.payload->>'gap_id' = NEW.gap_id::text AND r.payload->>'reason' = NEW.reason) THEN
        RAISE EXCEPTION 'no approved request asks to accept gap %', NEW.gap_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'acceptance_is_as_asked', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.acceptance_is_as_asked() OWNER TO plumbline_check;
CREATE TRIGGER acceptance_is_as_asked BEFORE INSERT ON recovery_acceptance FOR EACH ROW EXECUTE FUNCTION guard.acceptance_is_as_asked();

-- Whether a gap is settled: accepted, or corrected by what was carried out, with nothing of it still waiting, and seen gone since.
CREATE FUNCTION guard.gap_is_settled(in_tenant integer, gap bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM recovery_acceptance a WHERE a.tenant_id = in_tenant AND a.gap_id = gap)
        OR coalesce((SELECT bool_and(r.state <> 'open') AND max(x.executed_at) <= (
                        SELECT CASE WHEN k.gone THEN k.at END FROM recovery_recheck k
                         WHERE k.tenant_id = in_tenant AND k.gap_id = gap ORDER BY k.id DESC LIMIT 1)
                       FROM recovery_remedy m JOIN approval_request r ON r.tenant_id = m.tenant_id AND r.id = m.request_id
                       LEFT JOIN approval_execution x ON x.tenant_id = r.tenant_id AND x.request_id = r.id
                      WHERE m.tenant_id = in_tenant AND m.gap_id = gap), false)
$$;
REVOKE ALL ON FUNCTION guard.gap_is_settled(integer, bigint) FROM PUBLIC;
ALTER FUNCTION guard.gap_is_settled(integer, bigint) OWNER TO plumbline_check;

-- The last step is the close: as two people agreed, over the last comparison of the planes, with one of the run's own drafts in force that
-- blocks a part of what happened, or with the reason why none is.
CREATE FUNCTION guard.refused_close(in_tenant integer, in_run bigint, decision bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN r.id IS NULL THEN 'recovery_closes_as_asked'
        WHEN c.id IS NULL OR r.payload->>'comparison_sha256' IS DISTINCT FROM encode(c.sha256, 'hex') THEN 'recovery_closes_on_its_planes'
        WHEN c.unexplained > 0 AND length(coalesce(r.payload->>'explanation', '')) < 20 THEN 'recovery_explains_what_is_left'
        WHEN length(coalesce(r.payload->>'untightened', '')) < 20 AND NOT EXISTS (
             SELECT FROM recovery_draft t
               JOIN checkpoint_version v ON v.tenant_id = t.tenant_id AND v.id = t.version_id AND v.state = 'active'
               JOIN recovery_measure q ON q.tenant_id = t.tenant_id AND q.run_id = t.run_id AND q.version_id = v.id
                AND q.document_sha256 = v.document_sha256 AND q.blocked > 0
              WHERE t.tenant_id = in_tenant AND t.run_id = in_run) THEN 'recovery_tightens_or_says_why'
        END
      FROM (SELECT) one
      LEFT JOIN approval_request r ON r.tenant_id = in_tenant AND r.decision_id = decision AND r.kind = 'close_recovery' AND r.quorum >= 1
       AND r.payload->>'run_id' = in_run::text
      LEFT JOIN LATERAL (SELECT * FROM recovery_comparison k WHERE k.tenant_id = in_tenant AND k.run_id = in_run ORDER BY k.id DESC LIMIT 1) c ON true
$$;
REVOKE ALL ON FUNCTION guard.refused_close(integer, bigint, bigint) FROM PUBLIC;
ALTER FUNCTION guard.refused_close(integer, bigint, bigint) OWNER TO plumbline_check;

CREATE FUNCTION guard.last_steps_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    what text;
BEGIN
    IF NEW.step = 5 AND EXISTS (SELECT FROM recovery_gap g WHERE g.tenant_id = NEW.tenant_id AND g.run_id = NEW.run_id
                                   AND NOT guard.gap_is_settled(g.tenant_id, g.id)) THEN
        what := 'recovery_gaps_are_settled';
    ELSIF NEW.step = 6 THEN
        what := guard.refused_close(NEW.tenant_id, NEW.run_id, NEW.decision_id);
    END IF;
    IF what IS NOT NULL THEN
        RAISE EXCEPTION 'step % is not done: %', NEW.step, what
            USING ERRCODE = 'check_violation', CONSTRAINT = what, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.last_steps_hold() OWNER TO plumbline_check;
CREATE TRIGGER recovery_step_in_the_end BEFORE INSERT ON recovery_step FOR EACH ROW WHEN (NEW.step > 4) EXECUTE FUNCTION guard.last_steps_hold();

-- A run is closed by the act that did its last step, stopped as two people agreed, and withdrawn by one only while nothing is frozen.
CREATE FUNCTION guard.recovery_is_closed_by_its_last_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.how = 'closed') <> EXISTS (SELECT FROM recovery_step s WHERE s.tenant_id = NEW.tenant_id AND s.run_id = NEW.run_id AND s.step = 6
                                          AND s.decision_id = NEW.decision_id) THEN
        RAISE EXCEPTION 'a recovery is closed by its last step, and stopped before it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_is_closed_by_its_last_step', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.how = 'withdrawn' AND EXISTS (SELECT FROM recovery_step s WHERE s.tenant_id = NEW.tenant_id AND s.run_id = NEW.run_id) THEN
        RAISE EXCEPTION 'a recovery that has begun to freeze is not withdrawn'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_is_withdrawn_before_it_freezes', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.how = 'stopped' AND NOT EXISTS (
            SELECT FROM approval_request r
             WHERE r.tenant_id = NEW.tenant_id AND r.decision_id = NEW.decision_id AND r.kind = 'stop_recovery' AND r.quorum >= 1
               AND r.payload->>'run_id' = NEW.run_id::text AND r.payload->>'reason' = NEW.reason) THEN
        RAISE EXCEPTION 'no approved request asks to stop this recovery'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_stops_as_asked', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.recovery_is_closed_by_its_last_step() OWNER TO plumbline_check;
CREATE TRIGGER closed_by_its_last_step AFTER INSERT ON recovery_end FOR EACH ROW EXECUTE FUNCTION guard.recovery_is_closed_by_its_last_step();

-- And the last step never stands without its end.
CREATE FUNCTION guard.last_step_ends_its_run() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM recovery_end e WHERE e.tenant_id = NEW.tenant_id AND e.run_id = NEW.run_id AND e.decision_id = NEW.decision_id) THEN
        RAISE EXCEPTION 'the last step of a recovery is its end'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'last_step_ends_its_run', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.last_step_ends_its_run() OWNER TO plumbline_check;
CREATE CONSTRAINT TRIGGER last_step_ends_its_run AFTER INSERT ON recovery_step DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.step = 6) EXECUTE FUNCTION guard.last_step_ends_its_run();

-- A plan is of a run that stands open, and its owner is somebody who may run one.
CREATE FUNCTION guard.plan_is_of_an_open_run() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7016, NEW.tenant_id);
    IF EXISTS (SELECT FROM recovery_end e WHERE e.tenant_id = NEW.tenant_id AND e.run_id = NEW.run_id)
       OR NOT (guard.holds_role(NEW.tenant_id, NEW.owner_id, 'controller') OR guard.holds_role(NEW.tenant_id, NEW.owner_id, 'operator')) THEN
        RAISE EXCEPTION 'a plan is of a recovery that stands open, and of an owner who may run it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_is_of_an_open_run', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.plan_is_of_an_open_run() OWNER TO plumbline_check;
CREATE TRIGGER plan_is_of_an_open_run BEFORE INSERT ON recovery_plan FOR EACH ROW EXECUTE FUNCTION guard.plan_is_of_an_open_run();
