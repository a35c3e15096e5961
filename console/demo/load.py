"""Loads the plan day by day, as life would bring it: postings through the day, statements and the check the next morning."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from console.demo.checkpoints import evaluate_stricter, put_in_force, try_stricter
from console.demo.desk import work_on_cases
from console.demo.macros import make_macros
from console.demo.plan import ACCOUNTS, SPAN, make_plan
from console.demo.rows import DemoAccount, DemoLine, DemoPosting, Plan
from console.demo.shop_load import Shop
from console.demo.shop_planting import plant_last_hours
from console.demo.silence import plant_fresh_gap
from console.demo.silence_load import hear_providers
from console.demo.statements import write_statement
from console.demo.tenant import make_accounts
from ledger.actors import Actor
from ledger.audit import seal
from ledger.tenancy import tenant
from reconciliation.bank.import_statement import import_now
from reconciliation.bank.models import BankAccount
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.outbox import enqueue
from reconciliation.outbox_models import OutboxItem
from reconciliation.oversight.signals.read_signals import read_signals
from reconciliation.periods.extend_months import extend_months
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from reconciliation.request_verification import request_verification

CORE = Actor("token", "core-banking", frozenset({"integration"}))
JOB = Actor("job", "daily-reconcile", frozenset({"job"}))
LOADER = Actor("operator", "demo", frozenset({"operator"}))
OPENING = {"ETB": 900_000_000_000, "USD": 400_000_000, "BTC": 150_000_000_000}
GRACE = 3
Progress = Callable[[int, int, str], None]


def load(tenant_id: int, *, seed: int, today: date, now: datetime, scale: int, progress: Progress) -> Plan:
    """Load the whole demo into the tenant, in one transaction: jobs see all of it or nothing, and a kill leaves nothing.

    Calls `progress(done, all, what)` as it goes. Returns the plan with its answer key."""
    with tenant(tenant_id):
        make_accounts(today - timedelta(days=SPAN), now - timedelta(days=45), now)
        make_macros(now - timedelta(days=45))
        put_in_force(now - timedelta(days=44))
        plan = _load(tenant_id, seed, today, now, scale, progress)
    _prove(tenant_id, now)
    return plan


def _prove(tenant_id: int, now: datetime) -> None:
    """Seal what was loaded and ask for its verification, so that the foot of every page speaks of all of it."""
    with tenant(tenant_id):
        seal(now)
    with tenant(tenant_id):
        extend_months(at=now)
        request_verification(key="demo", actor=LOADER, at=now)
        read_signals(actor=JOB, at=now)


def _load(tenant_id: int, seed: int, today: date, now: datetime, scale: int, progress: Progress) -> Plan:
    plan = make_plan(seed, today, scale)
    plant_last_hours(plan, now)
    plant_fresh_gap(plan, now)
    postings, lines = defaultdict(list), defaultdict(list)
    for p in plan.postings:
        postings[p.day].append(p)
    for x in plan.lines:
        lines[x.account, x.value_on].append(x)
    first = today - timedelta(days=41)
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    banks, shop = _Banks(tenant_id, plan, lines), Shop(plan, now)
    for n, day in enumerate(days):
        progress(n, len(days), f"{day:%a %d %b}")
        banks.morning(day, min(datetime.combine(day, time(7, 30), UTC), now))
        if postings[day]:
            _post(tenant_id, postings[day], min(datetime.combine(day, time(12), UTC), now))
        shop.day(day, min(datetime.combine(day, time(23), UTC), now))
        if day == today - timedelta(days=7):
            evaluate_stricter(datetime.combine(day, time(23, 30), UTC))
    shop.close(now)
    hear_providers(plan, now)
    work_on_cases(now)
    try_stricter(now)
    progress(len(days), len(days), "loaded")
    return plan


class _Banks:
    """Brings each account's statement on the morning after its day, then checks the day and the grace before it."""

    def __init__(self, tenant_id: int, plan: Plan, lines: dict[tuple[str, date], list[DemoLine]]) -> None:
        self.tenant_id, self.plan, self.lines = tenant_id, plan, lines
        self.balance = {a.code: OPENING[a.asset] for a in ACCOUNTS}
        self.number = dict.fromkeys((a.code for a in ACCOUNTS), 0)
        self.pending = {a.code: list(plan.days[a.code]) for a in ACCOUNTS}

    def morning(self, today: date, at: datetime) -> None:
        for account in ACCOUNTS:
            while self.pending[account.code] and self.pending[account.code][0] < today:
                self._statement(account, self.pending[account.code].pop(0), at)

    def _statement(self, account: DemoAccount, day: date, at: datetime) -> None:
        lines = self.lines[account.code, day]
        opening, self.number[account.code] = self.balance[account.code], self.number[account.code] + 1
        self.balance[account.code] += sum(x.amount for x in lines)
        if (account.code, day) in self.plan.missing:
            return
        name, content = write_statement(account, day, self.number[account.code], opening, lines)
        if (account.code, day) in self.plan.broken:
            content = _without_one_line(content)
        days = self.plan.days[account.code]
        first = days[max(0, days.index(day) - GRACE)]
        with tenant(self.tenant_id):
            bank = BankAccount.objects.select_related("ledger_account").get(code=account.code)
            import_now(
                bank, file_name=name, content=content, actor=CORE, at=at,
                file_format="csv" if account.format == "csv" else "auto",
                profile_name="sample-csv" if account.format == "csv" else "",
            )  # fmt: skip
            # Checked here and now, in the order of the story; what the import and the schedule ask the workers for is
            # thereby done.
            reconcile_account(
                bank, first, day + timedelta(days=1), actor=JOB, at=at + timedelta(seconds=1), unique_key=f"demo {day}"
            )
            enqueue("reconcile", f"{bank.id} {day} daily", {}, at=at)
            OutboxItem.objects.filter(state="waiting", kind="reconcile").update(state="done", done_at=at)


def _without_one_line(content: bytes) -> bytes:
    """A file cut by one row in the middle: its balances no longer follow from its lines."""
    rows = content.split(b"\n")
    return b"\n".join(rows[:3] + rows[4:])


def _post(tenant_id: int, rows: Sequence[DemoPosting], at: datetime) -> None:
    for chunk in _chunks(rows, 1000):
        with tenant(tenant_id):
            post_transactions([_request(p) for p in chunk], actor=CORE, at=at, day_of=settlement_day)


def _request(p: DemoPosting) -> PostingRequest:
    return PostingRequest(
        key=p.key, use_case=p.use_case, entries=[RequestedEntry(a, d, n) for a, d, n in p.legs],  # type: ignore[arg-type]
        status="PENDING" if p.status == "PENDING" else "POSTED", effective_on=p.day, payment_id=p.payment_id,
        partner_reference=p.reference or None, metadata=dict(p.metadata),
    )  # fmt: skip


def _chunks(rows: Sequence[DemoPosting], size: int) -> Iterator[list[DemoPosting]]:
    iterator = iter(rows)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk
