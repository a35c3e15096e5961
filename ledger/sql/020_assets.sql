-- Assets and their exponents: how many decimals a minor unit stands for. Reference data, the same for every tenant.
-- A change of exponent is a new version of the asset under a new code; rows are never rewritten.
CREATE TABLE ledger_asset (
    code     text PRIMARY KEY,
    exponent smallint NOT NULL,
    name     text NOT NULL,
    version  integer NOT NULL DEFAULT 1,
    CONSTRAINT asset_code_is_plain CHECK (code ~ '^[A-Z0-9]{2,12}$'),
    CONSTRAINT asset_exponent_in_range CHECK (exponent BETWEEN 0 AND 24)
);
GRANT SELECT ON ledger_asset TO plumbline_app, plumbline_audit, plumbline_check;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_asset
    FOR EACH STATEMENT EXECUTE FUNCTION guard.refuse_change();
