-- Maker-checker by keys: the decision carries the maker and the payload's digest through its foreign key, so approving
-- one's own request or another payload is a plain constraint violation, whatever the code says.
CREATE TABLE approval_request (
    tenant_id      integer NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    number         bigint NOT NULL,
    kind           text NOT NULL,
    title          text NOT NULL,
    subject        text NOT NULL,
    payload        jsonb NOT NULL,
    payload_sha256 bytea NOT NULL,
    precondition   jsonb NOT NULL,
    amount_minor   numeric NOT NULL,
    currency       text NOT NULL,
    payment_id     text NOT NULL,
    reason_code    text NOT NULL,
    note           text NOT NULL,
    made_by        bigint NOT NULL REFERENCES reconciliation_person,
    made_by_label  text NOT NULL,
    made_at        timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    decision_id    bigint NOT NULL,
    quorum         smallint NOT NULL,
    state          text NOT NULL DEFAULT 'open',
    ended_at       timestamptz,
    idempotency_key text NOT NULL,
    -- The ledger accounts that it touches, wherever the payload names one; derived, so that it cannot say otherwise.
    touches jsonb NOT NULL GENERATED ALWAYS AS (jsonb_path_query_array(payload, '$.**.account_id')) STORED,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT request_carries_its_decision FOREIGN KEY (tenant_id, decision_id) REFERENCES checkpoint_decision (tenant_id, id),
    CONSTRAINT request_number_is_unique UNIQUE (tenant_id, number),
    CONSTRAINT request_is_made_once UNIQUE (tenant_id, idempotency_key),
    CONSTRAINT request_carries_maker_and_payload UNIQUE (tenant_id, id, made_by, payload_sha256),
    CONSTRAINT request_state_is_known CHECK (state IN ('open', 'executed', 'rejected', 'withdrawn', 'expired', 'stale')),
    CONSTRAINT request_ended_has_its_time CHECK ((state = 'open') = (ended_at IS NULL)),
    -- Policy may let these run at once; then the request asks for nobody, and states who made it run.
    CONSTRAINT request_asks_for_someone CHECK (quorum >= 1 OR quorum = 0 AND kind IN ('reverse', 'confirm', 'repost', 'book', 'identify',
        'resolve_case', 'move_order', 'posting.post', 'posting.plan', 'posting.repost', 'posting.confirm', 'posting.fail')),
    CONSTRAINT request_expires_later CHECK (expires_at > made_at)
);
CREATE UNIQUE INDEX request_one_open_per_subject ON approval_request (tenant_id, kind, subject) WHERE state = 'open';
CREATE INDEX request_inbox ON approval_request (tenant_id, expires_at, id) WHERE state = 'open';
CREATE INDEX request_by_payment ON approval_request (tenant_id, payment_id) WHERE payment_id <> '';
CREATE INDEX request_by_subject ON approval_request (tenant_id, subject);
CALL protect_tenant_table('approval_request');
GRANT INSERT, UPDATE (state, ended_at) ON approval_request TO plumbline_app;

-- A request asks for as many as the policy's decision that it carries, which is about such a request.
CREATE FUNCTION guard.request_asks_as_decided() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM checkpoint_decision d WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.decision_id
                      AND d.quorum = NEW.quorum AND d.outcome = CASE NEW.quorum WHEN 0 THEN 'automatic' ELSE 'approval' END) THEN
        RAISE EXCEPTION 'request % asks otherwise than policy decided', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'request_asks_as_decided', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.request_asks_as_decided() OWNER TO plumbline_check;
CREATE TRIGGER request_asks_as_decided AFTER INSERT ON approval_request
    FOR EACH ROW EXECUTE FUNCTION guard.request_asks_as_decided();

-- A request only ever leaves the open state, once.
CREATE FUNCTION guard.request_ends_once() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' OR NEW.state = 'open' THEN
        RAISE EXCEPTION 'request % is %', OLD.number, OLD.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'request_ends_once', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER request_ends_once BEFORE UPDATE ON approval_request FOR EACH ROW EXECUTE FUNCTION guard.request_ends_once();

