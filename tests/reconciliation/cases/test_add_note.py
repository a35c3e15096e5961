from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.cases.acting import Acted
from reconciliation.cases.add_note import add_note
from reconciliation.cases.models import CaseEvent
from reconciliation.errors import BadInput, NotFound, NotPermitted
from tests.people import INTEGRATION
from tests.reconciliation.books import NOW, Books

HOSTILE = '<script>alert(1)</script> hx-get="/x" =HYPERLINK("x")'


@pytest.fixture
def number(books: Books) -> int:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    return int(books.case("clr", "10").number)


def note(books: Books, number: int, by: Actor, text: str = "asked the desk", key: str = "") -> Acted:
    with tenant(books.tenant_id):
        return add_note(number=number, text=text, key=key or uuid4().hex, actor=by, at=NOW)


def notes(books: Books) -> int:
    with tenant(books.tenant_id):
        assert CaseEvent.objects.filter(kind="noted").count() == AuditEntry.objects.filter(action="case.noted").count()
        return CaseEvent.objects.filter(kind="noted").count()


def test_it_is_kept_as_written_and_takes_an_unowned_case(books: Books, number: int, maker: Actor) -> None:
    acted = note(books, number, maker, HOSTILE)
    assert (acted.state, acted.owner_id) == ("assigned", maker.person_id)
    with tenant(books.tenant_id):
        assert CaseEvent.objects.get(kind="noted").text == HOSTILE
        assert AuditEntry.objects.get(action="case.noted").subject == f"C-{number}"


def test_it_does_not_take_an_owned_case_and_a_resolved_one_stays_so(
    books: Books, number: int, maker: Actor, checker: Actor
) -> None:
    note(books, number, maker)
    assert note(books, number, checker).owner_id == maker.person_id
    books.play("R1 10 rev T1").check_day("clr", "10")
    assert note(books, number, checker).state == "resolved"


def test_support_writes_and_takes_no_case(books: Books, number: int, maker: Actor, support: Actor) -> None:
    acted = note(books, number, support)
    assert (acted.state, acted.owner_id, notes(books)) == ("open", None, 1)
    note(books, number, maker)
    acted = note(books, number, support, "told the customer")
    assert (acted.state, acted.owner_id) == ("assigned", maker.person_id)


def test_it_refuses_whom_the_permission_is_not_given(books: Books, number: int, auditor: Actor) -> None:
    for someone in (auditor, INTEGRATION):
        with pytest.raises(NotPermitted):
            note(books, number, someone)


def test_it_refuses_an_empty_note_and_an_unknown_case(books: Books, number: int, maker: Actor) -> None:
    with pytest.raises(BadInput):
        note(books, number, maker, " ")
    with pytest.raises(NotFound):
        note(books, number + 1, maker)


def test_two_notes_are_two(books: Books, number: int, maker: Actor) -> None:
    note(books, number, maker)
    note(books, number, maker)
    assert notes(books) == 2


def test_one_form_sent_twice_is_one_note(books: Books, number: int, maker: Actor) -> None:
    first = note(books, number, maker, key="k1")
    assert note(books, number, maker, key="k1") == first
    assert notes(books) == 1


def test_a_key_stands_for_one_note_of_one_person(books: Books, number: int, maker: Actor, checker: Actor) -> None:
    note(books, number, maker, key="k1")
    for by, text in ((maker, "something else"), (checker, "asked the desk")):
        with pytest.raises(KeyReusedForAnotherPayload):
            note(books, number, by, text, key="k1")
    assert notes(books) == 1


def test_the_database_keeps_a_second_one_out(books: Books, number: int, maker: Actor) -> None:
    note(books, number, maker, key="k1")
    with tenant(books.tenant_id), pytest.raises(IntegrityError, match="event_sent_once"), atomic():
        first = CaseEvent.objects.get(sent_key="k1")
        CaseEvent.objects.create(case=first.case, at=NOW, kind="noted", actor="x", text="again", sent_key="k1")


@pytest.mark.parametrize("key", ["", "a b", "k" * 65])
def test_a_form_without_a_key_is_refused(books: Books, number: int, maker: Actor, key: str) -> None:
    with tenant(books.tenant_id), pytest.raises(BadInput):
        add_note(number=number, text="asked the desk", key=key, actor=maker, at=NOW)
