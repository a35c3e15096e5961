"""Books that are watched: what the runs ask the outbox for is done as a worker does it, and notifications are read back."""

from datetime import UTC, datetime, timedelta

from ledger.tenancy import tenant
from reconciliation.outbox import due_items
from reconciliation.outbox_models import OutboxItem
from reconciliation.oversight.escalation.add_receiver import Added, add_receiver
from reconciliation.oversight.escalation.escalate_sustained import escalate_sustained
from reconciliation.oversight.escalation.models import EscalationDelivery, Notification
from reconciliation.work_off import work_off
from tests.people import SET_UP
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.planes.shop import JOB

NAMES = ("on-call", "engineering", "finance", "security")
WEBHOOK_KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def at_day(day: int, hour: int = 20) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


class Watch(Books):
    """A tenant's books with receivers by name."""

    def receiver(self, name: str, address: str, secret: str = "") -> Added:
        with tenant(self.tenant_id):
            return add_receiver(
                name=name, address=address, secret=secret, private=True, actor=SET_UP, at=NOW - timedelta(days=30)
            )

    def all_receivers(self, base: str) -> None:
        """The four that the shipped rules name, each at a path of its own."""
        for name in NAMES:
            self.receiver(name, f"{base}/{name}", WEBHOOK_KEY)

    def work(self, at: datetime, *kinds: str) -> int:
        """Do what waits and is due of these kinds (all of escalation without any), once; returns how many were done."""
        wanted, done = kinds or ("escalate", "notify"), 0
        for kind in wanted:
            with tenant(self.tenant_id):
                due = due_items(at=at, limit=1000)
                ids = set(OutboxItem.objects.filter(id__in=due, kind=kind).values_list("id", flat=True))
            done += sum(work_off(self.tenant_id, item, at=at) for item in due if item in ids)
        return done

    def by_clock(self, at: datetime) -> None:
        with tenant(self.tenant_id):
            escalate_sustained(actor=JOB, at=at)

    def said(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Of each notification in order: rule, severity, and the cases it names."""
        with tenant(self.tenant_id):
            rows = Notification.objects.order_by("number")
            return [(n.rule_key, n.severity, tuple(n.statement["cases"])) for n in rows]

    def rules_said(self) -> list[str]:
        return [rule for rule, *_ in self.said()]

    def deliveries(self) -> list[EscalationDelivery]:
        with tenant(self.tenant_id):
            return list(EscalationDelivery.objects.select_related("receiver", "notification").order_by("id"))

    def outbox(self, kind: str = "notify") -> list[OutboxItem]:
        with tenant(self.tenant_id):
            return list(OutboxItem.objects.filter(kind=kind).order_by("id"))
