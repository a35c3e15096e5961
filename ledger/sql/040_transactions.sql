-- The book. A transaction is a header and its entries; both are written once. The header makes one status move,
-- PENDING to POSTED or FAILED, by compare-and-set in guard.settle_transaction(); amounts and accounts never change.

-- The form in which references are compared by default: letters and digits, upper case. Immutable, so it can be stored.
CREATE FUNCTION reference_key(reference text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN upper(translate(reference, ' -/._:#', '')) COLLATE "C";

-- No foreign key to the tenant: it would lock the tenant's row for every posting. The entries' accounts are the tenant's.
CREATE TABLE ledger_transaction (
    tenant_id         integer NOT NULL,
    id                bigint GENERATED ALWAYS AS IDENTITY,
    public_id         uuid NOT NULL DEFAULT gen_random_uuid(),
    status            posting_status NOT NULL,
    use_case          use_case_name NOT NULL,
    payment_id        reference_text,
    partner_reference reference_text,
    reference_key     text COLLATE "C" GENERATED ALWAYS AS -- reference_key() written out, which a posting need not look up
                      (upper(translate(partner_reference, ' -/._:#', '')) COLLATE "C") STORED,
    batch_reference   reference_text,
    effective_on      date NOT NULL,
    recorded_at       timestamptz NOT NULL,
    posted_at         timestamptz,
    reverses_id       bigint,
    corrects_id       bigint,
    adjusts_on        date, -- the day that it belongs to where the books of that day were closed; then effective_on is the first open one
    decision_id       bigint NOT NULL,
    idempotency_key   idempotency_key NOT NULL,
    fingerprint       bytea NOT NULL,
    metadata          posting_metadata NOT NULL DEFAULT '{}',
    created_xid       xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT transaction_key_is_unique UNIQUE (tenant_id, idempotency_key),
    CONSTRAINT transaction_posted_has_its_time CHECK ((status = 'POSTED') = (posted_at IS NOT NULL)),
    CONSTRAINT transaction_reverses_a_posted_one_fully CHECK (reverses_id IS NULL OR (status = 'POSTED' AND corrects_id IS NULL))
);
CREATE UNIQUE INDEX transaction_public_id ON ledger_transaction (tenant_id, public_id);
CREATE UNIQUE INDEX transaction_reversed_once ON ledger_transaction (tenant_id, reverses_id) WHERE reverses_id IS NOT NULL;
CREATE UNIQUE INDEX transaction_corrected_once ON ledger_transaction (tenant_id, corrects_id) WHERE corrects_id IS NOT NULL;
CREATE INDEX transaction_by_day ON ledger_transaction (tenant_id, effective_on, id);
CREATE INDEX transaction_by_reference ON ledger_transaction (tenant_id, reference_key) WHERE reference_key IS NOT NULL;
CREATE INDEX transaction_by_batch ON ledger_transaction (tenant_id, batch_reference) WHERE batch_reference IS NOT NULL;
CREATE INDEX transaction_by_payment ON ledger_transaction (tenant_id, payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX transaction_pending ON ledger_transaction (tenant_id, recorded_at) WHERE status = 'PENDING';
CALL protect_tenant_table('ledger_transaction');
GRANT INSERT ON ledger_transaction TO plumbline_app;
GRANT UPDATE (status, effective_on, posted_at, adjusts_on) ON ledger_transaction TO plumbline_check;

CREATE TABLE ledger_entry (
    tenant_id      integer NOT NULL,
    transaction_id bigint NOT NULL,
    leg            leg_number NOT NULL,
    account_id     bigint NOT NULL,
    direction      entry_direction NOT NULL,
    amount_minor   minor_units NOT NULL,
    PRIMARY KEY (tenant_id, transaction_id, leg)
);
CREATE INDEX entry_by_account ON ledger_entry (tenant_id, account_id, transaction_id);
CALL protect_tenant_table('ledger_entry');
CALL make_append_only('ledger_entry');

CREATE TABLE ledger_transaction_move (
    tenant_id      integer NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    transaction_id bigint NOT NULL,
    from_status    text NOT NULL,
    to_status      text NOT NULL,
    effective_on   date NOT NULL,
    adjusts_on     date,
    decision_id    bigint NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT move_of_a_known_transaction FOREIGN KEY (tenant_id, transaction_id) REFERENCES ledger_transaction (tenant_id, id),
    CONSTRAINT move_leaves_pending_once UNIQUE (tenant_id, transaction_id),
    CONSTRAINT move_is_allowed CHECK (from_status = 'PENDING' AND to_status IN ('POSTED', 'FAILED'))
);
CALL protect_tenant_table('ledger_transaction_move');
CALL make_append_only('ledger_transaction_move');
GRANT INSERT ON ledger_transaction_move TO plumbline_check;
