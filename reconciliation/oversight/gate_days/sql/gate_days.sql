-- How many clean days in a row open the release gate. Without a version it is 7, as the code says. Versions are appended and never
-- edited: the gate as of an instant is judged by the one in force then.
CREATE TABLE gate_setting (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    number      integer NOT NULL,
    needed_days integer NOT NULL,
    why         text NOT NULL,
    active_from timestamptz NOT NULL,
    set_by      text NOT NULL,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT gate_setting_number_is_unique UNIQUE (tenant_id, number),
    CONSTRAINT gate_days_in_bounds CHECK (needed_days BETWEEN 1 AND 60),
    CONSTRAINT gate_setting_says_why CHECK (length(btrim(why)) BETWEEN 1 AND 2000)
);
CALL protect_tenant_table('gate_setting');
CALL make_append_only('gate_setting');
CALL carries_decision('gate_setting');
-- Whoever reads the figures of the metrics reads the gate.
GRANT SELECT (tenant_id, number, needed_days, active_from) ON gate_setting TO plumbline_figures;

-- A version follows the last one, says what an approved request says, and is in force from its last approval: an earlier instant
-- would rewrite what the gate said, a later one what two people agreed to.
CREATE FUNCTION guard.gate_by_two_people() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    what text;
BEGIN
    IF NEW.number <> 1 + (SELECT count(*) FROM gate_setting g WHERE g.tenant_id = NEW.tenant_id AND g.id <> NEW.id)
       OR EXISTS (SELECT FROM gate_setting g WHERE g.tenant_id = NEW.tenant_id AND g.id <> NEW.id AND g.active_from > NEW.active_from) THEN
        what := 'gate_setting_follows_the_last';
    ELSIF NOT EXISTS (
        SELECT FROM approval_request r
         WHERE r.tenant_id = NEW.tenant_id AND r.kind = 'set_gate' AND r.state = 'open' AND r.decision_id = NEW.decision_id
           AND r.payload -> 'needed' = to_jsonb(NEW.needed_days) AND r.payload ->> 'note' = NEW.why
           AND (SELECT count(*) >= greatest(r.quorum, 1) AND max(d.decided_at) = NEW.active_from FROM approval_decision d
                 WHERE d.tenant_id = r.tenant_id AND d.request_id = r.id AND d.verdict = 'approve'
                   AND guard.decision_counts(d, d.decided_at))) THEN
        what := 'gate_by_two_people';
    END IF;
    IF what IS NOT NULL THEN
        RAISE EXCEPTION 'gate setting v%: %', NEW.number, what
            USING ERRCODE = 'check_violation', CONSTRAINT = what, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER gate_by_two_people AFTER INSERT ON gate_setting FOR EACH ROW EXECUTE FUNCTION guard.gate_by_two_people();
REVOKE ALL ON FUNCTION guard.gate_by_two_people() FROM PUBLIC;
ALTER FUNCTION guard.gate_by_two_people() OWNER TO plumbline_check;
