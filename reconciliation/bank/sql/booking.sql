-- On which account a booking of what the bank alone shows has its other side, per bank account. The newest row counts; none, and
-- nothing can be booked for that use case. With a true-up account the counter holds accrued interest: a booking clears it, and the
-- rest goes on the true-up account. The reconciled account and the currency stand here for the keys to hold.
CREATE TABLE booking_account (
    tenant_id         integer NOT NULL,
    id                bigint GENERATED ALWAYS AS IDENTITY,
    bank_account_id   bigint NOT NULL,
    use_case          text NOT NULL,
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
    CONSTRAINT booking_use_case_is_known CHECK (use_case IN ('bank_fee', 'interest', 'suspense_receipt'))
);
CREATE INDEX booking_in_force ON booking_account (tenant_id, bank_account_id, use_case, active_from DESC, id DESC);
CALL protect_tenant_table('booking_account');
CALL make_append_only('booking_account');
