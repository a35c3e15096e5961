"""The books of story S04: a use case that posts with the wrong sign, its rule, the corrected one, and the batch."""

from datetime import date, timedelta

from ledger.actors import Actor
from ledger.models import Entry, LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.made_before import Made
from reconciliation.corrections.batches.correct_chunk import correct_chunk
from reconciliation.corrections.batches.models import CorrectionBatch
from reconciliation.corrections.batches.request_batch import request_batch
from reconciliation.outbox_models import OutboxItem
from reconciliation.postings.models import PostingRule
from reconciliation.postings.request_posting_rule import request_posting_rule
from reconciliation.postings.set_posting_rule import set_posting_rule
from reconciliation.work_off import work_off
from tests.people import SET_UP
from tests.reconciliation.books import NOW, Books
from tests.stories.notation import Line

S04 = """
    T1 10 loan clr/emp 120 @K1
    T3 10 ewa 50 @D3
    T4 09 loan clr/emp 60 @K0
    L1 clr 10 -120 @K1
    L3 clr 10 -50 @D3
    L4 clr 09 -60 @K0
"""
WRONG = {"clr": "DEBIT", "emp": "CREDIT"}
RIGHT = {"clr": "CREDIT", "emp": "DEBIT"}
JOB = Actor("job", "correct_chunk", frozenset({"job"}))
LATER = NOW + timedelta(minutes=5)
AFTER = LATER + timedelta(minutes=5)


class Signs(Books):
    def rule(self, directions: dict[str, str] = WRONG, use_case: str = "loan") -> PostingRule:
        with tenant(self.tenant_id):
            return set_posting_rule(use_case=use_case, directions=directions, actor=SET_UP, at=self.clock)

    def ask_rule(self, by: Actor, directions: dict[str, str] = RIGHT, key: str = "rule") -> Made:
        with tenant(self.tenant_id):
            return request_posting_rule(
                use_case="loan",
                directions=directions,
                note="The sign was wrong.",
                idempotency_key=key,
                actor=by,
                at=NOW,
            )

    def corrected_rule(self, by: Actor, checker: Actor) -> Decided:
        return self.approve(self.ask_rule(by), checker)

    def ask(self, by: Actor, case: int, key: str = "batch") -> Made:
        with tenant(self.tenant_id):
            return request_batch(case=case, note="FIN-4", idempotency_key=key, actor=by, at=NOW)

    def chunk(self, made: Made, at_a_time: int = 1000) -> CorrectionBatch:
        with tenant(self.tenant_id):
            correct_chunk(request_id=made.id, at_a_time=at_a_time, actor=JOB, at=LATER)
        return self.batch(made)

    def batch(self, made: Made) -> CorrectionBatch:
        with tenant(self.tenant_id):
            return CorrectionBatch.objects.get(request_id=made.id)

    def work(self) -> None:
        """Whatever is due in the outbox, until nothing is."""
        while True:
            with tenant(self.tenant_id):
                waiting = list(
                    OutboxItem.objects.filter(state="waiting", attempts=0, due_at__lte=LATER).values_list(
                        "id", flat=True
                    )
                )
            if not waiting:
                return
            for item in waiting:
                work_off(self.tenant_id, item, at=LATER)

    def entries(self, **which: object) -> list[tuple[str, str, int]]:
        """(account, direction, minor units) of every entry of the transactions, in order."""
        with tenant(self.tenant_id):
            ids = LedgerTransaction.objects.filter(**which).values_list("id", flat=True)
            rows = Entry.objects.filter(transaction_id__in=list(ids)).select_related("account")
            return [(e.account.code, e.direction, int(e.amount_minor)) for e in rows.order_by("transaction_id", "leg")]


def march_lines(signs: Signs, lines: list[tuple[str, date, int]]) -> None:
    """Lines of the payout clearing's bank: reference, value day, signed minor units as the bank shows them."""
    for n, (reference, on, amount) in enumerate(lines, 1):
        signs.line(Line(f"L{n}", "clr", on.isoformat(), amount, reference))
