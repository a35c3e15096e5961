-- The place of audit rows in the chain. Values: rows (ids of audit rows), last (the number of the last block that counts). A row's block is
-- the first of its epoch that its xid lies below; an epoch's rows are those behind the last id of the epochs before it.

-- fragment: wanted
WITH span AS MATERIALIZED (
    SELECT epoch, coalesce(max(until) OVER (ORDER BY first ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS after
      FROM (SELECT epoch, min(number) AS first, max(last_id) AS until FROM audit_block GROUP BY epoch) e
), told AS MATERIALIZED (
    SELECT a.xid, (SELECT s.epoch FROM span s WHERE s.after < a.id ORDER BY s.after DESC LIMIT 1) AS epoch
      FROM audit_entry a WHERE a.id = ANY(%(rows)s)
), wanted AS MATERIALIZED (
    SELECT DISTINCT n.number FROM told t CROSS JOIN LATERAL (
        SELECT b.number FROM audit_block b WHERE b.epoch = t.epoch AND b.below_xid > t.xid ORDER BY b.below_xid LIMIT 1) n
     WHERE n.number <= %(last)s
)

-- step: last_block
{wanted}
SELECT max(number) FROM wanted

-- step: audit_blocks
-- From the first block that holds one of the rows up to the last.
{wanted}
SELECT b.number AS block, b.epoch, b.below_xid::text AS below_xid, b.row_count, b.last_id, encode(b.rows_sha256, 'hex') AS rows_sha256,
       encode(b.previous, 'hex') AS previous, encode(b.sha256, 'hex') AS sha256, b.sealed_at
  FROM audit_block b WHERE b.number BETWEEN coalesce((SELECT min(number) FROM wanted), %(last)s) AND %(last)s ORDER BY b.number

-- step: audit_proof
-- Of each block that holds one of the rows: the SHA-256 of every row in it, in the chain's order; together they make its rows_sha256.
{wanted}
SELECT b.number AS block, a.id AS row, encode(sha256(audit_canonical(a)), 'hex') AS sha256
  FROM wanted w JOIN audit_block b ON b.number = w.number JOIN span s ON s.epoch = b.epoch
  LEFT JOIN audit_block p ON p.number = b.number - 1 AND p.epoch = b.epoch
  JOIN audit_entry a ON a.xid >= coalesce(p.below_xid, '0') AND a.xid < b.below_xid AND a.id > s.after
 ORDER BY b.number, a.xid, a.id
