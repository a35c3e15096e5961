"""Exceptions at the ends of a period: open before it, new in it, ended in it, open after it, by plane pair, class and currency.

A case belongs to the day of its difference, whenever it was found; it ends on the day on which it was resolved, and not before its
own. What was open and what moved are read apart, so that whether they add up is a finding and not an identity."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

# Of each case whose difference lies before the end: the state that its last event before each end left it in. Days never run
# backwards within a case, so the last by number is the last by day.
STATES = """
WITH told AS (
    SELECT e.case_id, e.id, e.kind <> 'resolved' AS opens,
           CASE e.kind WHEN 'opened' THEN c.day ELSE greatest(c.day, (e.at AT TIME ZONE 'UTC')::date) END AS on_day
      FROM exception_case c JOIN case_event e ON e.tenant_id = c.tenant_id AND e.case_id = c.id
     WHERE c.day < %(until)s AND e.kind IN ('opened', 'resolved', 'reopened')
), stood AS (
    SELECT DISTINCT ON (p.n, t.case_id) p.n, t.case_id, t.opens FROM told t
      JOIN (VALUES (0, %(first)s::date), (3, %(until)s::date)) p(n, end_on) ON t.on_day < p.end_on
     ORDER BY p.n, t.case_id, t.id DESC
), counted AS (
    SELECT n, case_id FROM stood WHERE opens
     UNION ALL
    SELECT CASE WHEN opens THEN 1 ELSE 2 END, case_id FROM told WHERE on_day >= %(first)s AND on_day < %(until)s
)
SELECT c.plane_pair, c.exception_class, c.currency, k.n, count(*), sum(abs(c.contribution_minor))
  FROM counted k JOIN exception_case c ON c.tenant_id = tenant() AND c.id = k.case_id
 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
OPENING, NEW, ENDED, CLOSING = range(4)


@dataclass(frozen=True, slots=True)
class Balance:
    """`counts` and `gross` in the order opening, new, ended, closing; gross in minor units of `currency`, as the cases stand."""

    plane_pair: str
    exception_class: str
    currency: str
    counts: tuple[int, ...]
    gross: tuple[int, ...]

    @property
    def adds_up(self) -> bool:
        """Whether what was open, with what came and without what went, is what is open."""
        return all(n[OPENING] + n[NEW] - n[ENDED] == n[CLOSING] for n in (self.counts, self.gross))

    def frozen(self) -> dict[str, Any]:
        """As a payload states it: amounts as text."""
        return {
            "plane_pair": self.plane_pair, "class": self.exception_class, "currency": self.currency,
            "counts": list(self.counts), "gross": [str(n) for n in self.gross],
        }  # fmt: skip


def balances(first_on: date, until_on: date) -> list[Balance]:
    """Of the period [first_on, until_on), by plane pair, class and currency, in their order. One query."""
    with connection.cursor() as cursor:
        cursor.execute(STATES, {"first": first_on, "until": until_on})
        rows = cursor.fetchall()
    counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * 4)
    gross: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * 4)
    for pair, class_, currency, n, count, value in rows:
        counts[pair, class_, currency][n], gross[pair, class_, currency][n] = count, int(value)
    return [Balance(*key, tuple(counts[key]), tuple(gross[key])) for key in sorted(counts)]


def thawed(frozen: dict[str, Any]) -> Balance:
    """A balance as a payload stated it."""
    gross = tuple(int(n) for n in frozen["gross"])
    return Balance(frozen["plane_pair"], frozen["class"], frozen["currency"], tuple(frozen["counts"]), gross)
