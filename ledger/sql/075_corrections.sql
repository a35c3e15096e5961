-- Many corrections in one statement: each transaction is mirrored, then posted anew with the directions that the accounts named in
-- `directions` ({"<account id>": "DEBIT"|"CREDIT"}) go; entries on other accounts keep theirs. Same day, or the first open one where its books are closed; same references, linked
-- by reverses_id and corrects_id. Every wall of the book speaks as for a single posting.
CREATE FUNCTION ledger_correct(ids bigint[], directions jsonb, decision bigint, actor jsonb, reason text, now_at timestamptz)
RETURNS TABLE (transaction_id bigint, reversal_id bigint, repost_id bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    t integer := tenant();
    reversals jsonb;
    reposts jsonb;
    open_from date := (SELECT max(until_on) FROM ledger_period WHERE tenant_id = t AND state = 'closed');
BEGIN
    SELECT jsonb_agg(item || jsonb_build_object('key', 'reversal of ' || public_id, 'reverses', id, 'legs', mirror,
                     'fingerprint', encode(sha256(convert_to(concat_ws(E'\x1f', 'reversal', public_id, mirror::text), 'UTF8')), 'hex')) ORDER BY id),
           jsonb_agg(item || jsonb_build_object('key', 'correction of ' || public_id, 'corrects', id, 'legs', anew,
                     'fingerprint', encode(sha256(convert_to(concat_ws(E'\x1f', 'correction', public_id, anew::text), 'UTF8')), 'hex')) ORDER BY id)
      INTO reversals, reposts
      FROM (SELECT h.id, h.public_id, l.mirror, l.anew,
                   jsonb_build_object('n', h.id % 2147483647, 'status', 'POSTED', 'use_case', h.use_case, 'payment_id', h.payment_id,
                       'partner_reference', h.partner_reference, 'batch_reference', h.batch_reference,
                       'effective_on', greatest(h.effective_on, open_from), 'adjusts_on', CASE WHEN h.effective_on < open_from THEN h.effective_on END,
                       'metadata', h.metadata, 'decision', decision, 'why', reason) AS item
              FROM ledger_transaction h CROSS JOIN LATERAL (
                   SELECT jsonb_agg(jsonb_build_array(e.account_id, CASE e.direction WHEN 'DEBIT' THEN 'CREDIT' ELSE 'DEBIT' END,
                                                      e.amount_minor::text) ORDER BY e.leg) AS mirror,
                          jsonb_agg(jsonb_build_array(e.account_id, coalesce(directions ->> e.account_id::text, e.direction),
                                                      e.amount_minor::text) ORDER BY e.leg) AS anew
                     FROM ledger_entry e WHERE e.tenant_id = t AND e.transaction_id = h.id) l
             WHERE h.tenant_id = t AND h.id = ANY (ids)) originals;
    PERFORM ledger_post(coalesce(reversals, '[]'), actor, now_at);
    PERFORM ledger_post(coalesce(reposts, '[]'), actor, now_at);
    RETURN QUERY
    SELECT r.reverses_id, r.id, c.id FROM ledger_transaction r
      JOIN ledger_transaction c ON c.tenant_id = r.tenant_id AND c.corrects_id = r.reverses_id
     WHERE r.tenant_id = t AND r.reverses_id = ANY (ids);
END $$;
