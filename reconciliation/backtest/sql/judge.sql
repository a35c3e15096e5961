-- What became of each flip: drift where a case of its payment, transaction or order was opened at the move or after it and was not put
-- down as a false alarm. A move after its case is work on the drift, not what made it.

-- step: cases
CREATE TEMP TABLE backtest_case ON COMMIT DROP AS
SELECT c.id, c.number, c.plane_pair, c.exception_class, c.cause, c.payment_id, c.severity, c.opened_at
  FROM exception_case c
 WHERE c.tenant_id = tenant() AND c.opened_at >= %(since)s AND c.opened_at < %(until)s AND c.resolution <> ALL(%(false_alarms)s);

-- step: turned
CREATE TEMP TABLE backtest_turned ON COMMIT DROP AS
SELECT f.n, c.id AS case_id
  FROM backtest_flip f JOIN backtest_case c ON c.payment_id = f.payment_id AND c.payment_id <> ''
 WHERE f.made AND c.opened_at >= f.at
 UNION
SELECT f.n, c.id
  FROM backtest_flip f
 CROSS JOIN LATERAL (VALUES (0::smallint, f.transaction_id), (5::smallint, f.transaction_id), (3::smallint, f.order_id)) k (side, row_id)
  JOIN case_row w ON w.tenant_id = tenant() AND w.side = k.side AND w.row_id = k.row_id
  JOIN backtest_case c ON c.id = w.case_id
 WHERE f.made AND c.opened_at >= f.at;

-- step: judged
-- The gravest case speaks for the move.
CREATE TEMP TABLE backtest_judged ON COMMIT DROP AS
SELECT f.*, c.number AS case_number, c.exception_class, c.cause,
       CASE WHEN NOT f.made THEN 'not made' WHEN c.n IS NULL THEN 'right' ELSE 'drift' END AS turned,
       array_position(ARRAY['looser', 'other people', 'stricter'], f.direction) AS place
  FROM backtest_flip f
  LEFT JOIN (SELECT DISTINCT ON (t.n) t.n, c.number, c.exception_class, c.cause
               FROM backtest_turned t JOIN backtest_case c ON c.id = t.case_id
              ORDER BY t.n, c.severity DESC, c.number) c ON c.n = f.n;

-- step: ranked
-- Within a direction the largest of each asset come first, side by side: amounts of different assets are never compared.
CREATE TEMP TABLE backtest_ranked ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY j.place, r.rank NULLS LAST, r.asset, j.at, j.decision_id, j.transaction_id, j.order_id) AS position,
       r.rank, j.n
  FROM backtest_judged j
  LEFT JOIN (SELECT DISTINCT ON (n) n, rank, asset
               FROM (SELECT q.n, q.asset, rank() OVER (PARTITION BY k.place, q.asset ORDER BY q.amount DESC, k.at, k.decision_id,
                            k.transaction_id, k.order_id) AS rank
                       FROM backtest_money q JOIN backtest_judged k ON k.n = q.n) x
              ORDER BY n, rank, asset) r ON r.n = j.n;
