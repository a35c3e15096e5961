-- What is written under the decision of a re-post is what its request asked for: the original, its day, and every entry.
CREATE FUNCTION guard.repost_is_as_asked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked jsonb;
BEGIN
    PERFORM FROM checkpoint_decision d WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.decision_id
                AND d.move = 'correction.repost' AND d.policy <> 'preview';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT r.payload INTO asked FROM approval_request r
     WHERE r.tenant_id = NEW.tenant_id AND r.kind = 'repost' AND r.decision_id = NEW.decision_id;
    IF asked IS NULL OR NEW.status <> 'POSTED'
       OR coalesce(NEW.reverses_id, NEW.corrects_id) IS DISTINCT FROM (asked ->> 'transaction_id')::bigint
       OR NEW.effective_on <> (asked ->> 'effective_on')::date
       OR NEW.adjusts_on IS DISTINCT FROM (asked ->> 'adjusts_on')::date
       OR (NEW.use_case, coalesce(NEW.payment_id, ''), coalesce(NEW.partner_reference, ''))
          IS DISTINCT FROM (asked ->> 'use_case', asked ->> 'payment_id', coalesce(asked ->> 'partner_reference', ''))
       OR (SELECT jsonb_agg(jsonb_build_array(e.account_id, e.direction::text, e.amount_minor::text) ORDER BY e.leg)
             FROM ledger_entry e WHERE e.tenant_id = NEW.tenant_id AND e.transaction_id = NEW.id)
          IS DISTINCT FROM
          (SELECT jsonb_agg(jsonb_build_array(a.e -> 'account_id', a.e ->> 'direction', a.e ->> 'amount_minor') ORDER BY a.n)
             FROM jsonb_array_elements(asked -> CASE WHEN NEW.reverses_id IS NULL THEN 'entries' ELSE 'undone' END)
                  WITH ORDINALITY a (e, n)) THEN
        RAISE EXCEPTION 'transaction % is not the re-post that was asked for', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'repost_is_as_asked', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.repost_is_as_asked() OWNER TO plumbline_check;

-- Under such a decision nothing leaves PENDING but the original of a request that said so, and that to FAILED.
CREATE FUNCTION guard.repost_fails_as_asked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM checkpoint_decision d WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.decision_id
                AND d.move = 'correction.repost' AND d.policy <> 'preview';
    IF FOUND AND NOT EXISTS (
            SELECT FROM approval_request r WHERE r.tenant_id = NEW.tenant_id AND r.kind = 'repost' AND r.decision_id = NEW.decision_id
               AND r.payload -> 'fails' = 'true' AND (r.payload ->> 'transaction_id')::bigint = NEW.transaction_id AND NEW.to_status = 'FAILED') THEN
        RAISE EXCEPTION 'the re-post that was asked for does not settle transaction %', NEW.transaction_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'repost_fails_as_asked', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.repost_fails_as_asked() OWNER TO plumbline_check;
CREATE TRIGGER repost_fails_as_asked AFTER INSERT ON ledger_transaction_move FOR EACH ROW EXECUTE FUNCTION guard.repost_fails_as_asked();
CREATE TRIGGER repost_is_as_asked AFTER INSERT ON ledger_transaction FOR EACH ROW
    WHEN (NEW.reverses_id IS NOT NULL OR NEW.corrects_id IS NOT NULL) EXECUTE FUNCTION guard.repost_is_as_asked();
