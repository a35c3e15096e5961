import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.cases.acting import Acted
from reconciliation.cases.assign_case import assign_case
from reconciliation.cases.models import CaseEvent
from reconciliation.errors import BadInput, CaseNotOpen, ChangedSinceAsked, NotFound, NotPermitted
from tests.people import INTEGRATION, SET_UP
from tests.reconciliation.books import NOW, Books


@pytest.fixture
def number(books: Books) -> int:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    return int(books.case("clr", "10").number)


def assign(books: Books, number: int, by: Actor, to: int | None = None, seen: str | None = None) -> Acted:
    with tenant(books.tenant_id):
        return assign_case(number=number, actor=by, at=NOW, to=to, seen_state=seen)


def test_it_hands_the_case_over_and_says_so(books: Books, number: int, maker: Actor, checker: Actor) -> None:
    assert assign(books, number, maker).owner_id == maker.person_id
    acted = assign(books, number, maker, checker.person_id)
    assert (acted.state, acted.owner_id) == ("assigned", checker.person_id)
    with tenant(books.tenant_id):
        event = CaseEvent.objects.order_by("-id").first()
        assert event is not None
        assert (event.kind, event.text, event.person_id) == ("assigned", "Assigned to Checker", maker.person_id)
        assert AuditEntry.objects.filter(action="case.assigned", subject=f"C-{number}", actor=maker.id).count() == 2


def test_it_refuses_whom_the_permission_is_not_given(
    books: Books, number: int, support: Actor, admin: Actor, auditor: Actor
) -> None:
    for someone in (support, admin, auditor, SET_UP, INTEGRATION):
        with pytest.raises(NotPermitted):
            assign(books, number, someone)


def test_it_refuses_an_owner_who_does_not_work_on_cases(
    books: Books, number: int, maker: Actor, support: Actor
) -> None:
    for to in (support.person_id, 999_999):
        with pytest.raises(BadInput):
            assign(books, number, maker, to)


def test_it_refuses_an_unknown_or_resolved_case(books: Books, number: int, maker: Actor) -> None:
    with pytest.raises(NotFound):
        assign(books, number + 1, maker)
    books.play("R1 10 rev T1").check_day("clr", "10")
    with pytest.raises(CaseNotOpen):
        assign(books, number, maker)


def test_it_refuses_a_case_that_moved_since_it_was_seen(
    books: Books, number: int, maker: Actor, checker: Actor
) -> None:
    assign(books, number, maker, seen="open")
    with pytest.raises(ChangedSinceAsked, match="is assigned by now"):
        assign(books, number, checker, seen="open")
    assert books.case("clr", "10").owner_id == maker.person_id


def test_a_waiting_case_changes_hands_and_goes_on_waiting(
    books: Books, number: int, maker: Actor, checker: Actor
) -> None:
    books.reverse("T1", maker)
    assert assign(books, number, checker).state == "waiting_approval"


def test_a_case_keeps_its_owner_over_the_next_run(books: Books, number: int, maker: Actor) -> None:
    assign(books, number, maker)
    books.check_day("clr", "10")
    assert (books.case("clr", "10").owner_id, books.case("clr", "10").state) == (maker.person_id, "assigned")
