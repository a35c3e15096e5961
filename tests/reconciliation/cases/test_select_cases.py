import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import CaseSelection
from reconciliation.cases.select_cases import Selected, select_cases
from reconciliation.errors import BadInput, NotFound, NotPermitted
from tests.people import INTEGRATION
from tests.reconciliation.books import NOW, Books


@pytest.fixture
def ids(books: Books) -> list[int]:
    books.play("T1 10 ewa 900 @D1\nT2 10 ewa 70 @D2\nT3 10 receipt usd/pusd 40 @P1")
    books.check_day("clr", "10")
    books.check_day("usd", "10")
    return [c.id for c in books.cases("clr") + books.cases("usd")]


def select(books: Books, ids: list[int], by: Actor, act: str = "assign") -> Selected:
    with tenant(books.tenant_id):
        return select_cases(case_ids=ids, act=act, actor=by, at=NOW)


def test_it_freezes_exactly_these_cases_and_adds_no_currencies(books: Books, ids: list[int], maker: Actor) -> None:
    found = select(books, [*ids, ids[0]], maker)
    assert (found.count, found.nets) == (3, {"ETB": 970, "USD": 40})
    assert {r.outcome for r in found.rows} == {"will"}
    with tenant(books.tenant_id):
        stored = CaseSelection.objects.get(public_id=found.public_id)
        assert (sorted(stored.case_ids), stored.made_by_id) == (sorted(ids), maker.person_id)
    assert {c.state for c in books.cases("clr")} == {"open"}


def test_the_preview_says_which_rows_will_be_refused(books: Books, ids: list[int], maker: Actor) -> None:
    books.reverse("T1", maker)
    rows = {r.case_id: r for r in select(books, ids, maker, "snooze").rows}
    assert rows[ids[0]].outcome == "refused" and "waits for a decision" in rows[ids[0]].says
    assert rows[ids[1]].outcome == "will"


def test_it_refuses_whom_the_permission_is_not_given(
    books: Books, ids: list[int], support: Actor, auditor: Actor
) -> None:
    for someone in (support, auditor, INTEGRATION):
        with pytest.raises(NotPermitted):
            select(books, ids, someone)


def test_it_refuses_the_whole_selection_for_one_unknown_id(books: Books, ids: list[int], maker: Actor) -> None:
    with pytest.raises(NotFound, match="1 of the 4"):
        select(books, [*ids, max(ids) + 1], maker)
    with tenant(books.tenant_id):
        assert not CaseSelection.objects.exists()


def test_a_foreign_id_answers_like_an_unknown_one(books: Books, ids: list[int], maker: Actor, rival: Tenant) -> None:
    other = Books(rival.id).play("T1 10 ewa 5 @D1")
    other.check_day("clr", "10")
    with pytest.raises(NotFound, match="1 of the 4"):
        select(books, [*ids, other.case("clr", "10").id], maker)


def test_it_refuses_too_many_none_and_an_unknown_act(books: Books, ids: list[int], maker: Actor) -> None:
    for bad in (list(range(10_001)), []):
        with pytest.raises(BadInput):
            select(books, bad, maker)
    with pytest.raises(BadInput):
        select(books, ids, maker, "resolve")
