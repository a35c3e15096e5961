"""The figures around every page: what is open, what waits for the reader, and what the last verification of the ledger said.
One query."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ledger.actors import Actor
from reconciliation.approvals.for_reader import FOR_READER, deciding_roles

# Beside a page's name nobody reads more than a thousand; an exact count of a million open cases costs a quarter of a second.
FIGURES = f"""
SELECT (SELECT count(*) FROM (SELECT FROM exception_case WHERE state <> 'resolved' LIMIT 1000) x),
       (SELECT count(*) FROM (SELECT FROM approval_request r WHERE {FOR_READER} LIMIT 1000) x),
       (SELECT count(*) FROM (SELECT FROM provider_quarantine WHERE state = 'held' LIMIT 1000) x),
       v.ok, v.at, v.row_count - v.unsealed
  FROM (SELECT 1) one
  LEFT JOIN LATERAL (SELECT ok, at, row_count, unsealed FROM audit_verification ORDER BY id DESC LIMIT 1) v ON true
"""  # noqa: S608 (texts of ours)


@dataclass(frozen=True, slots=True)
class Verified:
    """What the last verification found, in how many sealed audit rows."""

    ok: bool
    at: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class ShellFigures:
    """`to_decide` are the requests that wait for the reader; `verified` is None before the first verification."""

    open_cases: int
    to_decide: int
    held_deliveries: int
    verified: Verified | None


def shell_figures(actor: Actor, *, at: datetime) -> ShellFigures:
    """Of the tenant in scope, for one reader."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, {"me": actor.person_id, "at": at, "roles": deciding_roles(actor)})
        cases, requests, held, ok, at, rows = cursor.fetchone()
    return ShellFigures(cases, requests, held, None if ok is None else Verified(ok, at, rows))