CREATE TABLE approval_decision (
    tenant_id      integer NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    request_id     bigint NOT NULL,
    made_by        bigint NOT NULL,
    payload_sha256 bytea NOT NULL,
    decided_by     bigint NOT NULL REFERENCES reconciliation_person,
    on_behalf_of   bigint REFERENCES reconciliation_person,
    role           text NOT NULL,
    verdict        text NOT NULL,
    reason         text NOT NULL,
    decided_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT decision_binds_maker_and_payload FOREIGN KEY (tenant_id, request_id, made_by, payload_sha256)
        REFERENCES approval_request (tenant_id, id, made_by, payload_sha256),
    CONSTRAINT decision_by_another_person CHECK (decided_by <> made_by),
    CONSTRAINT decision_by_a_right_of_another_person CHECK (on_behalf_of <> made_by AND on_behalf_of <> decided_by),
    CONSTRAINT decision_once_per_person UNIQUE (tenant_id, request_id, decided_by),
    CONSTRAINT decision_verdict_is_known CHECK (verdict IN ('approve', 'reject')),
    CONSTRAINT decision_rejects_with_a_reason CHECK (verdict = 'approve' OR reason <> '')
);
-- A right approves once, whoever uses it: the lender and whom it was lent to are one.
CREATE UNIQUE INDEX decision_once_per_right ON approval_decision (tenant_id, request_id, coalesce(on_behalf_of, decided_by));
CALL protect_tenant_table('approval_decision');
CALL make_append_only('approval_decision');

-- Whether the clause that asked for a request lets no delegate approve it.
CREATE FUNCTION never_by_a_delegate(in_tenant integer, policy jsonb) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM checkpoint_policy p JOIN checkpoint_version v ON v.tenant_id = p.tenant_id AND v.policy_id = p.id
         CROSS JOIN jsonb_array_elements(v.document -> 'clauses') WITH ORDINALITY c(clause, n)
         WHERE p.tenant_id = in_tenant AND p.key = policy ->> 'policy'
           AND v.number::text = substring(policy ->> 'version' FROM ' v([0-9]+)$')
           AND coalesce(c.clause ->> 'number', c.n::text) = policy ->> 'clause' AND c.clause -> 'never' ? 'delegate')
$$;

