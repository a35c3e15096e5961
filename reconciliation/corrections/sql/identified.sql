-- An identification takes one receipt, whole, out of suspense: posted at once, from the account that the receipt waits on, at the
-- receipt's amount, onto an asset account of no bank, once while it stands. Under a decision of its kind it is what was asked for.
-- Rivals for one receipt wait for each other by its id.
CREATE FUNCTION guard.identification_is_of_its_receipt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    receipt bigint;
    asked jsonb;
    legs jsonb;
BEGIN
    -- A system's own posting that names no receipt is a posting like any other (S20).
    IF NOT coalesce(NEW.metadata ? 'receipt', false) AND NOT EXISTS (
            SELECT FROM checkpoint_decision d WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.decision_id
               AND d.move = 'correction.identify') THEN
        RETURN NULL;
    END IF;
    SELECT t.id INTO receipt FROM ledger_transaction t
     WHERE t.tenant_id = NEW.tenant_id AND t.public_id::text = NEW.metadata ->> 'receipt' AND t.use_case = 'suspense_receipt'
       AND t.status = 'POSTED' AND t.reverses_id IS NULL
       AND NOT EXISTS (SELECT FROM ledger_transaction r WHERE r.tenant_id = t.tenant_id AND r.reverses_id = t.id);
    PERFORM pg_advisory_xact_lock(7031, hashtext(NEW.tenant_id || ' ' || receipt));
    SELECT jsonb_agg(jsonb_build_array(e.account_id, e.direction::text, e.amount_minor::text) ORDER BY e.leg) INTO legs
      FROM ledger_entry e WHERE e.tenant_id = NEW.tenant_id AND e.transaction_id = NEW.id;
    PERFORM FROM ledger_entry w
       JOIN ledger_entry out ON out.tenant_id = w.tenant_id AND out.transaction_id = NEW.id AND out.direction = 'DEBIT'
        AND out.account_id = w.account_id AND out.amount_minor = w.amount_minor
       JOIN ledger_entry onto ON onto.tenant_id = w.tenant_id AND onto.transaction_id = NEW.id AND onto.direction = 'CREDIT'
        AND onto.account_id <> w.account_id AND onto.amount_minor = w.amount_minor
       JOIN ledger_account a ON a.tenant_id = onto.tenant_id AND a.id = onto.account_id AND a.kind = 'ASSET'
      WHERE w.tenant_id = NEW.tenant_id AND w.transaction_id = receipt AND w.direction = 'CREDIT'
        AND NOT EXISTS (SELECT FROM bank_account b WHERE b.tenant_id = w.tenant_id AND b.ledger_account_id IN (w.account_id, onto.account_id));
    IF NOT FOUND OR jsonb_array_length(legs) <> 2 OR NEW.status <> 'POSTED' OR coalesce(NEW.payment_id, '') = '' OR EXISTS (
            SELECT FROM ledger_entry e JOIN ledger_transaction i ON i.tenant_id = e.tenant_id AND i.id = e.transaction_id
             WHERE e.tenant_id = NEW.tenant_id AND e.account_id = (legs -> 0 ->> 0)::bigint AND i.id <> NEW.id AND i.use_case = 'identify'
               AND i.reverses_id IS NULL AND i.metadata ->> 'receipt' = NEW.metadata ->> 'receipt'
               AND NOT EXISTS (SELECT FROM ledger_transaction r WHERE r.tenant_id = i.tenant_id AND r.reverses_id = i.id)) THEN
        RAISE EXCEPTION 'transaction % does not take its receipt, whole and once, out of suspense onto a receivable', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'identification_is_of_its_receipt', TABLE = TG_TABLE_NAME;
    END IF;
    PERFORM FROM checkpoint_decision d WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.decision_id
                AND d.move = 'correction.identify' AND d.policy <> 'preview';
    IF FOUND THEN
        SELECT r.payload INTO asked FROM approval_request r
         WHERE r.tenant_id = NEW.tenant_id AND r.kind = 'identify' AND r.decision_id = NEW.decision_id;
        IF asked IS NULL OR (NEW.payment_id, NEW.metadata ->> 'receipt') IS DISTINCT FROM (asked ->> 'payment_id', asked ->> 'receipt')
           OR legs IS DISTINCT FROM (SELECT jsonb_agg(jsonb_build_array(a.e -> 'account_id', a.e ->> 'direction', a.e ->> 'amount_minor') ORDER BY a.n)
                                       FROM jsonb_array_elements(asked -> 'entries') WITH ORDINALITY a (e, n)) THEN
            RAISE EXCEPTION 'transaction % is not the identification that was asked for', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'identification_is_as_asked', TABLE = TG_TABLE_NAME;
        END IF;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.identification_is_of_its_receipt() OWNER TO plumbline_check;
CREATE TRIGGER identification_is_of_its_receipt AFTER INSERT ON ledger_transaction FOR EACH ROW
    WHEN (NEW.use_case = 'identify' AND NEW.reverses_id IS NULL) EXECUTE FUNCTION guard.identification_is_of_its_receipt();
