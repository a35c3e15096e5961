"""A tenant with one cash account at a bank, and small MT940 files for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.bank.import_statement import Imported, import_now
from reconciliation.bank.models import BankAccount, BankLine
from reconciliation.bank.open_bank_account import CalendarInput, open_bank_account
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.drift.models import DriftCheck
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.outbox import due_items
from reconciliation.postings.open_account import open_account
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from reconciliation.work_off import work_off
from tests.people import INTEGRATION, SET_UP

NUMBER = "ET55DEMO0001"
ANALYST = Actor("person", "maker@example.test", frozenset({"analyst"}), "Maker")
NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
Movement = tuple[int, str]


@dataclass
class Desk:
    tenant_id: int
    account: BankAccount

    def take_in(self, content: bytes, name: str = "day.sta", **how: str) -> Imported:
        with tenant(self.tenant_id):
            return import_now(self.account, file_name=name, content=content, actor=ANALYST, at=NOW, **how)

    def lines(self, *, counting: bool = True) -> list[tuple[int, str]]:
        with tenant(self.tenant_id):
            rows = BankLine.objects.filter(bank_account=self.account, counts=counting).order_by("id")
            return [(int(x.amount_minor), x.reference) for x in rows]

    def work(self, at: datetime = NOW) -> None:
        """Do everything that waits."""
        with tenant(self.tenant_id):
            due = due_items(at=at, limit=99)
        for item in due:
            assert work_off(self.tenant_id, item, at=at)

    def verdicts(self) -> dict[str, str]:
        """The latest verdict of every day that was checked."""
        with tenant(self.tenant_id):
            rows = DriftCheck.objects.filter(bank_account=self.account).order_by("id")
            return {str(c.day): c.verdict for c in rows}

    def post(self, amount: int, reference: str, day: int = 10) -> None:
        with tenant(self.tenant_id):
            request = PostingRequest(
                key=reference, use_case="receipt", effective_on=date(2026, 3, day), partner_reference=reference,
                entries=[
                    RequestedEntry("cash", "DEBIT" if amount > 0 else "CREDIT", abs(amount)),
                    RequestedEntry("rev", "CREDIT" if amount > 0 else "DEBIT", abs(amount)),
                ],
            )  # fmt: skip
            post_transactions([request], actor=INTEGRATION, at=NOW, day_of=settlement_day)


def desk(tenant_id: int) -> Desk:
    opened = datetime(2026, 3, 1, tzinfo=UTC)
    with tenant(tenant_id):
        cash = open_account(code="cash", name="Cash", kind="ASSET", asset="ETB", actor=SET_UP, at=opened)
        open_account(code="rev", name="Revenue", kind="REVENUE", asset="ETB", actor=SET_UP, at=opened)
        set_matcher(actor=SET_UP, at=opened)
        account = open_bank_account(
            code="cash", name="Cash", partner="Example Bank", number=NUMBER, ledger_account=cash,
            opened_on=date(2026, 3, 2), calendar=CalendarInput(cutover=time(6)), actor=SET_UP, at=opened,
        )  # fmt: skip
    return Desk(tenant_id, account)


def mt940(
    opening: int, movements: Sequence[Movement], *, day: int = 10, closing: int | None = None, sequence: int = 1,
    account: str = NUMBER, reference: str = "S",
) -> bytes:  # fmt: skip
    """One statement of one day of March 2026. `closing` is what the bank says; by default it adds up."""
    on = f"2603{day:02d}"
    end = opening + sum(a for a, _ in movements) if closing is None else closing
    rows = [f":20:{reference}{day}", f":25:{account}", f":28C:{sequence}/1", f":60F:{_balance(opening, on)}"]
    for amount, ref in movements:
        rows += [f":61:{on}03{day:02d}{'C' if amount >= 0 else 'D'}{_figure(amount)}NTRF{ref}", f":86:{ref} paid"]
    return ("\r\n".join([*rows, f":62F:{_balance(end, on)}", "-"]) + "\r\n").encode()


def _balance(amount: int, on: str) -> str:
    return f"{'C' if amount >= 0 else 'D'}{on}ETB{_figure(amount)}"


def _figure(amount: int) -> str:
    return f"{abs(amount) // 100},{abs(amount) % 100:02d}"
