import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.commerce.errors import OrderDiffers
from reconciliation.commerce.import_orders import ImportedOrders, import_orders
from reconciliation.commerce.models import Order
from reconciliation.errors import BadInput, NotPermitted
from tests.people import INTEGRATION
from tests.reconciliation.commerce.desk import NOON, asked, order_of, take
from tests.reconciliation.commerce.test_orders_file import ROW, file

pytestmark = pytest.mark.django_db(transaction=True)


def bring(tenant_id: int, content: bytes, actor: Actor = INTEGRATION) -> ImportedOrders:
    with tenant(tenant_id):
        return import_orders(content, file_name="orders.csv", actor=actor, at=NOON)


def test_a_file_is_taken_in_once(acme: Tenant) -> None:
    content = file(ROW, ROW.replace("A-1", "A-2"))
    assert bring(acme.id, content) == ImportedOrders(2, 2)
    again = bring(acme.id, content)
    assert (again.created, again.known) == (0, 2)
    assert order_of(acme.id).source == "csv"
    with tenant(acme.id):
        (row,) = AuditEntry.objects.filter(action="orders.imported")
        assert (row.subject, row.detail["created"]) == ("orders.csv", 2)


def test_the_api_and_the_file_know_the_same_order(acme: Tenant) -> None:
    take(acme.id, asked("A-1"))
    assert bring(acme.id, file(ROW)) == ImportedOrders(1, 0)


def test_all_of_it_or_nothing(acme: Tenant) -> None:
    take(acme.id, asked("A-2", amount_minor="7"))
    with pytest.raises(OrderDiffers) as differs:
        bring(acme.id, file(ROW, ROW.replace("A-1", "A-2")))
    with pytest.raises(BadInput) as unread:
        bring(acme.id, file(ROW, ROW.replace("A-1", "A-3").replace("0.0005", "1e3")))
    with pytest.raises(BadInput) as twice:
        bring(acme.id, file(ROW, ROW))
    assert [e.value.where for e in (differs, unread, twice)] == ["row 3", "row 3.amount", "row 3.order_ref"]
    with tenant(acme.id):
        assert Order.objects.count() == 1


def test_an_empty_file_and_a_wrong_role_are_refused(acme: Tenant, checker: Actor) -> None:
    with pytest.raises(BadInput):
        bring(acme.id, file())
    with pytest.raises(NotPermitted):
        bring(acme.id, file(ROW), checker)
