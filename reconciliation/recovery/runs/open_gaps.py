"""The gaps of the runs that stand open which an order or a payment has: where its correction is asked for. Reads only."""

from dataclasses import dataclass

from django.db import connection

FOUND = """
SELECT r.number, g.number,
       (SELECT coalesce(max(s.step), 0) + 1 FROM recovery_step s WHERE s.tenant_id = r.tenant_id AND s.run_id = r.id)
  FROM recovery_gap g JOIN recovery_run r ON r.tenant_id = g.tenant_id AND r.id = g.run_id
 WHERE g.tenant_id = tenant()
   AND g.run_id = ANY(ARRAY(SELECT o.id FROM recovery_run o WHERE o.tenant_id = tenant() AND NOT EXISTS (
       SELECT FROM recovery_end e WHERE e.tenant_id = o.tenant_id AND e.run_id = o.id)))
   AND (%(order)s <> '' AND g.order_ref = %(order)s OR %(payment)s <> '' AND %(payment)s IN (g.payment_id, g.payment_ref))
 ORDER BY r.number, g.number LIMIT 5
"""


@dataclass(frozen=True, slots=True)
class OpenGap:
    """`step` is the one that is due in the gap's run."""

    run: int
    gap: int
    step: int


def open_gaps(*, order_ref: str = "", payment_id: str = "") -> list[OpenGap]:
    """Of the order, or of the payment by our id or its provider's; five at most. Needs a tenant scope. One query."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND, {"order": order_ref, "payment": payment_id})
        return [OpenGap(*row) for row in cursor.fetchall()]
