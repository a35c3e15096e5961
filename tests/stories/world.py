"""A tenant with the stories' accounts, and the verbs of the notation done through the product."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from ledger.actors import Actor
from ledger.models import Account, LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.bank.formats.statement import ParsedLine, ParsedStatement
from reconciliation.bank.models import BankAccount, BankImport, BankStatement
from reconciliation.bank.open_bank_account import CalendarInput, open_bank_account
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.bank.store_statement import store_statement
from reconciliation.drift.models import DriftCheck
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.postings.confirm_transaction import confirm_transaction, fail_transaction
from reconciliation.postings.correct_transaction import reverse_transaction
from reconciliation.postings.open_account import open_account
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from tests.harness.seeds import SEEDS
from tests.people import INTEGRATION, SET_UP
from tests.stories.notation import ACCOUNTS, Check, Confirm, Line, Tx

OPENED = date(2026, 2, 20)
KINDS = {"FEE": "fee", "INTEREST": "interest", "ADJUSTMENT": "adjustment"}
JOB = Actor("job", "reconcile", frozenset({"job"}))
DAY, TWO_DAYS = timedelta(days=1), timedelta(days=2)


def on(day: str) -> date:
    return date.fromisoformat(day)


def evening(day: date) -> datetime:
    return datetime.combine(day, time(20), UTC)


def _closings(bank: BankAccount) -> dict[date, int]:
    """The closing balance known of each day that a statement covers. Needs a tenant scope."""
    told = BankStatement.objects.filter(bank_account=bank, in_force=True).values_list(
        "from_on", "until_on", "closing_minor"
    )
    return {
        first + timedelta(days=n): int(closing or 0)
        for first, until, closing in told for n in range((until - first).days)
    }  # fmt: skip


class World:
    """The stories' books. Every verb runs in its own tenant scope, as a request would."""

    def __init__(self, tenant_id: int) -> None:
        self.tenant_id = tenant_id
        self.clock = datetime(2026, 2, 20, 9, 0, tzinfo=UTC)
        self.ids: dict[str, str] = {}
        self.lines: dict[str, list[Line]] = {}
        self.line_keys: dict[str, str] = {}
        SEEDS.give("world", tenant_id, self._open)
        with tenant(tenant_id):
            self.accounts = {a.code: a for a in Account.objects.filter(code__in=ACCOUNTS)}
            banks = BankAccount.objects.select_related("ledger_account").order_by("id")
            self.banks = {b.code: b for b in banks if b.code in ACCOUNTS}

    def _open(self) -> None:
        with tenant(self.tenant_id):
            accounts = {
                code: open_account(code=code, name=code, kind=kind, asset=asset, actor=SET_UP, at=self.clock)
                for code, (kind, asset, _) in ACCOUNTS.items()
            }
            set_matcher(actor=SET_UP, at=self.clock)
            for code, (_, _, reconciled) in ACCOUNTS.items():
                if reconciled:
                    self._bank(code, accounts[code])

    def _bank(self, code: str, account: Account) -> BankAccount:
        calendar = CalendarInput(cutover=time(6))
        return open_bank_account(
            code=code, name=code, partner="Example Bank", number=f"0001-{code}", ledger_account=account,
            opened_on=OPENED, calendar=calendar, actor=SET_UP, at=datetime(2026, 3, 20, tzinfo=UTC),
        )  # fmt: skip

    def tick(self) -> datetime:
        self.clock += timedelta(seconds=1)
        return self.clock

    def post(self, tx: Tx) -> None:
        """Post, plan, fail or reverse, as the row says. @L1 stands for the line itself."""
        with tenant(self.tenant_id):
            at = self.tick()
            if tx.reverses:
                original = LedgerTransaction.objects.get(public_id=self.ids[tx.reverses])
                made = reverse_transaction(
                    original.id,
                    effective_on=on(tx.day),
                    key=f"reverse {tx.name}",
                    why="story",
                    decision_id=original.decision_id,
                    policy_version="story",
                    actor=JOB,
                    at=at,
                )
                self.ids[tx.name] = str(LedgerTransaction.objects.get(id=made).public_id)
                return
            request = PostingRequest(
                key=f"{tx.name} {uuid4()}",
                use_case=tx.use_case,
                effective_on=on(tx.day),
                payment_id=tx.payment or None,
                entries=[RequestedEntry(a, d, n) for a, d, n in tx.legs],  # type: ignore[arg-type]
                status="POSTED" if tx.status == "POSTED" else "PENDING",
                partner_reference=self.line_keys.get(tx.reference, tx.reference) or None,
                corrects=self._corrected(tx),
            )
            (posted,) = post_transactions([request], actor=INTEGRATION, at=at, day_of=settlement_day)
            self.ids[tx.name] = str(posted.public_id)
            if tx.status == "FAILED":
                fail_transaction(LedgerTransaction.objects.get(id=posted.id), actor=INTEGRATION, at=at)

    def _corrected(self, tx: Tx) -> str | None:
        """N rows re-post what stands failed or reversed under their reference."""
        if not tx.name.startswith("N") or not tx.reference:
            return None
        for name, public_id in self.ids.items():
            old = LedgerTransaction.objects.get(public_id=public_id)
            gone = old.status == "FAILED" or LedgerTransaction.objects.filter(reverses=old).exists()
            if name[0] == "T" and gone and old.partner_reference == tx.reference and not hasattr(old, "correction"):
                return public_id
        return None

    def confirm(self, step: Confirm) -> None:
        with tenant(self.tenant_id):
            original = LedgerTransaction.objects.get(public_id=self.ids[step.name])
            confirm_transaction(
                original, effective_on=on(step.day), actor=INTEGRATION, at=self.tick(), day_of=settlement_day
            )

    def line(self, line: Line) -> None:
        self.lines.setdefault(line.account, []).append(line)

    def cover(self, account: str, until: date) -> None:
        """Import one statement a day for all days up to `until`, with the lines given so far; a later line comes in a late file."""
        bank = self.banks[account]
        with tenant(self.tenant_id):
            known = _closings(bank)
            given = self.lines.get(account, [])
            moved = {on(x.day) for x in given}
            late = [x for x in given if on(x.day) in known and x.name not in self.line_keys]
            balance, day = 0, date(2026, 2, 26)
            while day <= until or late:
                last = day
                if day in known:
                    balance = known[day]
                else:
                    todays = late + [x for x in given if on(x.day) == day]
                    # Days on which nothing moved are told in one statement.
                    while not todays and last < until and last + DAY not in known and last + DAY not in moved:
                        last += DAY
                    closing = balance + sum(x.amount for x in todays)
                    self._store(bank, day, last, balance, closing, todays)
                    balance, late = closing, []
                day = last + DAY

    def _store(
        self, bank: BankAccount, day: date, last: date, opening: int, closing: int, lines: list[Line]
    ) -> None:  # fmt: skip
        at = self.tick()
        made = BankImport.objects.create(
            bank_account=bank,
            file_name=f"{bank.code} {day}",
            size_bytes=1,
            sha256=uuid4().bytes,
            format="csv",
            received_at=at,
            received_by="story",
            state="imported",
            ended_at=at,
        )
        parsed = ParsedStatement(
            bank.number,
            bank.currency,
            None,
            None,
            opening,
            day if day == last else day - DAY,  # an earlier one is that evening's balance
            closing,
            last,
            [
                ParsedLine(
                    f"line {n}",
                    n,
                    x.reference,
                    "",
                    x.amount,
                    bank.currency,
                    on(x.day),
                    day,
                    x.code,
                    x.name,
                    charge=x.charge or None,
                    kind=KINDS.get(x.code, ""),  # type: ignore[arg-type]
                )
                for n, x in enumerate(lines, 1)
            ],
        )
        store_statement(parsed, made, at=at)
        for row in bank.lines.filter(narrative__in=[x.name for x in lines]):
            self.line_keys[row.narrative] = row.reference or f"LINE-{row.id}"

    def check(self, check: Check) -> DriftCheck:
        """Reconcile the day as the story's as-of says, and read the check stated for it."""
        day = on(check.day)
        as_of = day if check.verdict == "TIMING" else day + TWO_DAYS
        self.cover(check.account, max(day, *(on(x.day) for x in self.lines.get(check.account, [])), day))
        return self.reconcile(check.account, day, evening(as_of))

    def reconcile(self, account: str, day: date, at: datetime) -> DriftCheck:
        with tenant(self.tenant_id):
            bank = self.banks[account]
            reconcile_account(bank, day, day + timedelta(days=1), actor=JOB, at=max(at, self.clock))
            return (
                DriftCheck.objects.filter(bank_account=bank, day=day)
                .order_by("-id")
                .prefetch_related("contributions")[0]
            )

    def names(self, check: DriftCheck, position: int) -> set[str]:
        """The story names of every row that a contribution mentions."""
        with tenant(self.tenant_id):
            c = check.contributions.get(position=position)
            by_id = {t.id: str(t.public_id) for t in LedgerTransaction.objects.all()}
            mentioned = {by_id[int(ref.split(".")[0])] for ref in c.entry_refs}
            lines = {x.narrative for bank in self.banks.values() for x in bank.lines.filter(id__in=c.line_ids)}
            return {n for n, public_id in self.ids.items() if public_id in mentioned} | lines

    def balance(self, account: str) -> int:
        with tenant(self.tenant_id):
            row: Account = self.accounts[account]
            signed = 0
            for e in row.entries.filter(transaction__status="POSTED"):
                amount = int(e.amount_minor)
                signed += amount if e.direction == row.normal_side else -amount
            return signed
