"""Which pairs of planes agree about a payment, as a fact that checkpoints may ask for."""

from collections.abc import Sequence

from django.db import connection

PAIRS = """
SELECT payment_id, array_agg(DISTINCT pair ORDER BY pair) FROM (
    SELECT m.payment_id, m.pair FROM plane_match m
     WHERE m.tenant_id = tenant() AND m.payment_id = ANY(%(ids)s) AND m.payment_id <> '' AND m.retired_by IS NULL
     UNION ALL
    SELECT t.payment_id, 'ledger-bank' FROM ledger_transaction t
      JOIN match_leg l ON l.tenant_id = t.tenant_id AND l.side = 0 AND l.row_id = t.id
     WHERE t.tenant_id = tenant() AND t.payment_id = ANY(%(ids)s) AND t.status = 'POSTED') found
 GROUP BY payment_id
"""


def matched_pairs(payment_ids: Sequence[str]) -> dict[str, list[str]]:
    """Payment → the plane pairs on which a standing match holds rows of it. One query. Needs a tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, {"ids": list(payment_ids)})
        return dict(cursor.fetchall())
