-- What the book refuses whatever the code forgot. All run as plumbline_check, which sees every tenant's rows.

-- One INSERT holds all legs of a transaction: they are numbered 1..n, so a later leg would repeat a primary key.
-- The header must stem from this very database transaction, so nobody adds a balanced pair to an old posting.
CREATE FUNCTION guard.entries_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one record;
    bad record;
BEGIN
    -- The usual case, one short posting in one asset, asked without grouping: it adds up, or the next question says what is
    -- wrong. Nine rows or more go straight to that one.
    SELECT count(*) AS legs, count(a.id) AS known, min(n.leg) AS first, max(n.leg) AS last, min(a.asset) = max(a.asset) AS one_asset,
           min(n.tenant_id) AS tenant, min(n.transaction_id) AS id,
           min(n.transaction_id) = max(n.transaction_id) AND min(n.tenant_id) = max(n.tenant_id) AS one_posting,
           sum(CASE n.direction WHEN 'DEBIT' THEN n.amount_minor ELSE -n.amount_minor END) AS off
      INTO one
      FROM (SELECT * FROM added LIMIT 9) n LEFT JOIN ledger_account a ON a.tenant_id = n.tenant_id AND a.id = n.account_id;
    IF one.legs < 9 AND one.one_posting AND one.one_asset AND one.known = one.legs AND one.legs >= 2 AND one.first = 1 AND one.last = one.legs
       AND one.off = 0 AND EXISTS (SELECT FROM ledger_transaction h WHERE h.tenant_id = one.tenant AND h.id = one.id
                                   AND h.created_xid = pg_current_xact_id()) THEN
        RETURN NULL;
    END IF;
    SELECT l.transaction_id, min(l.what) AS what INTO bad FROM (
        SELECT n.tenant_id, n.transaction_id, count(*) AS legs, min(n.leg) AS first, max(n.leg) AS last,
               CASE WHEN count(a.id) <> count(*) THEN 'entry_of_a_known_account'
                    WHEN max(h.id) IS NULL THEN 'entry_of_a_known_transaction'
                    WHEN bool_or(h.created_xid <> pg_current_xact_id()) THEN 'transaction_is_sealed'
                    WHEN sum(CASE n.direction WHEN 'DEBIT' THEN n.amount_minor ELSE -n.amount_minor END) <> 0
                         THEN 'transaction_balances_per_asset' END AS what
          FROM added n
          LEFT JOIN ledger_account a ON a.tenant_id = n.tenant_id AND a.id = n.account_id
          LEFT JOIN ledger_transaction h ON h.tenant_id = n.tenant_id AND h.id = n.transaction_id
         GROUP BY n.tenant_id, n.transaction_id, a.asset
    ) l GROUP BY l.tenant_id, l.transaction_id
    HAVING min(l.what) IS NOT NULL OR sum(l.legs) < 2 OR min(l.first) <> 1 OR max(l.last) <> sum(l.legs)
     ORDER BY l.transaction_id LIMIT 1;
    IF bad.what IS NOT NULL THEN
        RAISE EXCEPTION 'transaction %: %', bad.transaction_id, bad.what
            USING ERRCODE = 'check_violation', CONSTRAINT = bad.what, TABLE = 'ledger_entry';
    ELSIF bad.transaction_id IS NOT NULL THEN
        RAISE EXCEPTION 'transaction %: all legs come in one statement, numbered from 1, two at least', bad.transaction_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transaction_legs_come_at_once', TABLE = 'ledger_entry';
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.entries_balance() OWNER TO plumbline_check;
CREATE TRIGGER entries_balance AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard.entries_balance();

-- Header and entries come in one statement, so nothing here waits for the commit: it speaks after all of the statement.
-- A reversal mirrors a POSTED transaction that is not itself a reversal, entry by entry. A re-post follows a reversed or FAILED
-- one. What is linked to never goes away again, so the link is checked once, here; a foreign key would cost every posting.
-- None is dated in closed books, whoever writes it; what belongs there says so and is dated on the first open day.
CREATE FUNCTION guard.headers_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    bare bigint;
    links boolean;
    adjusts boolean;
    one integer;
    other integer;
    day date;
    open_from date;
    linked ledger_transaction;
    original ledger_transaction;
