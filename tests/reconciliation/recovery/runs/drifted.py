"""A shop in which drift happened: an order paid as it should be, one that nobody paid and support fulfilled by hand, one underpaid,
one paid and fulfilled before the provider confirmed."""

from datetime import date, datetime, timedelta
from typing import Any

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.commerce.by_hand import ByHand
from reconciliation.commerce.move_order import move_order
from reconciliation.outbox import due_items
from reconciliation.outbox_models import OutboxItem
from reconciliation.recovery.runs.ask_export import ask_export
from reconciliation.recovery.runs.ask_rerun import ask_rerun
from reconciliation.recovery.runs.freeze_tools import freeze_tools
from reconciliation.recovery.runs.models import RecoveryGap, RecoveryRun
from reconciliation.recovery.runs.open_run import open_run
from reconciliation.recovery.runs.scope import RunScope, read_scope
from reconciliation.recovery.runs.set_class import set_class
from reconciliation.work_off import work_off
from tests.reconciliation.planes.shop import NOON, Shop

LATER = NOON + timedelta(days=2)
SCOPE = read_scope(date(2026, 3, 20), date(2026, 3, 21))
WHY = "The wrong days were named; opened anew over the right ones."


class Drifted(Shop):
    def drift(self, support: Actor) -> None:
        """The four orders. `support` moves two by hand."""
        for ref in ("o1", "o2", "o3", "o4"):
            self.order(ref)
        self.receipt("0.0005", "tx1", invoice="inv_1", ref="o1")
        self.event("InvoiceSettled", "inv_1", "o1", minute=5)
        self.fulfil("o2", support, minute=10)
        self.receipt("0.0004", "tx3", invoice="inv_3", ref="o3")
        self.event("InvoiceSettled", "inv_3", "o3", minute=5)
        self.receipt("0.0005", "tx4", invoice="inv_4", ref="o4")
        self.fulfil("o4", support, minute=10)
        self.event("InvoiceSettled", "inv_4", "o4", minute=30)

    def fulfil(self, ref: str, by: Actor, *, minute: int) -> None:
        with tenant(self.tenant_id):
            said = ByHand(ref, "open", "fulfilled", "GOODS_SENT_BY_SUPPORT", "T-1", f"fulfil{ref}")
            move_order(said, actor=by, at=NOON + timedelta(minutes=minute))

    def open(self, by: Actor, *, scope: RunScope = SCOPE, at: datetime = LATER, **more: Any) -> RecoveryRun:
        said = {"title": "Fulfilled from the portal", "led_by": "signal posted before confirmed", "key": f"k{at.timestamp():.0f}",
                "freeze_until": at + timedelta(days=3)} | more  # fmt: skip
        with tenant(self.tenant_id):
            return open_run(scope, actor=by, at=at, **said)

    def freeze(self, by: Actor, number: int = 1, at: datetime = LATER) -> None:
        with tenant(self.tenant_id):
            freeze_tools(number=number, actor=by, at=at)

    def export(self, by: Actor, number: int = 1, at: datetime = LATER) -> None:
        with tenant(self.tenant_id):
            assert ask_export(number=number, actor=by, at=at)
        self.work(at)

    def rerun(self, by: Actor, number: int = 1, at: datetime = LATER) -> None:
        with tenant(self.tenant_id):
            assert ask_rerun(number=number, actor=by, at=at)
        self.work(at)

    def to_classes(self, by: Actor) -> None:
        """Opened, frozen, exported, re-run."""
        self.open(by)
        self.freeze(by)
        self.export(by)
        self.rerun(by)

    def gaps(self) -> list[RecoveryGap]:
        with tenant(self.tenant_id):
            return list(RecoveryGap.objects.order_by("number"))

    def classify(self, gap: int, name: str, by: Actor, key: str = "c1", number: int = 1, at: datetime = LATER) -> None:
        with tenant(self.tenant_id):
            set_class(number=number, gap=gap, exception_class=name, key=key, actor=by, at=at)

    def work(self, at: datetime = LATER) -> None:
        """Everything that waits for a worker."""
        with tenant(self.tenant_id):
            ids = due_items(at=at, limit=100)
        for item in ids:
            assert work_off(self.tenant_id, item, at=at), self.trouble(item)

    def trouble(self, item: int) -> str:
        with tenant(self.tenant_id):
            return OutboxItem.objects.get(id=item).last_error
