-- Posting rules: per use case, in which direction its postings go on each account that the rule names. Versions are appended, the
-- newest is in force. A posting that goes against it is refused here, by whatever door it came; a reversal mirrors its original and
-- is asked nothing.
CREATE TABLE posting_rule (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    use_case    use_case_name NOT NULL,
    number      integer NOT NULL,
    directions  jsonb NOT NULL, -- {"<ledger account id>": "DEBIT"|"CREDIT"}
    note        text NOT NULL,
    active_from timestamptz NOT NULL,
    set_by      text NOT NULL,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT rule_version_is_unique UNIQUE (tenant_id, use_case, number),
    CONSTRAINT rule_debits_and_credits CHECK (jsonb_path_exists(directions, '$.* ? (@ == "DEBIT")')
        AND jsonb_path_exists(directions, '$.* ? (@ == "CREDIT")')
        AND NOT jsonb_path_exists(directions, '$.* ? (@ != "DEBIT" && @ != "CREDIT")'))
);
CALL protect_tenant_table('posting_rule');
CALL make_append_only('posting_rule');

-- Versions count from 1; every later one is what a request of two people says, to the letter; each account is one of the tenant's.
CREATE FUNCTION guard.rule_follows_the_last() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    rule posting_rule;
    what text;
BEGIN
    FOR rule IN SELECT * FROM added LOOP
        IF rule.number <> 1 + (SELECT count(*) FROM posting_rule r WHERE r.tenant_id = rule.tenant_id AND r.use_case = rule.use_case AND r.id <> rule.id) THEN
            what := 'rule_follows_the_last';
        ELSIF EXISTS (SELECT FROM jsonb_object_keys(rule.directions) k WHERE NOT EXISTS (
                SELECT FROM ledger_account a WHERE a.tenant_id = rule.tenant_id AND a.id::text = k)) THEN
            what := 'rule_names_known_accounts';
        ELSIF rule.number > 1 AND NOT EXISTS (
                SELECT FROM approval_request r WHERE r.tenant_id = rule.tenant_id AND r.decision_id = rule.decision_id
                   AND r.kind = 'set_posting_rule' AND r.payload->>'use_case' = rule.use_case
                   AND rule.directions = (SELECT jsonb_object_agg(d->>'account_id', d->>'direction')
                                            FROM jsonb_array_elements(r.payload->'directions') d)) THEN
            what := 'rule_changes_by_two_people';
        END IF;
        IF what IS NOT NULL THEN
            RAISE EXCEPTION 'posting rule % v%: %', rule.use_case, rule.number, what
                USING ERRCODE = 'check_violation', CONSTRAINT = what, TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.rule_follows_the_last() OWNER TO plumbline_check;
CREATE TRIGGER rule_follows_the_last AFTER INSERT ON posting_rule
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard.rule_follows_the_last();

-- Refuses the first of these transactions of one use case that goes against its rule in force. The keys are given as a set and the
-- entries fenced: with statistics of an empty book the planner would read the whole of it.
CREATE FUNCTION guard.require_its_rule(tenant integer, use_case_of text, ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    rule posting_rule;
    bad record;
BEGIN
    SELECT * INTO rule FROM posting_rule r WHERE r.tenant_id = tenant AND r.use_case = use_case_of ORDER BY r.number DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT e.* INTO bad FROM (
        SELECT * FROM ledger_entry WHERE tenant_id = tenant AND transaction_id = ANY (ids) OFFSET 0) e
     WHERE rule.directions ->> e.account_id::text <> e.direction ORDER BY e.transaction_id, e.leg LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% %s account %, and rule v% of % says that it is %ed',
            (SELECT left(t.idempotency_key, 80) FROM ledger_transaction t WHERE t.tenant_id = tenant AND t.id = bad.transaction_id),
            lower(bad.direction), (SELECT a.code FROM ledger_account a WHERE a.tenant_id = tenant AND a.id = bad.account_id),
            rule.number, rule.use_case, lower(rule.directions ->> bad.account_id::text)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_follows_its_rule', TABLE = 'ledger_entry';
    END IF;
END $$;
REVOKE ALL ON FUNCTION guard.require_its_rule(integer, text, bigint[]) FROM PUBLIC;
ALTER FUNCTION guard.require_its_rule(integer, text, bigint[]) OWNER TO plumbline_check;

CREATE FUNCTION guard.posting_follows_its_rule() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- The usual case, asked in one look: no use case of what was posted has a rule.
    PERFORM FROM added n WHERE n.reverses_id IS NULL
        AND EXISTS (SELECT FROM posting_rule r WHERE r.tenant_id = n.tenant_id AND r.use_case = n.use_case);
    IF FOUND THEN
        PERFORM guard.require_its_rule(n.tenant_id, n.use_case, array_agg(n.id)) FROM added n
          WHERE n.reverses_id IS NULL GROUP BY n.tenant_id, n.use_case;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.posting_follows_its_rule() OWNER TO plumbline_check;
CREATE TRIGGER posting_follows_its_rule AFTER INSERT ON ledger_transaction
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard.posting_follows_its_rule();

-- What was planned before the rule came is confirmed only as far as it follows it; else it fails, and is posted anew.
CREATE FUNCTION guard.confirmed_by_its_rule() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM guard.require_its_rule(t.tenant_id, t.use_case, array_agg(t.id))
       FROM added n JOIN ledger_transaction t ON t.tenant_id = n.tenant_id AND t.id = n.transaction_id
      WHERE n.to_status = 'POSTED' GROUP BY t.tenant_id, t.use_case;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.confirmed_by_its_rule() OWNER TO plumbline_check;
CREATE TRIGGER confirmed_by_its_rule AFTER INSERT ON ledger_transaction_move
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard.confirmed_by_its_rule();
