"""A shop with a provider and a book: orders by the API's use case, events signed over the intake, postings by rule."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ledger.actors import Actor
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.commerce.record_orders import record_orders
from reconciliation.commerce.requests import read_order
from reconciliation.planes.match_planes import PlanesMatched, match_planes
from reconciliation.planes.set_recognition import set_recognition
from reconciliation.postings.open_account import open_account
from tests.people import INTEGRATION, SET_UP
from tests.reconciliation.provider.desk import Desk, paid, said

NOON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
JOB = Actor("job", "match_planes", frozenset({"job"}))


class Shop(Desk):
    """`minute`s are from noon of the 20th."""

    def __init__(self, tenant_id: int, *, recognises: bool = True) -> None:
        super().__init__(tenant_id)
        self.runs = 0
        with tenant(tenant_id):
            for code, kind in (("btc", "ASSET"), ("ar_b", "ASSET"), ("unap", "LIABILITY")):
                open_account(code=code, name=code, kind=kind, asset="BTC", actor=SET_UP, at=NOON)
            if recognises:
                set_recognition(
                    endpoint_id=self.endpoint.id, asset="BTC", hold="btc", unapplied="unap", receivable="ar_b",
                    actor=SET_UP, at=NOON,
                )  # fmt: skip

    def order(self, ref: str = "o1", amount: int = 50_000, **more: Any) -> None:
        given = {
            "order_ref": ref, "payment_id": f"p-{ref}", "amount_minor": str(amount), "asset": "BTC",
            "placed_at": NOON.isoformat(), "due_at": (NOON + timedelta(hours=1)).isoformat(),
        }  # fmt: skip
        with tenant(self.tenant_id):
            record_orders([read_order(given | more, "orders[0]")], actor=INTEGRATION, at=NOON)

    def event(self, word: str, invoice: str = "inv_1", ref: str = "o1", *, minute: int = 1, **more: Any) -> None:
        body = said(word, invoice, minute=minute, metadata={"orderId": ref}, **more)
        self.deliver(body, at=NOON + timedelta(minutes=minute))
        self.take_in(NOON + timedelta(minutes=minute))

    def receipt(self, value: str, txid: str, *, minute: int = 1, invoice: str = "inv_1", ref: str = "o1") -> None:
        more = paid(value, txid) | {"deliveryId": f"{invoice}-{txid}"}
        self.event("InvoiceReceivedPayment", invoice, ref, minute=minute, **more)

    def match(self, *, minute: int, whole: bool = True) -> PlanesMatched:
        self.runs += 1
        with tenant(self.tenant_id):
            at = NOON + timedelta(minutes=minute)
            return match_planes(actor=JOB, at=at, unique_key=f"run {self.runs}", whole=whole)

    def cases(self) -> list[tuple[str, str, int, str]]:
        with tenant(self.tenant_id):
            rows = ExceptionCase.objects.exclude(state="resolved").order_by("number")
            return [(c.plane_pair, c.exception_class, int(c.contribution_minor), c.payment_id) for c in rows]

    def posted(self) -> list[tuple[str, int, str | None, str | None]]:
        """(use case, amount, partner reference, payment) of every posting, in order."""
        with tenant(self.tenant_id):
            rows = LedgerTransaction.objects.order_by("id").prefetch_related("entries")
            return [
                (t.use_case, int(sum(e.amount_minor for e in t.entries.all()) / 2), t.partner_reference, t.payment_id)
                for t in rows
            ]
