"""Books for the API's own schema to be held against: a little of everything, and a token for each kind of caller."""

from collections.abc import Callable
from dataclasses import dataclass

from ledger.tenancy import tenant
from reconciliation.people.issue_token import issue_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import User
from tests.people import SET_UP, acting
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.commerce.desk import asked, take
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
    """An integration's token and a person's own."""

    machine: str
    person: str

    def of(self, path: str) -> str:
        """The one who may use the address: corrections are a person's to ask for."""
        return self.person if "/corrections/" in path else self.machine


def filled(tenant_id: int, user_of: Callable[..., User]) -> Secrets:
    """Transactions, lines, cases, a request, orders and events; all as of NOW."""
    books = Books(tenant_id).play(ROWS)
    books.check_day("clr", "10")
    maker = acting(user_of("Mara Maker", "analyst"), tenant_id)
    books.reverse("T1", by=maker, case=None)
    take(tenant_id, asked("INV-1", payment_id="p1"))
    desk = Desk(tenant_id)
    desk.deliver(said("InvoiceSettled"))
    desk.take_in()
    with tenant(tenant_id):
        return Secrets(
            issue_token(name="core", actor=SET_UP, at=NOW),
            make_own_token(name="mine", proven_at=NOW, actor=maker, at=NOW),
        )
