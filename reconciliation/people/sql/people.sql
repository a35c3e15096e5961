-- People and what they may do. Sign-ins are global (one human may work for several tenants); memberships belong to a tenant.
CREATE TABLE reconciliation_person (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    -- of the sentences that the person sends to customers
    language text NOT NULL DEFAULT 'en',
    CONSTRAINT person_has_a_name CHECK (name <> ''),
    CONSTRAINT person_language_is_known CHECK (language IN ('en', 'fr', 'de', 'es'))
);
GRANT SELECT, INSERT, UPDATE (name, language) ON reconciliation_person TO plumbline_app;
GRANT SELECT ON reconciliation_person TO plumbline_check, plumbline_audit;

CREATE TABLE reconciliation_user (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id  bigint NOT NULL REFERENCES reconciliation_person,
    email      text NOT NULL,
    password   text NOT NULL,
    is_active  boolean NOT NULL DEFAULT true,
    last_login timestamptz,
    joined_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_email_is_lower_case CHECK (email = lower(email) AND email LIKE '%@%')
);
CREATE UNIQUE INDEX user_email_is_unique ON reconciliation_user (email);
GRANT SELECT, INSERT, UPDATE (email, password, is_active, last_login) ON reconciliation_user TO plumbline_app;
GRANT SELECT (id, person_id, email, is_active) ON reconciliation_user TO plumbline_check, plumbline_audit;

CREATE TABLE reconciliation_membership (
    tenant_id  integer NOT NULL REFERENCES ledger_tenant,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    user_id    bigint NOT NULL REFERENCES reconciliation_user,
    role       text NOT NULL,
    granted_at timestamptz NOT NULL,
    ended_at   timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT membership_role_is_known CHECK (role IN
        ('support', 'analyst', 'controller', 'policy_admin', 'auditor', 'operator'))
);
CREATE UNIQUE INDEX membership_held_once ON reconciliation_membership (tenant_id, user_id, role) WHERE ended_at IS NULL;
CALL protect_tenant_table('reconciliation_membership');
GRANT INSERT, UPDATE (ended_at) ON reconciliation_membership TO plumbline_app;

-- A tenant keeps somebody who can administer it. The lock stands before the look: of two endings at once, the second sees the first.
CREATE FUNCTION guard.keep_an_admin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7007, OLD.tenant_id);
    IF NOT EXISTS (SELECT FROM reconciliation_membership m JOIN reconciliation_user u ON u.id = m.user_id
                    WHERE m.tenant_id = OLD.tenant_id AND m.role = 'policy_admin' AND m.ended_at IS NULL AND u.is_active) THEN
        RAISE EXCEPTION 'nobody would hold the role policy admin any more'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tenant_keeps_an_admin', TABLE = 'reconciliation_membership';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keeps_an_admin AFTER UPDATE OF ended_at ON reconciliation_membership FOR EACH ROW
    WHEN (OLD.role = 'policy_admin' AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
    EXECUTE FUNCTION guard.keep_an_admin();
REVOKE ALL ON FUNCTION guard.keep_an_admin() FROM PUBLIC;
ALTER FUNCTION guard.keep_an_admin() OWNER TO plumbline_check;

-- A token: only its SHA-256 is kept. The tenant of a request comes from here, never from the request. With a user it
-- acts as that person, in the roles held at that moment, and is made by that person alone; without one it is an
-- integration's. A holder uses a name once: it stands in the audit trail, and an ended token keeps it.
-- last_used_at is written once an hour at most.
CREATE TABLE reconciliation_api_token (
    tenant_id    integer NOT NULL REFERENCES ledger_tenant,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    user_id      bigint REFERENCES reconciliation_user,
    -- The person who answers for what comes by an integration's token: what needs an approval is asked for in their name.
    answered_by  bigint REFERENCES reconciliation_person,
    name         text NOT NULL,
    token_sha256 bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    ended_at     timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT token_expires_after_it_was_made CHECK (expires_at > created_at),
    CONSTRAINT token_name_is_unique UNIQUE NULLS NOT DISTINCT (tenant_id, user_id, name)
);
CREATE UNIQUE INDEX token_sha256_is_unique ON reconciliation_api_token (tenant_id, token_sha256);
CREATE INDEX token_by_sha256 ON reconciliation_api_token (token_sha256);
CALL protect_tenant_table('reconciliation_api_token');
GRANT INSERT, UPDATE (ended_at, last_used_at) ON reconciliation_api_token TO plumbline_app;
GRANT UPDATE (ended_at) ON reconciliation_api_token TO plumbline_check;

-- The two look-ups that must happen before a tenant is known. They answer for one sign-in or one secret only.
CREATE FUNCTION guard.tenants_of_user(who bigint) RETURNS TABLE (tenant_id integer, slug text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT t.id, t.slug, t.name FROM reconciliation_membership m JOIN ledger_tenant t ON t.id = m.tenant_id
     WHERE m.user_id = who AND m.ended_at IS NULL ORDER BY t.slug
$$;
CREATE FUNCTION guard.tenant_of_token(secret_sha256 bytea, now_at timestamptz)
RETURNS TABLE (tenant_id integer, token_id bigint, name text, user_id bigint, last_used_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT k.tenant_id, k.id, k.name, k.user_id, k.last_used_at FROM reconciliation_api_token k
     WHERE k.token_sha256 = secret_sha256 AND k.ended_at IS NULL AND k.expires_at > now_at
$$;
REVOKE ALL ON FUNCTION guard.tenants_of_user(bigint), guard.tenant_of_token(bytea, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.tenants_of_user(bigint), guard.tenant_of_token(bytea, timestamptz) TO plumbline_app;
ALTER FUNCTION guard.tenants_of_user(bigint) OWNER TO plumbline_check;
ALTER FUNCTION guard.tenant_of_token(bytea, timestamptz) OWNER TO plumbline_check;

-- A sign-in's tokens end with its password, in every tenant and in the transaction that sets the new one; each tenant's trail
-- says so. Also where no role is held any more: a role given again must not wake them. Answers how many ended.
CREATE FUNCTION guard.password_changed(who bigint, now_at timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH ended AS (
        UPDATE reconciliation_api_token SET ended_at = now_at WHERE user_id = who AND ended_at IS NULL RETURNING tenant_id, name
    ), held AS (
        SELECT tenant_id, string_agg(role, ',' ORDER BY role COLLATE "C") AS roles FROM reconciliation_membership
         WHERE user_id = who AND ended_at IS NULL GROUP BY tenant_id
    ), act AS (
        SELECT tenant_id, 'password.changed' AS action, '' AS subject, '' AS why FROM held
         UNION ALL SELECT tenant_id, 'own_token.ended', name, 'the password was changed' FROM ended
    ), trail AS (
        INSERT INTO audit_entry (tenant_id, at, actor_kind, actor, role, action, subject, why, policy_version)
        SELECT a.tenant_id, now_at, 'person', u.email, coalesce(h.roles, 'person'), a.action, coalesce(nullif(a.subject, ''), u.email),
               a.why, '-'
          FROM act a CROSS JOIN reconciliation_user u LEFT JOIN held h ON h.tenant_id = a.tenant_id WHERE u.id = who
    )
    SELECT count(*) FROM ended
$$;
REVOKE ALL ON FUNCTION guard.password_changed(bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.password_changed(bigint, timestamptz) TO plumbline_app;
ALTER FUNCTION guard.password_changed(bigint, timestamptz) OWNER TO plumbline_check;
