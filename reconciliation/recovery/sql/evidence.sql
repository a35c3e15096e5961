-- Evidence bundles: sealed once, never edited. `sha256` is the digest of what the bundle says (its manifest states how it is made up),
-- `file_sha256` that of the very file. The file is kept in pieces, so that it is written and handed out without being held whole.
CREATE TABLE evidence_bundle (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    number      bigint NOT NULL,
    subject     text NOT NULL,
    asked_key   text NOT NULL,
    format      text NOT NULL,
    as_of       timestamptz NOT NULL,
    sealed_at   timestamptz NOT NULL,
    sealed_by   text NOT NULL,
    manifest    jsonb NOT NULL,
    row_count   bigint NOT NULL,
    size_bytes  bigint NOT NULL,
    sha256      bytea NOT NULL,
    file_sha256 bytea NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT bundle_number_is_unique UNIQUE (tenant_id, number),
    CONSTRAINT bundle_is_sealed_once UNIQUE (tenant_id, subject, asked_key),
    CONSTRAINT bundle_digests_are_whole CHECK (length(sha256) = 32 AND length(file_sha256) = 32),
    CONSTRAINT bundle_has_a_limit CHECK (size_bytes BETWEEN 1 AND 200000000)
);
CREATE INDEX bundle_by_subject ON evidence_bundle (tenant_id, subject, id);
CALL protect_tenant_table('evidence_bundle');
CALL make_append_only('evidence_bundle');

CREATE TABLE evidence_piece (
    tenant_id integer NOT NULL,
    bundle_id bigint NOT NULL,
    position  integer NOT NULL,
    content   bytea NOT NULL,
    PRIMARY KEY (tenant_id, bundle_id, position),
    CONSTRAINT piece_of_a_known_bundle FOREIGN KEY (tenant_id, bundle_id) REFERENCES evidence_bundle (tenant_id, id)
);
CALL protect_tenant_table('evidence_piece');
CALL make_append_only('evidence_piece');

-- At commit the pieces are the file that the row states: none is missing, none was put in, none comes later.
CREATE FUNCTION guard.bundle_is_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    size bigint;
    n bigint;
    last integer;
BEGIN
    SELECT sum(length(p.content)), count(*), max(p.position) INTO size, n, last
      FROM evidence_piece p WHERE p.tenant_id = NEW.tenant_id AND p.bundle_id = NEW.id;
    IF size IS DISTINCT FROM NEW.size_bytes OR last <> n - 1 THEN
        RAISE EXCEPTION 'bundle EB-% is not whole', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bundle_is_whole', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.bundle_is_whole() OWNER TO plumbline_check;
CREATE CONSTRAINT TRIGGER bundle_is_whole AFTER INSERT ON evidence_bundle DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION guard.bundle_is_whole();

CREATE FUNCTION guard.piece_comes_with_its_bundle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM evidence_bundle b WHERE b.tenant_id = NEW.tenant_id AND b.id = NEW.bundle_id
                      AND b.xmin = pg_current_xact_id()::xid) THEN
        RAISE EXCEPTION 'a piece comes with its bundle, not later'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'piece_comes_with_its_bundle', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION guard.piece_comes_with_its_bundle() OWNER TO plumbline_check;
CREATE TRIGGER piece_comes_with_its_bundle BEFORE INSERT ON evidence_piece FOR EACH ROW EXECUTE FUNCTION guard.piece_comes_with_its_bundle();
