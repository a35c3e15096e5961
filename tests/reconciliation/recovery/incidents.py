"""Situations for tests of incidents: S05's lines on both accounts, and what people do about them."""

from datetime import datetime, timedelta
from uuid import uuid4

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.corrections.request_booking import request_booking
from reconciliation.incidents.models import Incident
from reconciliation.outbox import due_items
from reconciliation.outbox_models import OutboxItem
from reconciliation.recovery.models import EvidenceBundle
from reconciliation.recovery.record_call import record_call
from reconciliation.recovery.request_release import request_release
from reconciliation.work_off import work_off
from tests.reconciliation.books import NOW, Books

S05 = """
L1 clr 10 -250 @X991
L2 cash 10 -250 @X992
"""
LATER = NOW + timedelta(hours=1)
WHY = "The bank confirmed in writing that it booked this by mistake."


class Scene(Books):
    """Books in which money left that nobody here initiated."""

    def incidents(self) -> list[Incident]:
        with tenant(self.tenant_id):
            return list(Incident.objects.select_related("bank_account").order_by("number"))

    def call(
        self, number: int, by: Actor, at: datetime = LATER, key: str = "call1", *, called_at: datetime | None = None,
        spoke_with: str = "Almaz Tesfaye, fraud desk", said: str = "They stop the payee and look into it.",
    ) -> None:  # fmt: skip
        with tenant(self.tenant_id):
            record_call(
                number=number, called_at=called_at or at - timedelta(minutes=10), spoke_with=spoke_with, said=said,
                reference="FD-7", key=key, actor=by, at=at,
            )  # fmt: skip

    def work(self, at: datetime = LATER) -> None:
        """Everything that is due, as a worker does it; a check that a correction asked for too."""
        with tenant(self.tenant_id):
            ids = due_items(at=at, limit=100)
        for item in ids:
            assert work_off(self.tenant_id, item, at=at), self.trouble(item)

    def trouble(self, item: int) -> str:
        with tenant(self.tenant_id):
            return OutboxItem.objects.get(id=item).last_error

    def bundle(self, subject: str) -> EvidenceBundle:
        with tenant(self.tenant_id):
            return EvidenceBundle.objects.filter(subject=subject).latest("id")

    def ask_release(
        self, number: int, by: Actor, at: datetime = LATER, cause: str = "bank_error", why: str = WHY, key: str = ""
    ) -> Made:
        with tenant(self.tenant_id):
            return request_release(
                number=number, root_cause=cause, explanation=why, idempotency_key=key or uuid4().hex, actor=by, at=at
            )

    def release(self, number: int, maker: Actor, checker: Actor) -> None:
        self.work()
        self.call(number, maker, key=f"call{number}")
        self.work()
        assert self.approve(self.ask_release(number, maker), checker, at=LATER).state == "executed"

    def book(self, case: int, by: Actor, at: datetime = LATER) -> Made:
        with tenant(self.tenant_id):
            return request_booking(
                case=case, reason_code="UNINITIATED_PAYMENT", note="", idempotency_key=uuid4().hex, actor=by, at=at
            )