-- Whether a decision counts at an instant: policy asked for the role, its owner holds it now, it is about the rights of
-- neither and neither stands behind what asks, the owner has the right on all that is restricted, and a role that is lent is lent then, to one who still works here.
CREATE FUNCTION guard.decision_counts(d approval_decision, at_instant timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT guard.holds_role(d.tenant_id, coalesce(d.on_behalf_of, d.decided_by), d.role)
       AND EXISTS (SELECT FROM approval_request r WHERE r.tenant_id = d.tenant_id AND r.id = d.request_id
                      AND r.precondition -> 'policy' -> 'roles' ? d.role
                      AND coalesce(r.payload ->> 'about_person', '') NOT IN (d.decided_by::text, coalesce(d.on_behalf_of::text, '-'))
                      AND NOT coalesce(r.payload -> 'behind', '[]') @> ANY (ARRAY[to_jsonb(d.decided_by), to_jsonb(coalesce(d.on_behalf_of, 0))]))
       AND (d.on_behalf_of IS NULL OR NOT (
               SELECT never_by_a_delegate(r.tenant_id, r.precondition -> 'policy') FROM approval_request r
                WHERE r.tenant_id = d.tenant_id AND r.id = d.request_id) AND guard.holds_role(d.tenant_id, d.decided_by, NULL) AND EXISTS (
               SELECT FROM approval_delegation g WHERE g.tenant_id = d.tenant_id AND g.lender = d.on_behalf_of
                  AND g.delegate = d.decided_by AND g.role = d.role AND g.ended_at IS NULL
                  AND g.from_at <= at_instant AND at_instant < g.until_at))
       AND NOT EXISTS (
               SELECT FROM approval_request r JOIN approval_restriction x ON x.tenant_id = r.tenant_id AND x.ended_at IS NULL
                  AND (r.touches @> to_jsonb(x.account_id) OR r.precondition -> 'policy' ->> 'policy' = x.policy)
                WHERE r.tenant_id = d.tenant_id AND r.id = d.request_id AND NOT EXISTS (
                      SELECT FROM approval_right t JOIN reconciliation_user u ON u.id = t.user_id
                       WHERE t.tenant_id = x.tenant_id AND t.content_object_id = x.id AND u.is_active
                         AND u.person_id = coalesce(d.on_behalf_of, d.decided_by)))
$$;
REVOKE ALL ON FUNCTION guard.decision_counts(approval_decision, timestamptz) FROM PUBLIC;
ALTER FUNCTION guard.decision_counts(approval_decision, timestamptz) OWNER TO plumbline_check;

CREATE FUNCTION guard.decision_by_one_who_may() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT guard.decision_counts(NEW, NEW.decided_at) THEN
        RAISE EXCEPTION 'whoever decides on request % does not hold the role or right', NEW.request_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_by_one_who_may', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER decision_by_one_who_may AFTER INSERT ON approval_decision
    FOR EACH ROW EXECUTE FUNCTION guard.decision_by_one_who_may();
REVOKE ALL ON FUNCTION guard.decision_by_one_who_may() FROM PUBLIC;
ALTER FUNCTION guard.decision_by_one_who_may() OWNER TO plumbline_check;

CREATE TABLE approval_execution (
    tenant_id       integer NOT NULL,
    request_id      bigint NOT NULL,
    payload_sha256  bytea NOT NULL,
    made_by         bigint NOT NULL,
    approved_by     bigint,
    decision_id     bigint NOT NULL,
    executed_at     timestamptz NOT NULL,
    transaction_ids bigint[] NOT NULL,
    PRIMARY KEY (tenant_id, request_id),
    CONSTRAINT execution_runs_what_was_approved FOREIGN KEY (tenant_id, request_id, made_by, payload_sha256)
        REFERENCES approval_request (tenant_id, id, made_by, payload_sha256),
    CONSTRAINT execution_follows_a_decision FOREIGN KEY (tenant_id, request_id, approved_by)
        REFERENCES approval_decision (tenant_id, request_id, decided_by),
    CONSTRAINT execution_by_another_person CHECK (approved_by <> made_by)
);
CALL protect_tenant_table('approval_execution');
CALL make_append_only('approval_execution');

-- An execution needs as many approvals as its request asked for, each of which counts at that moment, and no rejection; it names
-- who gave the last one, and nobody where policy asked for none.
CREATE FUNCTION guard.execution_has_its_quorum() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM approval_request r WHERE r.tenant_id = NEW.tenant_id AND r.id = NEW.request_id
           AND (r.quorum = 0) = (NEW.approved_by IS NULL) AND r.quorum <= (
            SELECT count(*) FROM approval_decision d WHERE d.tenant_id = r.tenant_id AND d.request_id = r.id AND d.verdict = 'approve'
                AND guard.decision_counts(d, NEW.executed_at))
        AND NOT EXISTS (SELECT FROM approval_decision d WHERE d.tenant_id = r.tenant_id AND d.request_id = r.id AND d.verdict = 'reject')) THEN
        RAISE EXCEPTION 'request % has not the approvals it needs', NEW.request_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'execution_has_its_quorum', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.execution_has_its_quorum() OWNER TO plumbline_check;
CREATE TRIGGER execution_has_its_quorum AFTER INSERT ON approval_execution
    FOR EACH ROW EXECUTE FUNCTION guard.execution_has_its_quorum();
