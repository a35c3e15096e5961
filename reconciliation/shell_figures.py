"""The figures around every page: what is open, what waits for the reader, and what the last verification of the ledger said.
One query."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from ledger.actors import Actor
from reconciliation.approvals.for_reader import FOR_READER, deciding_roles
from reconciliation.oversight.cause_waits import CAUSE_WAITS
from reconciliation.oversight.proof_rules import HOLDS_FOR

LATELY = timedelta(days=21)  # longer than any row of closed days
# Beside a page's name nobody reads more than a thousand; an exact count of a million open cases costs a quarter of a second.
OPEN_INCIDENT = (
    """NOT EXISTS (SELECT FROM incident_release r WHERE r.tenant_id = i.tenant_id AND r.incident_id = i.id)"""
)
FIGURES = f"""
SELECT (SELECT count(*) FROM (SELECT FROM exception_case WHERE state <> 'resolved' LIMIT 1000) x),
       (SELECT count(*) FROM (SELECT FROM approval_request r WHERE {FOR_READER} LIMIT 1000) x),
       (SELECT count(*) FROM (SELECT FROM provider_quarantine WHERE state = 'held' LIMIT 1000) x),
       v.ok, v.at, v.row_count - v.unsealed,
       CASE WHEN k.public_id IS NULL THEN '' ELSE concat_ws(' ', k.public_id, v.id,
            (SELECT max(due_at) FROM bank_period WHERE due_at <= %(at)s AND day > %(lately)s),
            (SELECT array_agg(number) FROM incident i WHERE {OPEN_INCIDENT}),
            (SELECT array_agg(b.id) FROM bank_account b WHERE NOT EXISTS (
                SELECT FROM bank_period p WHERE p.tenant_id = b.tenant_id AND p.bank_account_id = b.id AND p.ends_at > %(at)s)),
            (SELECT max(number) FROM gate_setting), v.at >= %(proven_since)s,
            (SELECT at >= %(proven_since)s FROM audit_anchor ORDER BY id DESC LIMIT 1))
       END,
       (SELECT array_agg(i.number || ' ' || b.code ORDER BY i.number) FROM incident i
          JOIN bank_account b ON b.tenant_id = i.tenant_id AND b.id = i.bank_account_id WHERE {OPEN_INCIDENT}),
       n.waiting, n.pages,
       (SELECT count(*) FROM (SELECT FROM review_cause c WHERE {CAUSE_WAITS} LIMIT 100) x),
       (SELECT jsonb_agg(jsonb_build_array(r.number, coalesce((
                   SELECT p.freeze_until FROM recovery_plan p
                    WHERE p.tenant_id = r.tenant_id AND p.run_id = r.id ORDER BY p.id DESC LIMIT 1),
                   r.freeze_until), EXISTS (
                   SELECT FROM recovery_step s
                    WHERE s.tenant_id = r.tenant_id AND s.run_id = r.id AND s.freeze_id IS NOT NULL)) ORDER BY r.number)::text
          FROM recovery_run r
         WHERE NOT EXISTS (SELECT FROM recovery_end e WHERE e.tenant_id = r.tenant_id AND e.run_id = r.id))
  FROM (SELECT 1) one
  LEFT JOIN LATERAL (SELECT id, ok, at, row_count, unsealed FROM audit_verification ORDER BY id DESC LIMIT 1) v ON true
  LEFT JOIN LATERAL (SELECT public_id FROM drift_check ORDER BY id DESC LIMIT 1) k ON true
  CROSS JOIN (SELECT count(*) AS waiting, count(*) FILTER (WHERE severity = 'page') AS pages FROM (
        SELECT severity FROM escalation_notification w
         WHERE NOT EXISTS (SELECT FROM escalation_acknowledgement a WHERE a.tenant_id = w.tenant_id AND a.notification_id = w.id)
         LIMIT 1000) x) n
"""  # noqa: S608 (texts of ours)


@dataclass(frozen=True, slots=True)
class Verified:
    """What the last verification found, in how many sealed audit rows."""

    ok: bool
    at: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class OpenRecovery:
    """A recovery run that stands open: its number, when its freeze is planned to end, and whether it is in force."""

    number: int
    freeze_until: datetime
    frozen: bool


@dataclass(frozen=True, slots=True)
class ShellFigures:
    """`to_decide` are the requests that wait for the reader; `verified` is None before the first verification. `gate_mark`
    changes with whatever the release gate is made of, "" before the first check. `incidents` stand open: number, account code.
    `recoveries` stand open too. `notifications` are those that nobody has acknowledged, `pages` how many of them page. `causes`
    are those that others said something of, for a second person to confirm."""

    open_cases: int
    to_decide: int
    held_deliveries: int
    verified: Verified | None
    gate_mark: str
    incidents: tuple[tuple[int, str], ...] = ()
    notifications: int = 0
    pages: int = 0
    recoveries: tuple[OpenRecovery, ...] = ()
    causes: int = 0


def shell_figures(actor: Actor, *, at: datetime) -> ShellFigures:
    """Of the tenant in scope, for one reader."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, {
            "me": actor.person_id, "at": at, "roles": deciding_roles(actor), "lately": at.date() - LATELY,
            "proven_since": at - HOLDS_FOR,
        })  # fmt: skip
        cases, requests, held, ok, at, rows, mark, open_now, waiting, pages, causes, runs = cursor.fetchone()
    incidents = tuple((int(n), code) for n, _, code in (said.partition(" ") for said in open_now or ()))
    recoveries = tuple(OpenRecovery(n, datetime.fromisoformat(until), on) for n, until, on in json.loads(runs or "[]"))
    verified = None if ok is None else Verified(ok, at, rows)
    return ShellFigures(cases, requests, held, verified, mark, incidents, waiting, pages, recoveries, causes)
