"""States checks and their contributions, immutably, in one statement each."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from reconciliation.cases.sync_cases import Difference
from reconciliation.drift.rules import Judged
from reconciliation.matching.run_matching import DayFound
from reconciliation.matching.scope import Scope

CHECKS = """
INSERT INTO drift_check (bank_account_id, day, run_id, ledger_as_of, statement_as_of, verdict, timing_only, ledger_total,
       statement_total, drift, gross, unexplained, open_count, entry_count, line_count, unknown_because, checked_at)
SELECT %(account)s, (v->>0)::date, %(run)s, %(ledger_as_of)s, %(statement_as_of)s, v->>1, (v->>2)::boolean, (v->>3)::numeric,
       (v->>4)::numeric, (v->>5)::numeric, (v->>6)::numeric, (v->>7)::numeric, (v->>8)::integer, (v->>9)::bigint, (v->>10)::bigint,
       v->11, %(at)s
  FROM jsonb_array_elements(%(rows)s::jsonb) WITH ORDINALITY AS r(v, n) ORDER BY n
RETURNING id
"""
CONTRIBUTIONS = """
INSERT INTO drift_contribution (check_id, position, exception_class, cause, rule, contribution_minor, reason, reference,
       payment_ids, entry_refs, line_ids, case_id)
SELECT (v->>0)::bigint, (v->>1)::integer, v->>2, (v->>3)::smallint, (v->>4)::smallint, (v->>5)::numeric, v->>6, v->>7,
       ARRAY(SELECT jsonb_array_elements_text(v->8)), ARRAY(SELECT jsonb_array_elements_text(v->9)),
       ARRAY(SELECT x::bigint FROM jsonb_array_elements_text(v->10) x), (v->>11)::bigint
  FROM jsonb_array_elements(%(rows)s::jsonb) v
"""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One day to be stated: what was found, how it was judged, why it is unknown when it is."""

    day: date
    found: DayFound
    judged: Judged
    unknown_because: list[str]


def store_checks(
    rows: Sequence[CheckRow], differences: Sequence[Difference], case_ids: Sequence[int], scope: Scope, at: datetime
) -> list[int]:
    """Insert one check per row and the contributions under them; returns the check ids in the order of the rows."""
    values: dict[str, Any] = {
        "account": scope.account.id, "run": scope.run_id, "ledger_as_of": scope.ledger_as_of,
        "statement_as_of": scope.statement_as_of, "at": at, "rows": json.dumps([_check(r) for r in rows]),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CHECKS, values)
        ids = [row[0] for row in cursor.fetchall()]
        check_of = dict(zip((r.day for r in rows), ids, strict=True))
        stated = _contributions(differences, case_ids, check_of)
        if stated:
            cursor.execute(CONTRIBUTIONS, {"rows": json.dumps(stated)})
    return ids


def _check(r: CheckRow) -> list[Any]:
    j, totals = r.judged, r.found.totals
    known = j.drift is not None
    return [
        r.day.isoformat(),
        j.verdict,
        j.timing_only,
        str(totals.ledger),
        str(totals.bank) if known else None,
        _text(j.drift),
        _text(j.gross),
        _text(j.unexplained),
        len(j.open_groups),
        totals.entries,
        totals.lines,
        r.unknown_because,
    ]


def _contributions(
    differences: Sequence[Difference], case_ids: Sequence[int], check_of: dict[date, int]
) -> list[list[Any]]:
    position: dict[int, int] = defaultdict(int)
    stated = []
    for d, case_id in zip(differences, case_ids, strict=True):
        g, check = d.group, check_of[d.day]
        position[check] += 1
        payments = (
            {p.entry.payment_id for p in g.parts} | {e.payment_id for e in g.related} | {k.payment_id for k in g.known}
        )
        entries = [f"{p.entry.transaction_id}.{p.entry.leg}" for p in g.parts]
        behind = [f"{e.transaction_id}.{e.leg}" for e in g.related] + [f"{k.transaction_id}" for k in g.known]
        key = g.parts[0].entry.key if g.parts else g.lines[0].key
        stated.append(
            [check, position[check], g.exception_class, g.cause, g.rule, str(g.contribution), d.reason, key,
             sorted(payments - {""}), entries + behind, [x.line_id for x in g.lines], case_id]
        )  # fmt: skip
    return stated


def _text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)
