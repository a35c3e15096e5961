"""What the page of a drift check shows beside its rows: the check itself, the other checks of its day, the days beside
it, its named differences and what happened since. A handful of queries, however large the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from reconciliation.bank.models import BankAccount, BankPeriod
from reconciliation.cases.standing_sql import HELD, WAITS
from reconciliation.drift.day_events import DayEvents, day_events
from reconciliation.drift.models import DriftCheck
from reconciliation.errors import NotFound

MOST_CHECKS, MOST_OF_A_CAUSE = 50, 40

AROUND = """
SELECT p.until_on,
       (SELECT max(day) FROM drift_check WHERE bank_account_id = p.bank_account_id AND day < p.day),
       (SELECT min(day) FROM drift_check WHERE bank_account_id = p.bank_account_id AND day > p.day),
       (SELECT coalesce(nullif(s.sequence, ''), nullif(s.statement_ref, ''), s.id::text) FROM bank_statement s
         WHERE s.bank_account_id = p.bank_account_id AND s.from_on <= p.day AND s.until_on > p.day AND s.in_force
           AND s.imported_at <= %(as_of)s ORDER BY s.until_on DESC, s.id DESC LIMIT 1),
       EXISTS (SELECT FROM bank_statement s WHERE s.bank_account_id = p.bank_account_id AND s.intraday
                  AND s.from_on < p.until_on AND s.until_on > p.day)
  FROM bank_period p WHERE p.bank_account_id = %(account)s AND p.day = %(day)s
"""
NAMED = f"""
SELECT k.exception_class, k.cause, k.of_group, k.total, k.contribution_minor, k.reason, k.reference, k.payment_ids,
    c.number, c.state, k.case_id, coalesce(
        (SELECT t.partner_reference FROM unnest(k.entry_refs) r (ref)
           JOIN ledger_transaction t ON t.tenant_id = k.tenant_id AND t.id = split_part(r.ref, '.', 1)::bigint
          WHERE t.partner_reference IS NOT NULL ORDER BY t.id LIMIT 1),
        (SELECT b.reference FROM bank_line b WHERE b.tenant_id = k.tenant_id AND b.id = ANY (k.line_ids)
            AND b.reference <> '' ORDER BY b.id LIMIT 1), ''),
    {HELD}, {WAITS}, coalesce(c.resolution, '')
  FROM (SELECT d.*, row_number() OVER (PARTITION BY exception_class, cause ORDER BY abs(contribution_minor) DESC,
      position) AS place,
               count(*) OVER (PARTITION BY exception_class, cause) AS of_group,
               sum(contribution_minor) OVER (PARTITION BY exception_class, cause) AS total
          FROM drift_contribution d WHERE check_id = %s) k
  JOIN drift_check d ON d.tenant_id = k.tenant_id AND d.id = k.check_id
  LEFT JOIN exception_case c ON c.tenant_id = k.tenant_id AND c.id = k.case_id
 WHERE k.place <= %s
 ORDER BY abs(k.total) DESC, k.exception_class, k.cause, k.place
"""  # noqa: S608 (texts of ours)


# An entry of the day that counts on another one altogether, and one of another day that counts on this: the totals are
# of what counts here. An entry of which a part stays is of both days.
MOVED = """
SELECT 'out', o.counted_on, count(*) FROM (
    SELECT s.transaction_id, s.leg, max(s.counted_on) AS counted_on, sum(abs(s.signed_minor)) AS moved
      FROM counted_shift s
     WHERE s.bank_account_id = %(account)s AND s.from_day >= %(day)s AND s.from_day < %(until)s
       AND NOT (s.counted_on >= %(day)s AND s.counted_on < %(until)s) GROUP BY 1, 2) o
  JOIN ledger_entry e ON e.tenant_id = tenant() AND e.transaction_id = o.transaction_id AND e.leg = o.leg
                     AND e.amount_minor <= o.moved
 GROUP BY 2
 UNION ALL
SELECT 'in', s.from_day, count(DISTINCT (s.transaction_id, s.leg)) FROM counted_shift s
 WHERE s.bank_account_id = %(account)s AND s.counted_on >= %(day)s AND s.counted_on < %(until)s
   AND NOT (s.from_day >= %(day)s AND s.from_day < %(until)s) GROUP BY 2
 ORDER BY 1 DESC, 2
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """Entries of the day by the other day they count on (`away`), and those of other days that count here (`here`)."""

    away: tuple[tuple[date, int], ...] = ()
    here: tuple[tuple[date, int], ...] = ()

    @property
    def net(self) -> int:
        return sum(n for _, n in self.here) - sum(n for _, n in self.away)


