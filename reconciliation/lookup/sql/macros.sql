-- What support sends beside the sentence. Versions are appended, never edited: what was sent on a day can be read again.
CREATE TABLE payment_macro (
    tenant_id integer NOT NULL,
    id        bigint GENERATED ALWAYS AS IDENTITY,
    name      text NOT NULL,
    language  text NOT NULL,
    version   integer NOT NULL,
    text      text NOT NULL,
    ended     boolean NOT NULL DEFAULT false,
    saved_by  text NOT NULL,
    saved_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT macro_version_is_saved_once UNIQUE (tenant_id, name, language, version),
    CONSTRAINT macro_has_a_short_name CHECK (length(name) BETWEEN 1 AND 60),
    CONSTRAINT macro_language_is_known CHECK (language IN ('en', 'fr', 'de', 'es')),
    CONSTRAINT macro_version_counts_from_one CHECK (version >= 1),
    CONSTRAINT macro_says_something CHECK (length(text) BETWEEN 1 AND 2000)
);
CALL protect_tenant_table('payment_macro');
CALL make_append_only('payment_macro');
