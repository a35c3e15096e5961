"""What the drift heartbeat shows: every account by settlement day, the named differences of the days that are open, and
what waits for the reader. One query each, however many accounts and checks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from ledger.actors import Actor
from reconciliation.approvals.for_reader import FOR_READER, deciding_roles
from reconciliation.cases.queue import AWAKE
from reconciliation.cases.standing_sql import HELD, WAITS
from reconciliation.drift.strip_days import StripDay, strip_day

SHOWN_DAYS = 28
MOST_PER_CHECK = 8
MOST_COUNTED = 1000
MOST_REJECTED, LATELY = 3, timedelta(days=7)

STRIP = """
SELECT DISTINCT ON (b.code, p.day)
       b.code, b.name, b.partner, b.number, b.currency, p.day, p.ends_at, p.due_at, c.id,
       c.public_id, c.verdict, c.timing_only, c.drift, c.gross, c.unexplained, c.open_count, c.checked_at, c.unknown_because,
       bool_or(c.verdict = 'DRIFTED' AND NOT c.timing_only) OVER (PARTITION BY b.code, p.day)
  FROM bank_account b
  LEFT JOIN bank_period p ON p.tenant_id = b.tenant_id AND p.bank_account_id = b.id AND p.day > %(after)s AND p.day <=
      %(until)s
  LEFT JOIN drift_check c ON c.tenant_id = p.tenant_id AND c.bank_account_id = p.bank_account_id AND c.day = p.day
 ORDER BY b.code, p.day, c.id DESC
"""
WHY = f"""
SELECT k.check_id, k.position, k.of_all, k.exception_class, k.cause, k.contribution_minor, k.reason, c.number, c.title,
       c.due_at, c.day,
       {HELD}, {WAITS}, coalesce(c.resolution, '')
  FROM (SELECT check_id, position, exception_class, cause, contribution_minor, reason, case_id, tenant_id,
               row_number() OVER w AS place, count(*) OVER (PARTITION BY check_id) AS of_all
          FROM drift_contribution WHERE check_id = ANY(%s)
        WINDOW w AS (PARTITION BY check_id ORDER BY abs(contribution_minor) DESC, position)) k
  JOIN drift_check d ON d.tenant_id = k.tenant_id AND d.id = k.check_id
  LEFT JOIN exception_case c ON c.tenant_id = k.tenant_id AND c.id = k.case_id
 WHERE k.place <= %s
 ORDER BY k.check_id, k.place
"""  # noqa: S608 (texts of ours)
WAITING = f"""
SELECT (SELECT count(*) FROM (SELECT FROM exception_case WHERE state <> 'resolved' LIMIT %(most)s) counted), mine.*,
    asked.numbers, decide.*,
       (SELECT count(*) FROM bank_import WHERE state = 'read'),
       (SELECT coalesce(array_agg(number), '{{}}') FROM (
           SELECT number FROM exception_case WHERE kind = 'confirmation_failed' AND state <> 'resolved'
            ORDER BY due_at LIMIT %(most)s) failed),
       (SELECT coalesce(json_agg(json_build_array(number, reason) ORDER BY number), '[]') FROM (
           SELECT r.number, d.reason FROM approval_request r
             JOIN approval_decision d ON d.tenant_id = r.tenant_id AND d.request_id = r.id AND d.verdict = 'reject'
            WHERE r.state = 'rejected' AND r.made_by = %(me)s AND r.ended_at > %(lately)s
              AND NOT EXISTS (SELECT FROM exception_case c WHERE c.tenant_id = r.tenant_id
                                 AND to_jsonb(c.id) = r.payload -> 'case_id' AND c.state IN ('resolved', 'waiting_approval'))
            ORDER BY r.ended_at DESC LIMIT %(rejected)s) lately)
  FROM (SELECT count(*), min(opened_at), count(*) FILTER (WHERE due_at < %(at)s),
               count(*) FILTER (WHERE due_at >= %(at)s AND due_at < %(tonight)s) FROM exception_case
         WHERE owner_id = %(me)s AND state <> 'resolved' AND {AWAKE.replace("{at}", "%(at)s")}) AS mine (n, oldest, overdue, due),
       (SELECT coalesce(array_agg(number ORDER BY number), '{{}}') FROM approval_request
         WHERE state = 'open' AND made_by = %(me)s AND expires_at > %(at)s) AS asked (numbers),
       (SELECT count(*), min(expires_at) FROM approval_request r WHERE {FOR_READER}) AS decide (n, first)
"""  # noqa: S608 (texts of ours)


@dataclass(frozen=True, slots=True)
class StripAccount:
    """`days` hold banking days only, oldest first."""

    code: str
    name: str
    partner: str
    number: str
    currency: str
    days: tuple[StripDay, ...]


@dataclass(frozen=True, slots=True)
class NamedDifference:
    """A contribution of a check; `of_all`: how many the check has. `case` is a case's number, None without a case,
    `case_day` its day. `held`: a security hold closes its account to corrections; `request`: the one that waits.
    `resolution`: the code by which its case ended while the difference stands, "" while it is open."""

    check_id: int
    of_all: int
    exception_class: str
    cause: int | None
    contribution: int
    reason: str
    case: int | None
    title: str | None
    due_at: datetime | None
    case_day: date | None
    held: bool
    request: int | None
    resolution: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one person: own cases, own requests, requests that they may decide, imports that nobody confirmed.
    Cases as the queue counts them: none that is put off, overdue apart from due today. `all_open` stops at 1,001.
    `unconfirmed`: numbers of the cases of failed confirmations, whosever they are, the most pressing first.
    `rejected`: own requests of the last days that were refused, with the reason, while their case is worked on."""

    all_open: int
    mine: int
    oldest: datetime | None
    overdue: int
    due_today: int
    asked: list[int]
    to_decide: int
    first_expires: datetime | None
    imports: int
    unconfirmed: list[int]
    rejected: list[tuple[int, str]]


def strip(until: date) -> list[StripAccount]:
    """Every account with its settlement days of the 28 dates up to `until`. Needs a tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(STRIP, {"after": until - timedelta(days=SHOWN_DAYS), "until": until})
        rows = cursor.fetchall()
    days: dict[tuple[str, str, str, str, str], list[StripDay]] = {}
    for row in rows:
        of_account = days.setdefault(row[:5], [])
        if row[5] is not None:
            of_account.append(strip_day(row[5:]))
    return [StripAccount(*named, tuple(of_account)) for named, of_account in days.items()]


def named_differences(check_ids: Sequence[int]) -> list[NamedDifference]:
    """The largest named differences of these checks, at most 8 of each, in the order of their size."""
    if not check_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(WHY, [list(check_ids), MOST_PER_CHECK])
        rows = cursor.fetchall()
    return [NamedDifference(r[0], r[2], r[3], r[4], int(r[5]), *r[6:]) for r in rows]


def waiting_for(actor: Actor, *, at: datetime) -> Waiting:
    """What waits for the person behind a sign-in, as of `at`."""
    tonight = at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    given = {
        "me": actor.person_id, "roles": deciding_roles(actor), "at": at, "tonight": tonight, "most": MOST_COUNTED + 1,
        "lately": at - LATELY, "rejected": MOST_REJECTED,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(WAITING, given)
        *figures, rejected = cursor.fetchone()
    told = [(number, why) for number, why in (json.loads(rejected) if isinstance(rejected, str) else rejected)]
    return Waiting(*(*figures, told))
