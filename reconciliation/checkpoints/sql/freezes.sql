-- Freeze windows: what nobody corrects, lifts or moves by hand while an incident or a recovery stands. Opened and ended by rows of
-- their own, so that what was frozen from when until when is never edited.
CREATE TABLE freeze_window (
    tenant_id   integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    number      bigint NOT NULL,
    kind        text NOT NULL,
    subject     text NOT NULL, -- what it stands for: IN-3
    reason      text NOT NULL,
    moves       text[] NOT NULL, -- of the vocabulary
    planes      text[], -- as asked for; without one, all
    accounts    text[], -- codes of ledger accounts; without one, all
    first_day   date, -- [first_day, until_day): the days that a move may not be about
    until_day   date,
    opened_at   timestamptz NOT NULL,
    opened_by   text NOT NULL,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT freeze_number_is_unique UNIQUE (tenant_id, number),
    CONSTRAINT freeze_kind_is_known CHECK (kind IN ('incident', 'recovery')),
    CONSTRAINT freeze_says_for_what_and_why CHECK (subject <> '' AND reason <> ''),
    CONSTRAINT freeze_holds_something CHECK (cardinality(moves) > 0 AND cardinality(accounts) > 0 AND cardinality(planes) > 0),
    CONSTRAINT freeze_days_are_half_open CHECK (first_day < until_day)
);
CALL protect_tenant_table('freeze_window');
CALL make_append_only('freeze_window');

CREATE TABLE freeze_end (
    tenant_id   integer NOT NULL,
    window_id   bigint NOT NULL,
    ended_at    timestamptz NOT NULL,
    ended_by    text NOT NULL,
    why         text NOT NULL,
    decision_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, window_id),
    CONSTRAINT end_of_a_known_freeze FOREIGN KEY (tenant_id, window_id) REFERENCES freeze_window (tenant_id, id),
    CONSTRAINT freeze_end_says_why CHECK (why <> '')
);
CALL protect_tenant_table('freeze_end');
CALL make_append_only('freeze_end');

-- What a window may hold. Payments, statements and events are never held. The code says the same in freezing.py.
CREATE FUNCTION freezable(move text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN move LIKE 'correction.%' OR move IN ('posting.repost', 'commerce.move_by_hand', 'policy.override');

-- Whoever opens or ends a window has the tenant's moves that it may hold to itself until commit: what executes at that moment is
-- either committed before the window stands, or finds it.
CREATE FUNCTION hold_freezes() RETURNS void
LANGUAGE sql VOLATILE AS $$ SELECT pg_advisory_xact_lock(7012, tenant()) $$;

CREATE FUNCTION guard.freeze_is_alone() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7012, NEW.tenant_id);
    IF NOT (SELECT bool_and(freezable(m)) FROM unnest(NEW.moves) m) THEN
        RAISE EXCEPTION 'a window holds corrections, overrides and moves by hand alone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'freeze_holds_what_people_do', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER freeze_is_alone BEFORE INSERT ON freeze_window FOR EACH ROW EXECUTE FUNCTION guard.freeze_is_alone();

CREATE TRIGGER checkpoints_changed AFTER INSERT ON freeze_window FOR EACH ROW EXECUTE FUNCTION guard.checkpoints_changed();
CREATE TRIGGER checkpoints_changed AFTER INSERT ON freeze_end FOR EACH ROW EXECUTE FUNCTION guard.checkpoints_changed();

-- Refuses a move that a window holds: of the accounts and days of these postings, or, of a move without postings, of all.
-- `lifted` is what an override lifts; `for_a_gap`: a recovery corrects with it, so that no recovery holds it. The lock comes first, in a
-- statement of its own: what is read after it is what stands.
CREATE FUNCTION guard.require_unfrozen(in_tenant integer, moved text, postings bigint[], lifted text, for_a_gap boolean DEFAULT false)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    held_by freeze_window;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7012, in_tenant);
    SELECT w.* INTO held_by FROM freeze_window w
     WHERE w.tenant_id = in_tenant AND moved = ANY(w.moves) AND NOT (for_a_gap AND w.kind = 'recovery')
       AND NOT EXISTS (SELECT FROM freeze_end e WHERE e.tenant_id = in_tenant AND e.window_id = w.id)
       AND CASE WHEN postings IS NULL THEN w.accounts IS NULL OR lifted LIKE 'posting.%' OR lifted LIKE 'correction.%'
                ELSE EXISTS (SELECT FROM ledger_transaction t
                               JOIN ledger_entry e ON e.tenant_id = t.tenant_id AND e.transaction_id = t.id
                               JOIN ledger_account a ON a.tenant_id = e.tenant_id AND a.id = e.account_id
                              WHERE t.tenant_id = in_tenant AND t.id = ANY(postings) AND (w.accounts IS NULL OR a.code = ANY(w.accounts))
                                AND (w.first_day IS NULL OR t.effective_on >= w.first_day)
                                AND (w.until_day IS NULL OR t.effective_on < w.until_day)) END
     ORDER BY w.number LIMIT 1;
    IF held_by.id IS NOT NULL THEN
        RAISE EXCEPTION '% is frozen by % % (FW-%) since %', moved, held_by.kind, held_by.subject, held_by.number, held_by.opened_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'move_is_not_frozen', TABLE = 'freeze_window';
    END IF;
END $$;
ALTER FUNCTION guard.require_unfrozen(integer, text, bigint[], text, boolean) OWNER TO plumbline_check;
