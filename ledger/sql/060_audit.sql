-- The audit trail: one row for every act of a person or a job, in the same database transaction as the act.
-- Sealed in hash-chained blocks off the hot path: a block takes every row whose writer's xid lies below
-- pg_snapshot_xmin, so a late commit cannot slip behind the seal. Younger rows are not yet protected: the lag is shown.
CREATE TABLE audit_entry (
    tenant_id      integer NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    xid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at             timestamptz NOT NULL,
    actor_kind     actor_kind NOT NULL,
    actor          text NOT NULL,
    role           text NOT NULL,
    action         audited_action NOT NULL,
    subject        text NOT NULL,
    why            text NOT NULL DEFAULT '',
    policy_version text NOT NULL,
    detail         jsonb NOT NULL DEFAULT '{}',
    content_sha256 bytea,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_by_xid ON audit_entry (tenant_id, xid, id);
CREATE INDEX audit_by_subject ON audit_entry (tenant_id, subject, id);
CALL protect_tenant_table('audit_entry');
CALL make_append_only('audit_entry');
GRANT INSERT ON audit_entry TO plumbline_check;

CREATE TABLE audit_block (
    tenant_id   integer NOT NULL,
    number      bigint NOT NULL,
    epoch       text NOT NULL,
    below_xid   xid8 NOT NULL,
    row_count   bigint NOT NULL,
    last_id     bigint NOT NULL,
    rows_sha256 bytea NOT NULL,
    previous    bytea NOT NULL,
    sha256      bytea NOT NULL,
    sealed_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, number),
    CONSTRAINT block_is_not_empty CHECK (row_count > 0)
);
CREATE INDEX block_by_xid ON audit_block (tenant_id, epoch, below_xid); -- which block holds a row
CALL protect_tenant_table('audit_block');
CALL make_append_only('audit_block');

-- The canonical bytes of an audit row, version 1: fields in this order, each followed by the unit separator.
CREATE FUNCTION audit_canonical(a audit_entry) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE RETURN convert_to(concat_ws(E'\x1f', 'v1', a.tenant_id, a.id, a.xid,
    (extract(epoch FROM a.at) * 1000000)::bigint, a.actor_kind, a.actor, a.role, a.action, a.subject, a.why, a.policy_version,
    a.detail::text, coalesce(encode(a.content_sha256, 'hex'), '')), 'UTF8');

-- The cluster's identity: a restore into a new cluster restarts xids, so every block names the one it was sealed in.
CREATE FUNCTION guard.cluster_epoch() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT system_identifier::text FROM pg_control_system() $$;

-- Seals what can be sealed for the current tenant; returns the number of rows sealed.
-- The lock is taken in a statement of its own, before the read: inside one statement two sealers would fork the chain.
CREATE FUNCTION seal_audit(now_at timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    t integer := tenant();
    head audit_block;
    horizon xid8;
    epoch_now text := guard.cluster_epoch();
    n bigint; last bigint; digest bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(7001, t);
    SELECT * INTO head FROM audit_block WHERE tenant_id = t ORDER BY number DESC LIMIT 1;
    horizon := pg_snapshot_xmin(pg_current_snapshot());
    SELECT count(*), max(a.id), sha256(string_agg(sha256(audit_canonical(a)), ''::bytea ORDER BY a.xid, a.id))
      INTO n, last, digest
      FROM audit_entry a
     WHERE a.tenant_id = t AND a.xid < horizon
       AND a.xid >= CASE WHEN head.epoch = epoch_now THEN head.below_xid ELSE '0'::xid8 END
       -- rows that came with a restore keep the old cluster's xids; those sealed there are known by their ids
       AND a.id > coalesce((SELECT max(b.last_id) FROM audit_block b WHERE b.tenant_id = t AND b.epoch <> epoch_now), 0);
    IF n > 0 THEN
        INSERT INTO audit_block (tenant_id, number, epoch, below_xid, row_count, last_id, rows_sha256, previous, sha256, sealed_at)
        SELECT t, coalesce(head.number, 0) + 1, epoch_now, horizon, n, last, digest, coalesce(head.sha256, '\x'::bytea),
               sha256(coalesce(head.sha256, '\x'::bytea) || digest ||
                      convert_to(concat_ws(E'\x1f', 'b1', t, coalesce(head.number, 0) + 1, epoch_now, horizon, n, last,
                                              (extract(epoch FROM now_at) * 1000000)::bigint), 'UTF8')),
               now_at;
    END IF;
    RETURN n;
END $$;