@dataclass(frozen=True, slots=True)
class Difference:
    """A named difference of the check. Amounts in signed minor units; `of_group`, `total`: of its class and cause.
    `reference` is the form that rows are compared by, `written` the reference as the ledger, else the bank, writes it;
    `held`, `request` and `resolution` as in NamedDifference."""

    exception_class: str
    cause: int | None
    of_group: int
    total: int
    contribution: int
    reason: str
    reference: str
    payment_ids: list[str]
    case: int | None
    case_state: str | None
    case_id: int | None
    written: str
    held: bool
    request: int | None
    resolution: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """`check` is the one asked for, `checks` all of the day, newest first. The day's dates are [check.day, until_on);
    `statement` names the one that covers it, None when none does. `moved` is of the latest check, None for an earlier
    one: where entries counted then is not kept. `reported`: an intraday report speaks of the day."""

    account: BankAccount
    check: DriftCheck
    checks: list[DriftCheck]
    until_on: date
    previous_day: date | None
    next_day: date | None
    statement: str | None
    differences: list[Difference]
    events: DayEvents
    moved: Moved | None
    reported: bool = False

    @property
    def is_latest(self) -> bool:
        return self.check.id == self.checks[0].id


def check_page(code: str, day: date, check: str) -> CheckPage:
    """The page of the latest check of a day, or of the one with the public id `check`. Raises NotFound; an account, day
    or check of another tenant is as unknown as a random one."""
    found = DriftCheck.objects.filter(bank_account__code=code, day=day)
    checks = list(
        found.select_related("bank_account__ledger_account", "run__matcher_version").order_by("-id")[:MOST_CHECKS]
    )
    chosen = next((c for c in checks if str(c.public_id) == _uuid(check)), None) if check else next(iter(checks), None)
    if chosen is None:
        raise NotFound(f"no check of {code} on {day}")
    until, previous, following, statement, reported = _around(chosen)
    differences = _differences(chosen)
    case_ids = [d.case_id for d in differences if d.case_id is not None]
    return CheckPage(
        chosen.bank_account, chosen, checks, until, previous, following, statement, differences,
        day_events(chosen.bank_account, chosen.day, until, case_ids),
        _moved(chosen, until) if chosen.id == checks[0].id else None, reported,
    )  # fmt: skip


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _around(check: DriftCheck) -> tuple[date, date | None, date | None, str | None, bool]:
    with connection.cursor() as cursor:
        cursor.execute(AROUND, {"account": check.bank_account_id, "day": check.day, "as_of": check.statement_as_of})
        until, previous, following, statement, reported = cursor.fetchone()
    return until, previous, following, statement, reported


def _differences(check: DriftCheck) -> list[Difference]:
    if not check.open_count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [check.id, MOST_OF_A_CAUSE])
        rows: list[Sequence[Any]] = cursor.fetchall()
    return [Difference(r[0], r[1], r[2], int(r[3]), int(r[4]), *r[5:]) for r in rows]


def _moved(check: DriftCheck, until: date) -> Moved:
    with connection.cursor() as cursor:
        cursor.execute(MOVED, {"account": check.bank_account_id, "day": check.day, "until": until})
        rows = cursor.fetchall()
    away, here = (tuple((on, n) for way, on, n in rows if way == which) for which in ("out", "in"))
    return Moved(away, here)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a re-check of a day needs to know: the account, the end of the day, and how many rows the last check saw."""

    account: BankAccount
    until: date
    rows: int


def standing_of(code: str, day: date, *, at: datetime) -> Standing:
    """Raises NotFound when there is no such account, or no such day of it that has begun."""
    period = BankPeriod.objects.filter(bank_account__code=code, day=day, starts_at__lte=at)
    found = period.select_related("bank_account__ledger_account").first()
    if found is None:
        raise NotFound(f"{code} has no settlement day {day} that has begun")
    last = DriftCheck.objects.filter(bank_account=found.bank_account, day=day).order_by("-id").first()
    return Standing(found.bank_account, found.until_on, last.entry_count + last.line_count if last else 0)
