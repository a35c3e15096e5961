"""A draft of the matcher between ledger and bank, tried over days of one account: the real check by the terms in force and by
the draft's, in a savepoint that is rolled back. No row, number or message is left behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.transaction import atomic, set_rollback

from ledger.actors import Actor
from reconciliation.backtest.found import Found, add_cases
from reconciliation.bank.models import BankAccount, BankPeriod
from reconciliation.checkpoints.decide import decision_for_preview
from reconciliation.checkpoints.rules import TERMS
from reconciliation.drift.reconcile_account import Reconciled, reconcile_account
from reconciliation.matching.asked_matcher import LEDGER_BANK, asked_matcher
from reconciliation.matching.versions import append_version, version_in_force
from reconciliation.named_sql import read_steps

TRYING = Actor("job", "dry_run", frozenset({"job"}))
DAYS_AT_ONCE = 7
SQL = read_steps(__file__, "bank.sql")
Part = tuple[date, date]


def parts_of(account: BankAccount, from_on: date, until_on: date, *, as_of: datetime) -> list[Part]:
    """The account's begun settlement days in [from_on, until_on), some at once: what a run holds, it holds for short."""
    days = list(
        BankPeriod.objects.filter(bank_account=account, day__gte=from_on, day__lt=until_on, starts_at__lte=as_of)
        .order_by("day")
        .values_list("day", "until_on")
    )
    some = [days[n : n + DAYS_AT_ONCE] for n in range(0, len(days), DAYS_AT_ONCE)]
    return [(part[0][0], part[-1][1]) for part in some]


def try_bank(found: Found, account: BankAccount, part: Part, document: dict[str, Any], *, as_of: datetime) -> None:
    """Add what differs on the days of the part to `found`. Needs a tenant scope."""
    was = version_in_force(LEDGER_BANK)
    with taken_back():
        values: dict[str, Any] = {
            "account": account.id, "ledger_account": account.ledger_account_id, "first": part[0], "until": part[1],
            "newest": _newest_run(), "window_a": was.value_date_days if was else 0,
            "window_b": document["value_date_days"],
        }  # fmt: skip
        step("tables", values)
        a = _run("a", account, values, as_of)
        append_version(
            LEDGER_BANK, decision_id=decision_for_preview(TERMS, as_of), policy_version="dry run", actor=TRYING, at=as_of,
            **asked_matcher(LEDGER_BANK, document).columns,
        )  # fmt: skip
        b = _run("b", account, values, as_of)
        _compare(found, account, values | {"run_a": a.run_id, "run_b": b.run_id})
        _within(found, account, values, (a, b), (was.amount_tolerance if was else {}, document["tolerance"]))
        found.digests.append([account.code, *map(str, part), a.digest.hex(), b.digest.hex()])


@contextmanager
def taken_back() -> Iterator[None]:
    """Run the block in a savepoint and roll it back, whatever it wrote."""
    with atomic():
        yield
        set_rollback(True)


def step(name: str, values: dict[str, Any], steps: dict[str, str] = SQL) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(steps[name], values if "%(" in steps[name] else None)
        return cursor.fetchall() if cursor.description else []


def _run(side: str, account: BankAccount, values: dict[str, Any], as_of: datetime) -> Reconciled:
    for name in ("held", "free", "freed"):
        step(name, values)
    done = reconcile_account(account, values["first"], values["until"], actor=TRYING, at=as_of)
    for name in ("keep_matches", "keep_cases"):
        step(name, values | {"side": side, "run": done.run_id})
    return done


def _compare(found: Found, account: BankAccount, values: dict[str, Any]) -> None:
    ((before, after, far_a, far_b),) = step("counts", values)
    found.before, found.after = found.before + before, found.after + after
    found.beyond_window = [found.beyond_window[0] + far_a, found.beyond_window[1] + far_b]
    for what, rule, count, minor in step("matches", values):
        sums = found.matches[what, rule, account.currency]
        sums[0], sums[1] = sums[0] + count, sums[1] + int(minor)
    add_cases(found, step("cases", values), account.code)
    for day, verdict_a, verdict_b, drift_a, drift_b, gross_a, gross_b, open_a, open_b in step("days", values):
        if (verdict_a, drift_a, gross_a, open_a) != (verdict_b, drift_b, gross_b, open_b):
            found.days.append(
                {"account": account.code, "asset": account.currency, "day": str(day), "verdict": [verdict_a, verdict_b],
                 "drift": [_text(drift_a), _text(drift_b)], "gross": [_text(gross_a), _text(gross_b)], "open": [open_a, open_b]}
            )  # fmt: skip


def _within(
    found: Found, account: BankAccount, values: dict[str, Any], runs: tuple[Reconciled, Reconciled],
    tolerances: tuple[dict[str, str], dict[str, str]],
) -> None:  # fmt: skip
    for n, (run, tolerance) in enumerate(zip(runs, tolerances, strict=True)):
        minor = int(tolerance.get(account.currency, 0))
        ((count, money),) = step("within", values | {"run": run.run_id, "tolerance": minor})
        if count:
            sums = found.within[account.currency]
            sums[2 * n], sums[2 * n + 1] = sums[2 * n] + count, sums[2 * n + 1] + int(money)


def _newest_run() -> int:
    """Run ids are given in order: a case that a later run opened stands only in this dry run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('match_run_id_seq')")
        return int(cursor.fetchone()[0])


def _text(minor: object) -> str | None:
    return None if minor is None else str(minor)
