"""The gaps of a run that have their class: which, by whom, and how often it was set. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from reconciliation.recovery.runs.models import RecoveryRun

CLASSED = """
SELECT g.number, g.payment_id, g.payment_ref, g.order_ref, g.reason, g.asset, g.suggested_class,
       c.exception_class, c.set_by, c.set_at, c.times
  FROM recovery_gap g
  JOIN (SELECT DISTINCT ON (gap_id) gap_id, exception_class, set_by, set_at, count(*) OVER (PARTITION BY gap_id) AS times
          FROM recovery_class WHERE tenant_id = tenant() AND run_id = %(run)s ORDER BY gap_id, id DESC) c ON c.gap_id = g.id
 WHERE g.tenant_id = tenant() AND g.run_id = %(run)s AND g.number > %(after)s
 ORDER BY g.number LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class ClassedGap:
    """`exception_class` is the one that counts, the last that was set; `times` how often one was."""

    number: int
    payment_id: str
    payment_ref: str
    order_ref: str
    reason: str
    asset: str
    suggested_class: str
    exception_class: str
    set_by: str
    set_at: datetime
    times: int

    def __str__(self) -> str:
        return f"G-{self.number}"


def classed_gaps(run: RecoveryRun, *, after: int, most: int) -> list[ClassedGap]:
    """By their numbers, those behind `after`. One query."""
    with connection.cursor() as cursor:
        cursor.execute(CLASSED, {"run": run.id, "after": after, "most": most})
        return [ClassedGap(*row) for row in cursor.fetchall()]
