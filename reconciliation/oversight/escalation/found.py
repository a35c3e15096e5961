"""What the rules hear: findings of one run, and of the clock. It reads; which rule speaks of them is decided apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from reconciliation.bank.models import BankAccount
from reconciliation.named_sql import read_steps
from reconciliation.oversight.escalation.rules import OF_CAUSE, Signal
from reconciliation.oversight.escalation.soak import last_break
from reconciliation.oversight.release_gate import SHOWN, account_days

SQL = read_steps(__file__, "found.sql")
SEVERAL_RUNS = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """What is told once: `text` names it for ever. `drift` is signed and `gross` not, in minor units of the account."""

    text: str
    day: date
    drift: int
    gross: int
    case_id: int | None = None
    case: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One signal of one account with its subjects; `also` are case numbers, `days` days that
    belong to it and are no subjects. `runs` and
    `count`: how many runs saw it, how many clean days it ended."""

    signal: Signal
    account: BankAccount
    check_id: int
    since_at: datetime
    subjects: tuple[Subject, ...]
    also: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    runs: int = 1
    count: int = 0


def found_in_run(run_id: int, *, at: datetime) -> list[Found]:
    """Signals of the checks that a run stated, the gravest cause first. Needs a tenant scope."""
    cases, drifted = _rows("cases", run=run_id), _rows("drifted", run=run_id)
    accounts = _accounts([row[3] for row in cases] + [row[0] for row in drifted])
    found: list[Found] = []
    for cause in sorted(OF_CAUSE, reverse=True):
        if rows := [row for row in cases if row[0] == cause]:
            subjects = tuple(
                Subject(f"C-{r[2]}/{r[8]}", r[4], int(r[7]), abs(int(r[7])), case_id=r[1], case=r[2]) for r in rows
            )
            found.append(Found(OF_CAUSE[cause], accounts[rows[0][3]], rows[0][5], rows[0][6], subjects))
    return found + _broken_run(drifted, cases, accounts, at)


def found_by_clock(hours: int, *, at: datetime) -> list[Found]:
    """Accounts that stand in drift since more than `hours`, over several runs. Needs a tenant scope."""
    rows = _rows("sustained")
    accounts = _accounts([row[0] for row in rows])
    found = []
    for account_id, account in accounts.items():
        own = [row for row in rows if row[0] == account_id]
        since, runs = own[0][5], own[0][6]
        if at - since <= timedelta(hours=hours) or runs < SEVERAL_RUNS:
            continue
        subject = Subject(
            f"{account.code} {since.isoformat()}", own[0][1], sum(int(r[3]) for r in own), sum(int(r[4]) for r in own)
        )
        cases = tuple(sorted({number for r in own for number in r[7]}))
        found.append(
            Found("sustained_drift", account, own[-1][2], since, (subject,), cases, tuple(r[1] for r in own), runs)
        )
    return found


def _broken_run(
    drifted: Sequence[Any], cases: Sequence[Any], accounts: dict[int, BankAccount], at: datetime
) -> list[Found]:
    """The run of clean days that this run's drift ended, if it did: the day that did it is among those that it drifted on."""
    if not drifted:
        return []
    broken = last_break(account_days(after=at.date() - SHOWN, until=at.date(), at=at), at)
    row = next((r for r in drifted if broken and r[2] == broken.day and r[1] in broken.accounts), None)
    if broken is None or row is None:
        return []
    account_id, _, day, check_id, checked_at, drift, gross = row
    subject = Subject(f"clean since {broken.since}", day, int(drift), int(gross))
    also = tuple(r[2] for r in cases if r[4] == day)
    return [Found("soak_drift", accounts[account_id], check_id, checked_at, (subject,), also, count=broken.count)]


def _rows(step: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], values or None)
        rows: list[Any] = cursor.fetchall()
        return rows


def _accounts(ids: Iterable[int]) -> dict[int, BankAccount]:
    wanted = sorted(set(ids))
    return BankAccount.objects.in_bulk(wanted) if wanted else {}
