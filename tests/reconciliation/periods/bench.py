"""Periods closed and re-opened through the real requests: the stories' books, their days checked, the ledger verified."""

from datetime import date, datetime

from ledger.actors import Actor
from ledger.models import Period
from ledger.record_verification import record_verification
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.periods.extend_months import extend_months
from reconciliation.periods.request_closing import request_closing
from reconciliation.periods.request_reopening import request_reopening
from tests.reconciliation.books import NOW, Books
from tests.stories.world import JOB, OPENED

FEBRUARY, MARCH, APRIL = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)
VERIFIER = Actor("operator", "on-call", frozenset({"operator"}))


class Closing(Books):
    """Books whose February can be closed: every settlement day of every account is checked after it ended."""

    def ready(self, at: datetime = NOW, until: date = MARCH, verified: datetime = NOW) -> "Closing":
        """Cover and check every day before `until`, verify the ledger, and store the periods."""
        for account, bank in self.banks.items():
            with tenant(self.tenant_id):
                for day in range(20, 26):
                    self._store(bank, date(2026, 2, day), date(2026, 2, day), 0, 0, [])
            self.cover(account, until)
            self.check_days(account, OPENED, until, at)
        self.verify(verified)
        self.extend(at)
        return self

    def check_days(self, account: str, first: date, until: date, at: datetime) -> None:
        with tenant(self.tenant_id):
            reconcile_account(self.banks[account], first, until, actor=JOB, at=max(at, self.clock))

    def verify(self, at: datetime = NOW) -> None:
        record_verification(self.tenant_id, actor=VERIFIER, at=at)

    def extend(self, at: datetime = NOW) -> int:
        with tenant(self.tenant_id):
            return extend_months(at=at)

    def period(self, first_on: date = FEBRUARY) -> Period:
        with tenant(self.tenant_id):
            return Period.objects.get(first_on=first_on)

    def ask_to_close(
        self, by: Actor, first_on: date = FEBRUARY, note: str = "carried over", key: str = "", at: datetime = NOW
    ) -> Made:
        with tenant(self.tenant_id):
            return request_closing(
                first_on=first_on, note=note, idempotency_key=key or f"close {first_on} {at}", actor=by, at=at
            )

    def ask_to_reopen(
        self, by: Actor, first_on: date = FEBRUARY, code: str = "ERROR_FOUND", note: str = "FIN-9", key: str = "",
        at: datetime = NOW,
    ) -> Made:  # fmt: skip
        with tenant(self.tenant_id):
            return request_reopening(
                first_on=first_on,
                reason_code=code,
                note=note,
                idempotency_key=key or f"reopen {first_on} {at}",
                actor=by,
                at=at,
            )

    def close(self, maker: Actor, checker: Actor, first_on: date = FEBRUARY, at: datetime = NOW) -> None:
        made = self.ask_to_close(maker, first_on, at=at)
        assert self.approve(made, checker, at).state == "executed"
