-- Who may decide at a moment: who holds the role, to whom it is lent, and who has the right where something is restricted.

-- A deciding role lent to another person of the tenant. Only what the lender holds is lent, so nothing is ever lent on.
-- A row changes once: by its early end.
CREATE TABLE approval_delegation (
    tenant_id integer NOT NULL REFERENCES ledger_tenant,
    id        bigint GENERATED ALWAYS AS IDENTITY,
    lender    bigint NOT NULL REFERENCES reconciliation_person,
    delegate  bigint NOT NULL REFERENCES reconciliation_person,
    role      text NOT NULL,
    from_at   timestamptz NOT NULL,
    until_at  timestamptz NOT NULL,
    reason    text NOT NULL,
    made_at   timestamptz NOT NULL,
    ended_at  timestamptz,
    ended_by  bigint REFERENCES reconciliation_person,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT delegation_is_to_another_person CHECK (delegate <> lender),
    CONSTRAINT delegation_has_its_dates CHECK (from_at < until_at AND made_at < until_at),
    CONSTRAINT delegation_lasts_31_days_at_most CHECK (until_at - from_at <= interval '31 days'),
    CONSTRAINT delegation_says_why CHECK (reason <> ''),
    CONSTRAINT delegation_ended_by_someone CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX delegation_to ON approval_delegation (tenant_id, delegate) WHERE ended_at IS NULL;
CALL protect_tenant_table('approval_delegation');
GRANT INSERT, UPDATE (ended_at, ended_by) ON approval_delegation TO plumbline_app;

-- Whether a person holds a role in a tenant now, under a sign-in that is open; in any role when none is named.
CREATE FUNCTION guard.holds_role(in_tenant integer, who bigint, asked text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM reconciliation_membership m JOIN reconciliation_user u ON u.id = m.user_id
                    WHERE m.tenant_id = in_tenant AND u.person_id = who AND u.is_active AND m.ended_at IS NULL
                      AND (asked IS NULL OR m.role = asked))
$$;
REVOKE ALL ON FUNCTION guard.holds_role(integer, bigint, text) FROM PUBLIC;
ALTER FUNCTION guard.holds_role(integer, bigint, text) OWNER TO plumbline_check;

CREATE FUNCTION guard.delegation_lends_what_is_held() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT guard.holds_role(NEW.tenant_id, NEW.lender, NEW.role) OR NOT guard.holds_role(NEW.tenant_id, NEW.delegate, NULL) THEN
        RAISE EXCEPTION 'only a held role is lent, and only to a person of the tenant'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_lends_what_is_held', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER delegation_lends_what_is_held AFTER INSERT ON approval_delegation
    FOR EACH ROW EXECUTE FUNCTION guard.delegation_lends_what_is_held();
REVOKE ALL ON FUNCTION guard.delegation_lends_what_is_held() FROM PUBLIC;
ALTER FUNCTION guard.delegation_lends_what_is_held() OWNER TO plumbline_check;

CREATE FUNCTION guard.ends_once() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL THEN
        RAISE EXCEPTION 'a row of % ends once', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_ends_once', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ends_once BEFORE UPDATE ON approval_delegation FOR EACH ROW EXECUTE FUNCTION guard.ends_once();

-- What only those decide about who hold a right on it: a ledger account, or a checkpoint policy by its key. It stands until
-- it is ended; that nobody holds a right any more opens nothing.
CREATE TABLE approval_restriction (
    tenant_id  integer NOT NULL REFERENCES ledger_tenant,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    account_id bigint,
    policy     text,
    made_at    timestamptz NOT NULL,
    decision_id bigint NOT NULL,
    ended_at   timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT restriction_is_on_an_account FOREIGN KEY (tenant_id, account_id) REFERENCES ledger_account (tenant_id, id),
    CONSTRAINT restriction_follows_a_decision FOREIGN KEY (tenant_id, decision_id) REFERENCES checkpoint_decision (tenant_id, id),
    CONSTRAINT restriction_is_on_one_thing CHECK (num_nonnulls(account_id, policy) = 1 AND policy <> '')
);
CREATE UNIQUE INDEX restriction_once_per_account ON approval_restriction (tenant_id, account_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX restriction_once_per_policy ON approval_restriction (tenant_id, policy) WHERE ended_at IS NULL;
CALL protect_tenant_table('approval_restriction');
GRANT INSERT, UPDATE (ended_at) ON approval_restriction TO plumbline_app;
CREATE TRIGGER ends_once BEFORE UPDATE ON approval_restriction FOR EACH ROW EXECUTE FUNCTION guard.ends_once();

-- The rights, in the shape that django-guardian asks for. What was given and taken away stands in the requests.
CREATE TABLE approval_right (
    tenant_id         integer NOT NULL REFERENCES ledger_tenant,
    id                bigint GENERATED ALWAYS AS IDENTITY,
    user_id           bigint NOT NULL REFERENCES reconciliation_user,
    permission_id     integer NOT NULL REFERENCES auth_permission,
    content_object_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT right_is_on_a_restriction FOREIGN KEY (tenant_id, content_object_id) REFERENCES approval_restriction (tenant_id, id),
    CONSTRAINT right_held_once UNIQUE (tenant_id, user_id, permission_id, content_object_id)
);
CREATE INDEX right_on ON approval_right (tenant_id, content_object_id);
CALL protect_tenant_table('approval_right');
GRANT INSERT, DELETE ON approval_right TO plumbline_app;
