-- What people said of a bank line that carries no reference: that it settles this transaction, or that it does not. The line itself is
-- never edited; from the next run on the matcher compares it by the transaction's reference, or leaves the two apart.
CREATE TABLE line_identification (
    tenant_id       integer NOT NULL,
    line_id         bigint NOT NULL,
    transaction_id  bigint NOT NULL,
    bank_account_id bigint NOT NULL,
    together        boolean NOT NULL,
    decision_id     bigint NOT NULL,
    said_at         timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, line_id, transaction_id),
    CONSTRAINT identification_of_a_known_line FOREIGN KEY (tenant_id, line_id) REFERENCES bank_line (tenant_id, id)
);
CREATE UNIQUE INDEX line_joined_once ON line_identification (tenant_id, line_id) WHERE together;
CREATE UNIQUE INDEX transaction_joined_once ON line_identification (tenant_id, transaction_id, bank_account_id) WHERE together;
CREATE INDEX identification_by_account ON line_identification (tenant_id, bank_account_id);
CALL protect_tenant_table('line_identification');
CALL make_append_only('line_identification');

-- By a request of two people about this very pair, whose line and entry are of one account, amount and direction.
CREATE FUNCTION guard.identification_is_as_asked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
            SELECT FROM bank_line b JOIN bank_account k ON k.tenant_id = b.tenant_id AND k.id = b.bank_account_id
              JOIN ledger_entry e ON e.tenant_id = b.tenant_id AND e.account_id = k.ledger_account_id AND e.transaction_id = NEW.transaction_id
             WHERE b.tenant_id = NEW.tenant_id AND b.id = NEW.line_id AND b.bank_account_id = NEW.bank_account_id AND b.reference_key = ''
               AND e.amount_minor = abs(b.amount_minor) AND (e.direction = 'DEBIT') = (b.amount_minor > 0)) THEN
        RAISE EXCEPTION 'line % carries no reference of its own only beside an entry of its account and amount', NEW.line_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'identification_joins_equals', TABLE = TG_TABLE_NAME;
    END IF;
    PERFORM guard.require_unfrozen(NEW.tenant_id, 'correction.join', ARRAY[NEW.transaction_id], '');
    IF NOT EXISTS (SELECT FROM checkpoint_decision d WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.decision_id AND d.policy = 'preview')
       AND NOT EXISTS (
            SELECT FROM approval_request r WHERE r.tenant_id = NEW.tenant_id AND r.decision_id = NEW.decision_id AND r.quorum >= 1
               AND r.kind = CASE WHEN NEW.together THEN 'join' ELSE 'apart' END
               AND r.payload -> 'lines' = jsonb_build_array(NEW.line_id) AND r.payload -> 'transaction_id' = to_jsonb(NEW.transaction_id)) THEN
        RAISE EXCEPTION 'no approved request says this of line %', NEW.line_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'identification_is_as_asked', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.identification_is_as_asked() OWNER TO plumbline_check;
CREATE TRIGGER identification_is_as_asked AFTER INSERT ON line_identification FOR EACH ROW EXECUTE FUNCTION guard.identification_is_as_asked();
