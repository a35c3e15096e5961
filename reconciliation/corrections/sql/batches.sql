-- Batch corrections: every transaction of a use case with the wrong sign, reversed and posted anew under one approval. The request's
-- payload states how many members there are and their digest; the members stand here, and no set of another digest is taken.
CREATE TABLE correction_batch_member (
    tenant_id      integer NOT NULL,
    request_id     bigint NOT NULL,
    transaction_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, request_id, transaction_id),
    CONSTRAINT member_of_a_known_request FOREIGN KEY (tenant_id, request_id) REFERENCES approval_request (tenant_id, id),
    CONSTRAINT member_is_a_known_transaction FOREIGN KEY (tenant_id, transaction_id) REFERENCES ledger_transaction (tenant_id, id)
);
CALL protect_tenant_table('correction_batch_member');
CALL make_append_only('correction_batch_member');

CREATE FUNCTION guard.members_are_those_asked_for() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM (SELECT DISTINCT tenant_id, request_id FROM added) a
      LEFT JOIN approval_request r ON r.tenant_id = a.tenant_id AND r.id = a.request_id AND r.kind = 'correction.batch' AND r.state = 'open'
     WHERE r.id IS NULL OR (r.payload #>> '{members,count}', r.payload #>> '{members,sha256}') IS DISTINCT FROM (
           SELECT (count(*)::text, encode(sha256(convert_to(string_agg(m.transaction_id::text, E'\n' ORDER BY m.transaction_id), 'UTF8')), 'hex'))
             FROM correction_batch_member m WHERE m.tenant_id = a.tenant_id AND m.request_id = a.request_id);
    IF FOUND THEN
        RAISE EXCEPTION 'the members of a batch are those that its request was asked for'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'members_are_those_asked_for', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.members_are_those_asked_for() OWNER TO plumbline_check;
CREATE TRIGGER members_are_those_asked_for AFTER INSERT ON correction_batch_member
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard.members_are_those_asked_for();

-- A batch begins with the approval of its request, once, and ends: done, or stopped by a member that changed since.
CREATE TABLE correction_batch (
    tenant_id           integer NOT NULL,
    request_id          bigint NOT NULL,
    use_case            use_case_name NOT NULL,
    rule_number         integer NOT NULL,
    member_count        integer NOT NULL,
    done_count          integer NOT NULL DEFAULT 0,
    state               text NOT NULL DEFAULT 'running',
    decision_id         bigint NOT NULL,
    begun_at            timestamptz NOT NULL,
    ended_at            timestamptz,
    stopped_because     text NOT NULL DEFAULT '',
    stopped_transaction bigint,
    PRIMARY KEY (tenant_id, request_id),
    CONSTRAINT batch_of_a_known_request FOREIGN KEY (tenant_id, request_id) REFERENCES approval_request (tenant_id, id),
    CONSTRAINT batch_of_a_known_rule FOREIGN KEY (tenant_id, use_case, rule_number) REFERENCES posting_rule (tenant_id, use_case, number),
    CONSTRAINT batch_state_is_known CHECK (state IN ('running', 'stopped', 'done')),
    CONSTRAINT batch_ended_has_its_time CHECK ((state = 'running') = (ended_at IS NULL)),
    CONSTRAINT batch_stops_for_a_reason CHECK ((state = 'stopped') = (stopped_because <> '')),
    CONSTRAINT batch_does_each_once CHECK (done_count BETWEEN 0 AND member_count AND (state <> 'done' OR done_count = member_count))
);
CREATE UNIQUE INDEX batch_by_decision ON correction_batch (tenant_id, decision_id);
CREATE UNIQUE INDEX batch_one_runs_per_use_case ON correction_batch (tenant_id, use_case) WHERE state = 'running';
CALL protect_tenant_table('correction_batch');
GRANT INSERT, UPDATE (done_count, state, ended_at, stopped_because, stopped_transaction) ON correction_batch TO plumbline_app;

CREATE FUNCTION guard.batch_runs_what_was_approved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM added b WHERE b.state <> 'running' OR b.done_count <> 0 OR NOT EXISTS (
        SELECT FROM approval_request r WHERE r.tenant_id = b.tenant_id AND r.id = b.request_id AND r.decision_id = b.decision_id
           AND r.kind = 'correction.batch' AND r.payload->>'use_case' = b.use_case AND r.payload->>'rule_number' = b.rule_number::text
           AND r.payload #>> '{members,count}' = b.member_count::text
           AND b.member_count = (SELECT count(*) FROM correction_batch_member m WHERE m.tenant_id = r.tenant_id AND m.request_id = r.id)
           AND b.rule_number = (SELECT max(p.number) FROM posting_rule p WHERE p.tenant_id = b.tenant_id AND p.use_case = b.use_case));
    IF FOUND THEN
        RAISE EXCEPTION 'a batch runs what its request was approved for, by the rule in force'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_runs_what_was_approved', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.batch_runs_what_was_approved() OWNER TO plumbline_check;
CREATE TRIGGER batch_runs_what_was_approved AFTER INSERT ON correction_batch
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard.batch_runs_what_was_approved();

