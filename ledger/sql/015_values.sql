-- The values of the book, each with its rule. As domains rather than CHECKs of a table: PostgreSQL reads a table's CHECKs anew
-- for every statement, a domain's once for every session, and the book's tables are written one posting at a time.
CREATE DOMAIN posting_status AS text
    CONSTRAINT transaction_status_is_known CHECK (VALUE IN ('PENDING', 'POSTED', 'FAILED'));
CREATE DOMAIN use_case_name AS text
    CONSTRAINT transaction_use_case_is_plain CHECK (VALUE ~ '^[a-z][a-z0-9_]{0,63}$');
CREATE DOMAIN reference_text AS text
    CONSTRAINT transaction_references_are_short CHECK (length(VALUE) <= 140);
CREATE DOMAIN idempotency_key AS text
    CONSTRAINT transaction_key_has_a_length CHECK (length(VALUE) BETWEEN 1 AND 200);
CREATE DOMAIN posting_metadata AS jsonb
    CONSTRAINT transaction_metadata_is_an_object CHECK (jsonb_typeof(VALUE) = 'object');
CREATE DOMAIN entry_direction AS text
    CONSTRAINT entry_direction_is_known CHECK (VALUE IN ('DEBIT', 'CREDIT'));
CREATE DOMAIN minor_units AS numeric
    CONSTRAINT entry_amount_is_a_positive_integer CHECK (VALUE > 0 AND VALUE < 1e60 AND VALUE = trunc(VALUE));
CREATE DOMAIN leg_number AS smallint
    CONSTRAINT entry_leg_in_range CHECK (VALUE BETWEEN 1 AND 5000);
CREATE DOMAIN actor_kind AS text
    CONSTRAINT audit_actor_kind_is_known CHECK (VALUE IN ('person', 'token', 'job', 'operator'));
CREATE DOMAIN audited_action AS text
    CONSTRAINT audit_action_is_dotted CHECK (VALUE ~ '^[a-z_]+\.[a-z_]+$');
