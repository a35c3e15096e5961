"""Situations for tests of cases and corrections: the stories' books, played from rows of their notation, checked as
they stand after grace, and worked on by people."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

from ledger.actors import Actor
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.step_up import StepUp
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.propose import Proposal, propose
from reconciliation.corrections.request_confirmation import request_confirmation
from reconciliation.corrections.request_reversal import request_reversal
from reconciliation.drift.models import DriftCheck
from tests.stories.notation import Confirm, Line, Tx, read
from tests.stories.world import World, on

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


class _Rows:
    def __init__(self, text: str) -> None:
        self._text = text

    def read_text(self) -> str:
        return "# S00\n" + "\n".join(row.strip() for row in self._text.strip().splitlines())


class Books(World):
    """A tenant's books. `play` takes rows as STORIES writes them; days are of 2026-03; NOW lies beyond every grace."""

    def play(self, rows: str) -> "Books":
        # Rows refer to earlier ones by name, so everything is read again and only what is new is played.
        self.rows = [*getattr(self, "rows", []), rows]
        steps = read(cast(Path, _Rows("\n".join(self.rows))))["S00"]
        played, self.played = getattr(self, "played", 0), len(steps)
        for step in steps[played:]:
            if isinstance(step, Tx):
                self.post(step)
            elif isinstance(step, Line):
                self.line(step)
            elif isinstance(step, Confirm):
                self.confirm(step)
        return self

    def check_day(self, account: str, day: str, at: datetime = NOW) -> DriftCheck:
        """Import what the bank said up to three days after, and state the check of the day as of `at`."""
        self.cover(account, on(f"2026-03-{day}") + timedelta(days=3))
        return self.reconcile(account, on(f"2026-03-{day}"), at)

    def cases(self, account: str, day: str | None = None) -> list[ExceptionCase]:
        """The cases of an account, oldest first."""
        with tenant(self.tenant_id):
            found = ExceptionCase.objects.filter(bank_account=self.banks[account]).select_related(
                "bank_account__ledger_account"
            )
            return list((found.filter(day=on(f"2026-03-{day}")) if day else found).order_by("id"))

    def case(self, account: str, day: str) -> ExceptionCase:
        (one,) = self.cases(account, day)
        return one

    def again(self, case: ExceptionCase) -> ExceptionCase:
        with tenant(self.tenant_id):
            return ExceptionCase.objects.select_related("bank_account__ledger_account").get(id=case.id)

    def transaction(self, name: str) -> LedgerTransaction:
        with tenant(self.tenant_id):
            return LedgerTransaction.objects.get(public_id=self.ids[name])

    def reversal_of(self, name: str) -> LedgerTransaction | None:
        with tenant(self.tenant_id):
            return LedgerTransaction.objects.filter(reverses__public_id=self.ids[name]).first()

    def propose(self, case: ExceptionCase) -> Proposal:
        with tenant(self.tenant_id):
            return propose(case)

    def reverse(
        self, name: str, by: Actor, case: int | None = None, code: str = "BANK_REJECTED", note: str = "FIN-1",
        key: str | None = None, at: datetime = NOW,
    ) -> Made:  # fmt: skip
        with tenant(self.tenant_id):
            return request_reversal(
                transaction=self.ids[name], reason_code=code, note=note, idempotency_key=key or f"reverse {name}",
                actor=by,
                at=at, case=case,
            )  # fmt: skip

    def ask_to_confirm(self, name: str, by: Actor, case: int, key: str | None = None, at: datetime = NOW) -> Made:
        with tenant(self.tenant_id):
            return request_confirmation(
                transaction=self.ids[name],
                case=case,
                note="",
                idempotency_key=key or f"confirm {name}",
                actor=by,
                at=at,
            )

    def approve(self, made: Made, by: Actor, at: datetime = NOW) -> Decided:
        return self._decide(made, by, "approve", "", at)

    def reject(self, made: Made, by: Actor, at: datetime = NOW) -> Decided:
        return self._decide(made, by, "reject", "not proven", at)

    def _decide(self, made: Made, by: Actor, verdict: str, reason: str, at: datetime) -> Decided:
        with tenant(self.tenant_id):
            return decide_request(
                request_id=made.id, verdict=verdict, reason=reason, actor=by, at=at,  # type: ignore[arg-type]
                step_up=StepUp(at, made.id, made.payload_sha256),
            )  # fmt: skip


def march(day: str) -> date:
    return on(f"2026-03-{day}")
