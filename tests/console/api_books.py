"""Books for the API's own schema to be held against: a little of everything, and a token for each kind of caller."""

from collections.abc import Callable
from dataclasses import dataclass

from ledger.tenancy import tenant
from reconciliation.matching.models import MatchRun
from reconciliation.oversight.escalation.escalate_run import escalate_run
from reconciliation.people.issue_token import issue_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import User
from tests.people import SET_UP, acting
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.commerce.desk import asked, take
from tests.reconciliation.planes.shop import JOB
from tests.reconciliation.provider.desk import Desk, said

ROWS = """
T1 10 ewa 215000 @R1 p1
T2 10 ewa 70 @R2 p2
L2 clr 10 -70 @R2
T3 09 PENDING ewa 175 @R3 p3
L3 clr 10 -175 @R3
"""


@dataclass(frozen=True, slots=True)
class Secrets:
    """An integration's token, the own one of a person who asks, and of one who takes note."""

    machine: str
    person: str
    taker: str

    def of(self, path: str) -> str:
        """The one who may use the address: corrections are a person's to ask for, notifications a person's to acknowledge."""
        if "/acknowledge/" in path:
            return self.taker
        return self.person if "/corrections/" in path else self.machine


def filled(tenant_id: int, user_of: Callable[..., User]) -> Secrets:
    """Transactions, lines, cases, a request, orders and events; all as of NOW."""
    books = Books(tenant_id).play(ROWS)
    books.check_day("clr", "10")
    taker = acting(user_of("Tamar Taker", "controller"), tenant_id)
    maker = acting(user_of("Mara Maker", "analyst"), tenant_id)
    books.reverse("T1", by=maker, case=None)
    take(tenant_id, asked("INV-1", payment_id="p1"))
    desk = Desk(tenant_id)
    desk.deliver(said("InvoiceSettled"))
    desk.take_in()
    with tenant(tenant_id):
        for run in MatchRun.objects.order_by("id"):
            escalate_run(run_id=run.id, actor=JOB, at=NOW)
        return Secrets(
            issue_token(name="core", actor=SET_UP, at=NOW),
            make_own_token(name="mine", proven_at=NOW, actor=maker, at=NOW),
            make_own_token(name="hers", proven_at=NOW, actor=taker, at=NOW),
        )
