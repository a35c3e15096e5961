-- On which account a booking of what the bank alone shows has its other side, per bank account. The newest row counts; none, and
-- nothing can be booked for that use case. With a true-up account the counter holds accrued interest: a booking clears it, and the
-- rest goes on the true-up account. With a code of the bank the row is of lines with that code alone. The reconciled account and the currency stand here for the keys to hold.
CREATE TABLE booking_account (
    tenant_id         integer NOT NULL,
    id                bigint GENERATED ALWAYS AS IDENTITY,
    bank_account_id   bigint NOT NULL,
    use_case          text NOT NULL,
    bank_code         text NOT NULL DEFAULT '',
    counter_id        bigint NOT NULL,
    true_up_id        bigint,
    ledger_account_id bigint NOT NULL,
    currency          text NOT NULL,
    active_from       timestamptz NOT NULL,
    set_by            text NOT NULL,
    decision_id       bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT booking_at_a_known_bank_account FOREIGN KEY (tenant_id, bank_account_id, ledger_account_id, currency)
        REFERENCES bank_account (tenant_id, id, ledger_account_id, currency),
    CONSTRAINT booking_on_an_account_of_its_currency FOREIGN KEY (tenant_id, counter_id, currency)
        REFERENCES ledger_account (tenant_id, id, asset),
    CONSTRAINT booking_trues_up_in_its_currency FOREIGN KEY (tenant_id, true_up_id, currency)
        REFERENCES ledger_account (tenant_id, id, asset),
    CONSTRAINT booking_trues_up_interest CHECK (true_up_id IS NULL
        OR (use_case = 'interest' AND true_up_id NOT IN (counter_id, ledger_account_id))),
    CONSTRAINT booking_moves_between_accounts CHECK (counter_id <> ledger_account_id),
    CONSTRAINT booking_use_case_is_known CHECK (use_case IN ('bank_fee', 'interest', 'suspense_receipt', 'suspense_payment',
        'bank_adjustment')),
    CONSTRAINT booking_of_a_code CHECK (CASE use_case WHEN 'bank_adjustment' THEN bank_code <> '' WHEN 'suspense_receipt' THEN bank_code = ''
        WHEN 'suspense_payment' THEN bank_code = ''
        ELSE true END AND length(bank_code) <= 140)
);
CREATE INDEX booking_in_force ON booking_account (tenant_id, bank_account_id, use_case, active_from DESC, id DESC);
CALL protect_tenant_table('booking_account');
CALL make_append_only('booking_account');

-- What people say of a code that no use case books: who looks after it, and what it is. The newest row counts; nothing is edited.
CREATE TABLE model_gap_note (
    tenant_id       integer NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    bank_account_id bigint NOT NULL,
    bank_code       text NOT NULL,
    owner           text NOT NULL,
    note            text NOT NULL,
    at              timestamptz NOT NULL,
    person_id       bigint NOT NULL REFERENCES reconciliation_person,
    actor           text NOT NULL,
    sent_key        text NOT NULL, -- of the form that was sent, which is one note however often it is sent
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT gap_note_sent_once UNIQUE (tenant_id, bank_account_id, sent_key),
    CONSTRAINT gap_of_a_known_account FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_account (tenant_id, id),
    CONSTRAINT gap_note_says_who_and_what CHECK (owner <> '' AND length(owner) <= 140 AND note <> '' AND length(note) <= 2000
        AND length(bank_code) <= 140)
);
CREATE INDEX gap_note_by_code ON model_gap_note (tenant_id, bank_account_id, bank_code, id DESC);
CALL protect_tenant_table('model_gap_note');
CALL make_append_only('model_gap_note');
