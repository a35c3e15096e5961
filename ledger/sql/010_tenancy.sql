-- Tenancy: who a row belongs to, and the function that every row policy asks.
-- tenant() raises without a tenant. A lenient policy would show 0 rows instead, and 0 rows read as drift 0.

CREATE FUNCTION tenant() RETURNS integer
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    setting text := current_setting('app.tenant_id', true);
BEGIN
    IF setting IS NULL OR setting !~ '^[0-9]{1,9}$' THEN
        RAISE EXCEPTION 'no tenant: open a tenant scope before touching tenant rows'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'tenant_scope_required';
    END IF;
    RETURN setting::integer;
END $$;

CREATE TABLE ledger_tenant (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug       text NOT NULL,
    name       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tenant_slug_is_unique UNIQUE (slug),
    CONSTRAINT tenant_slug_is_plain CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    CONSTRAINT tenant_has_a_name CHECK (name <> '')
);
GRANT SELECT, INSERT ON ledger_tenant TO plumbline_app;
GRANT SELECT ON ledger_tenant TO plumbline_audit, plumbline_check;

-- Puts a table under the tenant policy. plumbline_check owns the SECURITY DEFINER checks and sees all tenants,
-- so that a check cannot pass vacuously when the tenant is switched before COMMIT.
CREATE PROCEDURE protect_tenant_table(target regclass)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s ALTER COLUMN tenant_id SET DEFAULT tenant()', target);
    EXECUTE format('CREATE POLICY tenant_only ON %s USING (tenant_id = (SELECT tenant())) '
                   'WITH CHECK (tenant_id = (SELECT tenant()))', target);
    EXECUTE format('CREATE POLICY check_sees_all ON %s TO plumbline_check USING (true) WITH CHECK (true)', target);
    EXECUTE format('GRANT SELECT ON %s TO plumbline_check, plumbline_audit, plumbline_app', target);
END $$;
REVOKE ALL ON PROCEDURE protect_tenant_table(regclass) FROM PUBLIC;

-- Append-only: statement level, so that it speaks even when no row would match, and it binds the owner too.
CREATE FUNCTION guard.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only', TABLE = TG_TABLE_NAME;
END $$;

CREATE PROCEDURE make_append_only(target regclass)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION guard.refuse_change()', target);
    EXECUTE format('GRANT SELECT, INSERT ON %s TO plumbline_app', target);
END $$;
REVOKE ALL ON PROCEDURE make_append_only(regclass) FROM PUBLIC;

-- Numbers that people read out (C-20418, CR-1186): one counter per tenant and kind, visible to that tenant alone.
CREATE TABLE ledger_counter (
    tenant_id integer NOT NULL REFERENCES ledger_tenant,
    kind      text NOT NULL,
    last      bigint NOT NULL,
    PRIMARY KEY (tenant_id, kind)
);
CALL protect_tenant_table('ledger_counter');
GRANT INSERT, UPDATE (last) ON ledger_counter TO plumbline_app;

-- Takes a run of n numbers and returns the first; holds the counter's row until commit, so no number is given twice.
CREATE FUNCTION take_numbers(counter_kind text, n integer) RETURNS bigint
LANGUAGE sql AS $$
    INSERT INTO ledger_counter AS c (tenant_id, kind, last) VALUES (tenant(), counter_kind, n)
    ON CONFLICT (tenant_id, kind) DO UPDATE SET last = c.last + n
    RETURNING last - n + 1
$$;
