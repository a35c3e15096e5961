-- Accounts. normal_side follows from the kind and is set nowhere else: the sign of every figure derives from it.
CREATE TABLE ledger_account (
    tenant_id   integer NOT NULL REFERENCES ledger_tenant,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    code        text NOT NULL,
    name        text NOT NULL,
    kind        text NOT NULL,
    normal_side text NOT NULL GENERATED ALWAYS AS
                (CASE WHEN kind IN ('ASSET', 'EXPENSE') THEN 'DEBIT' ELSE 'CREDIT' END) STORED,
    asset       text NOT NULL REFERENCES ledger_asset,
    opened_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT account_code_is_unique UNIQUE (tenant_id, code),
    CONSTRAINT account_asset_is_referable UNIQUE (tenant_id, id, asset),
    CONSTRAINT account_code_is_given CHECK (code <> '' AND length(code) <= 64),
    CONSTRAINT account_name_is_given CHECK (name <> ''),
    CONSTRAINT account_kind_is_known CHECK (kind IN ('ASSET', 'EXPENSE', 'LIABILITY', 'EQUITY', 'REVENUE'))
);
CALL protect_tenant_table('ledger_account');
CALL make_append_only('ledger_account');
