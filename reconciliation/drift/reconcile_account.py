"""Reconcile days of one bank account: match, judge, state the checks, and let the cases follow. One database transaction."""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.transaction import on_commit

from ledger import audit
from ledger.actors import Actor
from ledger.tenancy import current_tenant
from reconciliation.bank.models import BankAccount
from reconciliation.bank.read_coverage import coverage_of
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.sync_cases import Difference, sync_cases
from reconciliation.checkpoints.decide import policy_of
from reconciliation.checkpoints.freeze_windows import hold_freezes
from reconciliation.drift.models import DriftCheck
from reconciliation.drift.rules import Judged, judge
from reconciliation.drift.store_checks import CheckRow, store_checks
from reconciliation.errors import CannotBe
from reconciliation.incidents.opening import open_incident
from reconciliation.incidents.standing import CAUSE
from reconciliation.matching.models import MatchRun
from reconciliation.matching.reasons import reason
from reconciliation.matching.run_matching import DayFound, Found, run_matching
from reconciliation.matching.scope import days_of
from reconciliation.outbox import BOOK_BY_RULE, enqueue
from reconciliation.permissions import Permission, require

log = logging.getLogger("plumbline.drift")
ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The run and the checks it stated, one per day, oldest first."""

    run_id: int
    run_number: int
    check_ids: list[int]
    digest: bytes
    repeated: bool = False


def reconcile_account(
    account: BankAccount, from_day: date, until_day: date, *, actor: Actor, at: datetime, unique_key: str | None = None
) -> Reconciled:
    """Check the settlement days in [from_day, until_day) of an account as of `at`. Needs a tenant scope.

    `unique_key` names a scheduled run: a second one with the same key changes nothing and returns the first. Raises
    NotPermitted, BadInput (no such day).
    """
    require(actor, Permission.RECONCILE)
    if unique_key is not None and (run := MatchRun.objects.filter(bank_account=account, unique_key=unique_key).first()):
        return Reconciled(
            run.id, run.number, list(run.checks.order_by("day").values_list("id", flat=True)), bytes(run.digest), True
        )
    days = days_of(account)
    wanted = [n for n, d in enumerate(days.days, days.first_ordinal) if from_day <= d < until_day]
    if not wanted:
        raise CannotBe(f"{account.code} has no settlement day in [{from_day}, {until_day})", "period")
    checked = {
        days.ordinal(d)
        for d in DriftCheck.objects.filter(bank_account=account).values_list("day", flat=True).distinct()
    }
    found = run_matching(account, wanted[0], wanted[-1], as_of=at, at=at, checked=checked)
    return _state(found, from_day, until_day, actor, at, unique_key)


def _state(
    found: Found, from_day: date, until_day: date, actor: Actor, at: datetime, unique_key: str | None
) -> Reconciled:
    scope, account = found.scope, found.scope.account
    covered = coverage_of(account, scope.days.days, as_of=scope.statement_as_of)
    judged: list[tuple[date, DayFound, Judged]] = []
    for ordinal, day_found in sorted(found.days.items()):
        day = scope.days.day(ordinal)
        totals = day_found.totals
        judged.append(
            (
                day,
                day_found,
                judge(totals.ledger, totals.bank, day_found.groups, covered=covered[day].state == "complete"),
            )
        )
    differences = [
        Difference(day, g, reason(g, scope.grace, scope.tolerance))
        for day, _, j in judged
        if j.verdict != "UNKNOWN"
        for g in j.open_groups
    ]
    held = [n for n, d in enumerate(differences) if d.group.cause == CAUSE]
    if held:
        hold_freezes()
    number = _number()
    case_ids = sync_cases(
        differences, [day for day, _, j in judged if j.verdict != "UNKNOWN"], account_id=account.id,
        currency=account.currency, run_id=scope.run_id, run_label=f"MR-{number}", at=at,
        matcher=str(scope.matcher),
    )  # fmt: skip
    if held:
        open_incident(account, [case_ids[n] for n in held], run_label=f"MR-{number}", actor=actor, at=at)
    rows = [CheckRow(day, d, j, [] if j.verdict != "UNKNOWN" else [covered[day].reason]) for day, d, j in judged]
    digest = _digest(rows)
    _store_run(found, number, from_day, until_day, actor, unique_key, digest)
    ids = store_checks(rows, differences, case_ids, scope, at)
    if ExceptionCase.objects.filter(bank_account=account, cause=6).exclude(state=ExceptionCase.State.RESOLVED).exists():
        enqueue(BOOK_BY_RULE, f"MR-{number}", {"account": account.id, "run": f"MR-{number}", "after": 0}, at=at)
    audit.record(
        actor, at, "drift.reconciled", account.code, policy_version=policy_of(scope.decision_id),
        run=f"MR-{number}", days=[str(from_day), str(until_day)], settled=found.settled, differences=len(differences),
    )  # fmt: skip
    enqueue(ESCALATE, str(scope.run_id), {"run": scope.run_id}, at=at)
    tenant_id = current_tenant()
    on_commit(lambda: _log(rows, account, tenant_id))
    return Reconciled(scope.run_id, number, ids, digest)


def _number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_numbers('run', 1)")
        return int(cursor.fetchone()[0])


def _store_run(
    found: Found, number: int, from_day: date, until_day: date, actor: Actor, unique_key: str | None, digest: bytes
) -> None:
    scope = found.scope
    MatchRun.objects.create(
        id=scope.run_id, number=number, bank_account=scope.account, from_day=from_day, until_day=until_day,
        matcher_version=scope.matcher, ledger_as_of=scope.ledger_as_of, statement_as_of=scope.statement_as_of,
        asked_by=actor.id, unique_key=unique_key or f"MR-{number}", entry_count=found.entries, line_count=found.lines,
        matched_count=found.settled, decision_id=scope.decision_id, digest=digest,
    )  # fmt: skip


def _digest(rows: Sequence[CheckRow]) -> bytes:
    """What the run found, free of ids that a re-run would number anew: equal rows give an equal digest."""
    said: list[Any] = []
    for r in rows:
        groups = [
            [
                g.rule,
                g.exception_class,
                g.cause,
                str(g.contribution),
                sorted(p.entry.row for p in g.parts),
                sorted(x.row for x in g.lines),
            ]
            for g in r.judged.open_groups
        ]
        said.append(
            [
                str(r.day),
                r.judged.verdict,
                str(r.found.totals.ledger),
                str(r.found.totals.bank),
                sorted(groups, key=str),
            ]
        )
    return hashlib.sha256(json.dumps(said).encode()).digest()


def _log(rows: Sequence[CheckRow], account: BankAccount, tenant_id: int) -> None:
    for r in rows:
        if r.judged.drift is None or (r.judged.drift == 0 and r.judged.verdict == "CLEAN"):
            continue
        level = logging.WARNING if r.judged.timing_only else logging.ERROR
        log.log(
            level, "NON-ZERO DRIFT vs bank statement" if r.judged.drift else "differences that cancel out vs bank statement",
            extra={
                "tenant_id": tenant_id, "account_id": account.code, "period": str(r.day),
                "ledger_total": r.found.totals.ledger, "statement_total": r.found.totals.bank, "drift": r.judged.drift,
                "currency": account.currency, "entries_count": r.found.totals.entries,
            },
        )  # fmt: skip
