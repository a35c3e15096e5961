-- A few rows of a bank's CSV, on which a profile is drawn up. Nothing of it is ever imported.
CREATE TABLE bank_sample (
    tenant_id integer NOT NULL,
    id        bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL DEFAULT gen_random_uuid(),
    file_name text NOT NULL,
    content   bytea NOT NULL,
    sha256    bytea NOT NULL,
    kept_at   timestamptz NOT NULL,
    kept_by   text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT sample_is_small CHECK (octet_length(content) BETWEEN 1 AND 262144)
);
CREATE UNIQUE INDEX sample_public_id ON bank_sample (tenant_id, public_id);
CREATE UNIQUE INDEX sample_is_kept_once ON bank_sample (tenant_id, sha256);
CALL protect_tenant_table('bank_sample');
CALL make_append_only('bank_sample');
