"""The release gate as it stands, or as it stood: read from the checks, which are never rewritten. A late statement is a later
check, so what the gate said before is still there to be asked for."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from reconciliation.oversight.gate_rules import NEEDED, AccountDay, Gate, judge
from reconciliation.oversight.proof_rules import unproven

# Looked back over without being asked for more: as many settlement days as are needed, were there but one a week.
SHOWN, PER_NEEDED = timedelta(days=60), timedelta(days=9)
LONGEST = timedelta(days=800)
# Of each account and day of its periods: the latest check, and the first that found more than timing.
DAYS = """
SELECT DISTINCT ON (p.day, b.code)
       b.code, b.name, b.currency, p.day, p.due_at, c.verdict, coalesce(c.timing_only, false), c.checked_at, c.unknown_because,
       f.checked_at, f.drift, p.ends_at
  FROM bank_account b
  JOIN bank_period p ON p.tenant_id = b.tenant_id AND p.bank_account_id = b.id AND p.day > %(after)s AND p.day <= %(until)s
  LEFT JOIN drift_check c ON c.tenant_id = p.tenant_id AND c.bank_account_id = p.bank_account_id AND c.day = p.day
        AND c.checked_at <= %(at)s
  LEFT JOIN LATERAL (SELECT d.checked_at, d.drift FROM drift_check d
                      WHERE d.tenant_id = p.tenant_id AND d.bank_account_id = p.bank_account_id AND d.day = p.day
                        AND d.verdict = 'DRIFTED' AND NOT d.timing_only AND d.checked_at <= %(at)s
                      ORDER BY d.id LIMIT 1) f ON true
 ORDER BY p.day, b.code, c.id DESC
"""
BLOCKS = """
SELECT (SELECT array_agg(i.number ORDER BY i.number) FROM incident i
         WHERE i.opened_at <= %(at)s AND NOT EXISTS (SELECT FROM incident_release r WHERE r.tenant_id = i.tenant_id
           AND r.incident_id = i.id AND r.released_at <= %(at)s)),
       v.ok, v.at,
       (SELECT at FROM audit_anchor WHERE at <= %(at)s ORDER BY id DESC LIMIT 1),
       (SELECT count(*) FROM bank_account),
       (SELECT array_agg(code ORDER BY code) FROM bank_account b WHERE b.opened_on <= %(at)s::date AND NOT EXISTS (
           SELECT FROM bank_period p WHERE p.tenant_id = b.tenant_id AND p.bank_account_id = b.id AND p.ends_at > %(at)s)),
       (SELECT needed_days FROM gate_setting WHERE active_from <= %(at)s ORDER BY number DESC LIMIT 1)
  FROM (SELECT) one LEFT JOIN LATERAL (SELECT ok, at FROM audit_verification WHERE at <= %(at)s ORDER BY id DESC LIMIT 1) v ON true
"""


def release_gate(*, at: datetime, span: timedelta | None = None) -> Gate:
    """As of `at`, by the number of days in force then, over the days of `span` before it: without one, over enough of them to
    open it. Two queries. Needs a tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(BLOCKS, {"at": at})
        incidents, held, verified_at, anchored_at, accounts, uncut, asked = cursor.fetchone()
    proof = unproven(at, held=held, verified_at=verified_at, anchored_at=anchored_at)
    needed = NEEDED if asked is None else int(asked)
    span = span or max(SHOWN, needed * PER_NEEDED)
    rows = account_days(after=at.date() - span, until=at.date(), at=at)
    return judge(rows, at, needed=needed, blocks=_blocks(incidents, proof, accounts, uncut))


def whole_gate(*, at: datetime) -> Gate:
    """The same over as many days as it takes to count back to the last that was not good."""
    return release_gate(at=at, span=LONGEST)


def account_days(*, after: date, until: date, at: datetime) -> list[AccountDay]:
    """Every settlement day of every account behind `after` and up to `until`, by the checks up to `at`. One query."""
    with connection.cursor() as cursor:
        cursor.execute(DAYS, {"after": after, "until": until, "at": at})
        return [_account_day(row) for row in cursor.fetchall()]


def _account_day(row: Sequence[Any]) -> AccountDay:
    code, name, currency, day, due, verdict, timing, checked, because, drifted, drift, ends = row
    told: tuple[str, ...] = tuple(str(reason) for reason in json.loads(because)) if because else ()
    return AccountDay(
        code, name, currency, day, due, verdict, timing, checked, told, drifted, None if drift is None else int(drift),
        ends,
    )  # fmt: skip


def _blocks(incidents: list[int] | None, proof: list[str], accounts: int, uncut: list[str] | None) -> list[str]:
    told = [f"security incident IN-{number} stands open" for number in incidents or []]
    told += proof
    if not accounts:
        told.append("no bank account is reconciled")
    told += [f"the settlement days of {code} have run out, nobody can say which are missing" for code in uncut or []]
    return told