BEGIN
    SELECT min(n.id) FILTER (WHERE NOT EXISTS (SELECT FROM ledger_entry e WHERE e.tenant_id = n.tenant_id AND e.transaction_id = n.id)),
           bool_or(n.reverses_id IS NOT NULL OR n.corrects_id IS NOT NULL), bool_or(n.adjusts_on IS NOT NULL),
           min(n.tenant_id), max(n.tenant_id), min(n.effective_on)
      INTO bare, links, adjusts, one, other, day FROM added n;
    IF one = other THEN
        open_from := guard.hold_books(one, day);
    ELSE
        FOR one IN SELECT DISTINCT tenant_id FROM added LOOP
            SELECT min(n.effective_on) INTO day FROM added n WHERE n.tenant_id = one;
            open_from := guard.hold_books(one, day);
            EXIT WHEN day < open_from;
        END LOOP;
    END IF;
    IF day < open_from THEN
        PERFORM guard.refuse_closed_day(day, open_from);
    ELSIF adjusts AND (one <> other OR EXISTS (SELECT FROM added n WHERE n.adjusts_on IS NOT NULL
                           AND (n.status <> 'POSTED' OR n.effective_on IS DISTINCT FROM open_from OR n.adjusts_on >= open_from))) THEN
        RAISE EXCEPTION 'what adjusts a closed day is dated on the first open one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_is_dated_on_the_first_open_day', TABLE = 'ledger_transaction';
    END IF;
    IF bare IS NOT NULL THEN
        RAISE EXCEPTION 'transaction % has no entries; header and entries come in one statement', bare
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transaction_has_entries', TABLE = 'ledger_transaction';
    ELSIF links IS NOT TRUE THEN
        RETURN NULL;
    END IF;
    FOR linked IN SELECT * FROM added n WHERE n.reverses_id IS NOT NULL OR n.corrects_id IS NOT NULL LOOP
        SELECT * INTO original FROM ledger_transaction t
         WHERE t.tenant_id = linked.tenant_id AND t.id = coalesce(linked.reverses_id, linked.corrects_id);
        IF NOT FOUND THEN
            RAISE EXCEPTION 'transaction % is linked to one that is not in the book', linked.id
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'transaction_links_a_known_one';
        ELSIF linked.reverses_id IS NOT NULL THEN
            IF original.reverses_id IS NOT NULL THEN
                RAISE EXCEPTION 'transaction % is a reversal and cannot be reversed', original.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_is_not_reversed';
            ELSIF original.status <> 'POSTED' THEN
                RAISE EXCEPTION 'transaction % is % and cannot be reversed', original.id, original.status
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_needs_a_posted_original';
            ELSIF EXISTS (
                (SELECT leg, account_id, CASE direction WHEN 'DEBIT' THEN 'CREDIT' ELSE 'DEBIT' END, amount_minor
                   FROM ledger_entry WHERE tenant_id = linked.tenant_id AND transaction_id = original.id
                 EXCEPT SELECT leg, account_id, direction, amount_minor
                   FROM ledger_entry WHERE tenant_id = linked.tenant_id AND transaction_id = linked.id)
                UNION ALL
                (SELECT leg, account_id, direction, amount_minor
                   FROM ledger_entry WHERE tenant_id = linked.tenant_id AND transaction_id = linked.id
                 EXCEPT SELECT leg, account_id, CASE direction WHEN 'DEBIT' THEN 'CREDIT' ELSE 'DEBIT' END, amount_minor
                   FROM ledger_entry WHERE tenant_id = linked.tenant_id AND transaction_id = original.id)) THEN
                RAISE EXCEPTION 'transaction % does not mirror %', linked.id, original.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_mirrors_its_original';
            END IF;
        ELSIF original.status = 'PENDING' OR (original.status = 'POSTED' AND NOT EXISTS (
                SELECT FROM ledger_transaction r WHERE r.tenant_id = linked.tenant_id AND r.reverses_id = original.id)) THEN
            RAISE EXCEPTION 'transaction % still stands and cannot be corrected', original.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_follows_a_reversal';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
ALTER FUNCTION guard.headers_hold() OWNER TO plumbline_check;
CREATE TRIGGER headers_hold AFTER INSERT ON ledger_transaction
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard.headers_hold();

-- The one whitelisted change: PENDING to POSTED or FAILED, made by guard.settle_transaction() alone. The generated
-- reference_key is not computed yet in a BEFORE trigger, and follows from partner_reference.
CREATE FUNCTION guard.transaction_moves_once() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    open_from date;
BEGIN
    IF current_user <> 'plumbline_check' OR OLD.status <> 'PENDING' OR NEW.status NOT IN ('POSTED', 'FAILED')
       OR to_jsonb(OLD) - '{status,effective_on,posted_at,adjusts_on,reference_key}'::text[]
          <> to_jsonb(NEW) - '{status,effective_on,posted_at,adjusts_on,reference_key}'::text[] THEN
        RAISE EXCEPTION 'ledger_transaction is append-only: UPDATE refused'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.status = 'POSTED' THEN -- a PENDING one's day was a plan, which closed books may overtake; what fails counts nowhere
        open_from := guard.hold_books(NEW.tenant_id, NEW.effective_on);
        IF NEW.effective_on < open_from THEN
            PERFORM guard.refuse_closed_day(NEW.effective_on, open_from);
        END IF;
    END IF;
    IF NEW.adjusts_on IS NOT NULL AND (NEW.status <> 'POSTED' OR NEW.effective_on IS DISTINCT FROM open_from OR NEW.adjusts_on >= open_from) THEN
        RAISE EXCEPTION 'what adjusts a closed day is dated on the first open one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_is_dated_on_the_first_open_day', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER transaction_moves_once BEFORE UPDATE ON ledger_transaction
    FOR EACH ROW EXECUTE FUNCTION guard.transaction_moves_once();
CREATE FUNCTION guard.refuse_update_by_others() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'plumbline_check' THEN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER append_only_update BEFORE UPDATE ON ledger_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION guard.refuse_update_by_others();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON ledger_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION guard.refuse_change();
