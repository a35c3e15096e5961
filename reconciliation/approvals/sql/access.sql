-- What is restricted, and the rights on it, change by an approved request that says exactly this, and while it executes.
CREATE FUNCTION guard.access_was_agreed(x approval_restriction, what text, whose text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM approval_request r LEFT JOIN ledger_account a ON a.tenant_id = x.tenant_id AND a.id = x.account_id
         WHERE r.tenant_id = x.tenant_id AND r.kind = 'set_access' AND r.state = 'open'
           AND r.payload ->> 'change' = what AND r.payload ->> 'email' = whose
           AND r.payload ->> 'on' = CASE WHEN x.account_id IS NULL THEN 'policy' ELSE 'account' END
           AND r.payload ->> 'name' = coalesce(a.code, x.policy)
           AND r.quorum <= (SELECT count(*) FROM approval_decision d WHERE d.tenant_id = r.tenant_id AND d.request_id = r.id
                               AND d.verdict = 'approve' AND guard.decision_counts(d, d.decided_at)))
$$;

CREATE FUNCTION guard.access_by_two_people() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    on_what approval_restriction;
    agreed  boolean;
BEGIN
    IF TG_TABLE_NAME = 'approval_restriction' THEN
        agreed := guard.access_was_agreed(NEW, CASE TG_OP WHEN 'INSERT' THEN 'restrict' ELSE 'open' END, '');
    ELSE
        SELECT * INTO on_what FROM approval_restriction x
         WHERE x.tenant_id = coalesce(NEW.tenant_id, OLD.tenant_id) AND x.id = coalesce(NEW.content_object_id, OLD.content_object_id);
        agreed := guard.access_was_agreed(on_what, CASE TG_OP WHEN 'INSERT' THEN 'give' ELSE 'take' END, (
            SELECT email FROM reconciliation_user WHERE id = coalesce(NEW.user_id, OLD.user_id)));
    END IF;
    IF NOT agreed THEN
        RAISE EXCEPTION 'who may decide changes by an approved request alone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'access_by_two_people', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER access_by_two_people AFTER INSERT OR UPDATE ON approval_restriction
    FOR EACH ROW EXECUTE FUNCTION guard.access_by_two_people();
CREATE TRIGGER access_by_two_people AFTER INSERT OR DELETE ON approval_right
    FOR EACH ROW EXECUTE FUNCTION guard.access_by_two_people();
REVOKE ALL ON FUNCTION guard.access_by_two_people(), guard.access_was_agreed(approval_restriction, text, text) FROM PUBLIC;
ALTER FUNCTION guard.access_by_two_people() OWNER TO plumbline_check;
ALTER FUNCTION guard.access_was_agreed(approval_restriction, text, text) OWNER TO plumbline_check;
