-- Codes of the bank that no use case books, by the open cases of them; and what was said of each last.

-- step: gaps
SELECT b.id, b.code, b.name, l.code, l.kind, c.currency, count(*), sum(c.contribution_minor), sum(abs(c.contribution_minor)), min(c.day),
       n.owner, n.note, n.actor, n.at
  FROM exception_case c
  JOIN case_row r ON r.tenant_id = c.tenant_id AND r.case_id = c.id AND r.side = 1
  JOIN bank_line l ON l.tenant_id = r.tenant_id AND l.id = r.row_id
  JOIN bank_account b ON b.tenant_id = c.tenant_id AND b.id = c.bank_account_id
  LEFT JOIN (SELECT DISTINCT ON (bank_account_id, bank_code) * FROM model_gap_note WHERE tenant_id = tenant()
              ORDER BY bank_account_id, bank_code, id DESC) n ON n.bank_account_id = b.id AND n.bank_code = l.code
 WHERE c.tenant_id = tenant() AND c.state <> 'resolved' AND c.exception_class = 'unmodelled_bank_item' AND c.cause = 6
   AND l.kind = 'adjustment' AND (%(case)s::bigint IS NULL OR c.id = %(case)s)
   AND NOT EXISTS (SELECT FROM booking_account k
                    WHERE k.tenant_id = b.tenant_id AND k.bank_account_id = b.id AND k.bank_code = l.code AND l.code <> '')
 GROUP BY b.id, b.code, b.name, l.code, l.kind, c.currency, n.owner, n.note, n.actor, n.at
 ORDER BY sum(abs(c.contribution_minor)) DESC, b.code, l.code, c.currency;
