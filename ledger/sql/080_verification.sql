-- What each verification of the audit chain and the book found, by whom and when. The rows that it read are those of its own
-- snapshot; what came later is younger than the verdict.
CREATE TABLE audit_verification (
    tenant_id    integer NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    at           timestamptz NOT NULL,
    ok           boolean NOT NULL,
    row_count    bigint NOT NULL,
    block_count  bigint NOT NULL,
    unsealed     bigint NOT NULL,
    transactions bigint NOT NULL,
    head         text NOT NULL,
    first_bad    text NOT NULL DEFAULT '',
    verified_by  text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT verification_names_what_is_bad CHECK (ok = (first_bad = ''))
);
CALL protect_tenant_table('audit_verification');
CALL make_append_only('audit_verification');

-- Which heads of the chain were signed and kept outside the database, as remembered here: the file outside must still hold the last of
-- them. `note` is the signed text itself; only who holds the key can make one.
CREATE TABLE audit_anchor (
    tenant_id integer NOT NULL,
    id        bigint GENERATED ALWAYS AS IDENTITY,
    at        timestamptz NOT NULL,
    block     bigint NOT NULL,
    row_count bigint NOT NULL,
    head      text NOT NULL,
    note      text NOT NULL,
    place     text NOT NULL,
    made_by   text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT anchor_names_its_block CHECK (head LIKE block || ':%')
);
CALL protect_tenant_table('audit_anchor');
CALL make_append_only('audit_anchor');
