"""One note: a form sent many times at once is one note and one audit row, and every answer says the same."""

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.cases.acting import Acted
from reconciliation.cases.add_note import add_note
from reconciliation.cases.models import CaseEvent
from tests.races.rivals import at_once
from tests.reconciliation.books import NOW, Books

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


def test_one_form_sent_32_times_at_once_is_one_note(books: Books, maker: Actor) -> None:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    number = int(books.case("clr", "10").number)

    def send(_: int) -> Acted:
        with tenant(books.tenant_id):
            return add_note(number=number, text="asked the desk", key="form", actor=maker, at=NOW)

    found = at_once(32, send)
    assert set(found) == {Acted(number, "assigned", maker.person_id, None)}, found
    with tenant(books.tenant_id):
        assert CaseEvent.objects.filter(kind="noted").count() == 1
        assert AuditEntry.objects.filter(action="case.noted").count() == 1