-- What became of each member: its reversal and its re-post. One row for ever, whichever batch it was.
CREATE TABLE correction_batch_done (
    tenant_id      integer NOT NULL,
    request_id     bigint NOT NULL,
    transaction_id bigint NOT NULL,
    reversal_id    bigint NOT NULL,
    repost_id      bigint NOT NULL,
    PRIMARY KEY (tenant_id, request_id, transaction_id),
    CONSTRAINT done_is_of_a_member FOREIGN KEY (tenant_id, request_id, transaction_id)
        REFERENCES correction_batch_member (tenant_id, request_id, transaction_id),
    CONSTRAINT done_of_a_batch_that_began FOREIGN KEY (tenant_id, request_id) REFERENCES correction_batch (tenant_id, request_id),
    CONSTRAINT done_once UNIQUE (tenant_id, transaction_id)
);
CALL protect_tenant_table('correction_batch_done');
CALL make_append_only('correction_batch_done');

CREATE FUNCTION guard.done_as_it_was_written() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM added d WHERE NOT EXISTS (
        SELECT FROM correction_batch b
          JOIN ledger_transaction r ON r.tenant_id = b.tenant_id AND r.id = d.reversal_id AND r.reverses_id = d.transaction_id AND r.decision_id = b.decision_id
          JOIN ledger_transaction c ON c.tenant_id = b.tenant_id AND c.id = d.repost_id AND c.corrects_id = d.transaction_id AND c.decision_id = b.decision_id
         WHERE b.tenant_id = d.tenant_id AND b.request_id = d.request_id AND b.state = 'running');
    IF FOUND THEN
        RAISE EXCEPTION 'a member is done by its reversal and its re-post under the decision of its batch'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'done_as_it_was_written', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.done_as_it_was_written() OWNER TO plumbline_check;
CREATE TRIGGER done_as_it_was_written AFTER INSERT ON correction_batch_done
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard.done_as_it_was_written();

-- Its counts say what is written, and what has ended stays ended.
CREATE FUNCTION guard.batch_moves_forward() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'running' OR NEW.done_count <> (SELECT count(*) FROM correction_batch_done d
            WHERE d.tenant_id = NEW.tenant_id AND d.request_id = NEW.request_id) THEN
        RAISE EXCEPTION 'the batch is %, and counts what it has done', OLD.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'batch_moves_forward', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.batch_moves_forward() OWNER TO plumbline_check;
CREATE TRIGGER batch_moves_forward BEFORE UPDATE ON correction_batch FOR EACH ROW EXECUTE FUNCTION guard.batch_moves_forward();

-- Whether a transaction is what a running batch writes under its decision: the reversal of a member, or its re-post with the
-- directions of the rule, on the member's day, or adjusting it where its books are closed. Asked once a row, and only of rows that no automatic decision carries.
-- One key at a time: as one join over tables that were empty a moment ago it read the whole book for each row.
CREATE FUNCTION guard.is_of_its_batch(tenant integer, decision bigint, written bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    b correction_batch;
    n ledger_transaction;
    o ledger_transaction;
    rule jsonb;
BEGIN
    SELECT * INTO b FROM correction_batch c WHERE c.tenant_id = tenant AND c.decision_id = decision AND c.state = 'running';
    SELECT * INTO n FROM ledger_transaction t WHERE t.tenant_id = tenant AND t.id = written;
    IF b.request_id IS NULL OR n.status <> 'POSTED' OR NOT EXISTS (
            SELECT FROM correction_batch_member m WHERE m.tenant_id = tenant AND m.request_id = b.request_id
               AND m.transaction_id = coalesce(n.reverses_id, n.corrects_id)) THEN
        RETURN false;
    END IF;
    SELECT * INTO o FROM ledger_transaction t WHERE t.tenant_id = tenant AND t.id = coalesce(n.reverses_id, n.corrects_id);
    IF (n.use_case, coalesce(n.adjusts_on, n.effective_on)) <> (o.use_case, o.effective_on)
       OR (n.payment_id, n.partner_reference, n.batch_reference) IS DISTINCT FROM (o.payment_id, o.partner_reference, o.batch_reference) THEN
        RETURN false;
    ELSIF n.reverses_id IS NOT NULL THEN
        RETURN true; -- that it mirrors its original, the book itself asks
    END IF;
    SELECT p.directions INTO rule FROM posting_rule p WHERE p.tenant_id = tenant AND p.use_case = b.use_case AND p.number = b.rule_number;
    RETURN (SELECT array_agg((e.leg, e.account_id, e.direction::text, e.amount_minor::numeric) ORDER BY e.leg) FROM ledger_entry e
             WHERE e.tenant_id = tenant AND e.transaction_id = n.id)
         = (SELECT array_agg((e.leg, e.account_id, coalesce(rule ->> e.account_id::text, e.direction), e.amount_minor::numeric) ORDER BY e.leg)
              FROM ledger_entry e WHERE e.tenant_id = tenant AND e.transaction_id = o.id);
END $$;
REVOKE ALL ON FUNCTION guard.is_of_its_batch(integer, bigint, bigint) FROM PUBLIC;
ALTER FUNCTION guard.is_of_its_batch(integer, bigint, bigint) OWNER TO plumbline_check;
