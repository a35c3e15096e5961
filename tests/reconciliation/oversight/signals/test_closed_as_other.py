"""Classes closed as other: twice of one class is a pattern, once is none."""

from datetime import timedelta

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.cases.request_other import request_other
from reconciliation.cases.resolve_case import resolve_case
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.oversight.signals.counting import DAY, MIDNIGHT, read, told

CASES = "\n".join(f"T{n} 10 ewa {900 + n} @D{n} p{n}" for n in range(1, 5))


@pytest.fixture
def books(acme: Tenant) -> Books:
    books = Books(acme.id).play(CASES)
    books.check_day("clr", "10")
    return books


def as_other(books: Books, n: int, maker: Actor, checker: Actor) -> None:
    number = books.cases("clr", "10")[n].number
    with tenant(books.tenant_id):
        made = request_other(number=number, note="twin of an old ledger", actor=maker, idempotency_key=f"k{n}", at=NOW)
    books.approve(made, checker)


def known(books: Books, n: int, by: Actor) -> None:
    number = books.cases("clr", "10")[n].number
    with tenant(books.tenant_id):
        resolve_case(
            number=number, code="answered_elsewhere", note="seen in the old system", key=f"k{n}", actor=by, at=NOW
        )


def test_two_of_one_class_are_told_with_the_class_and_its_cases(books: Books, maker: Actor, checker: Actor) -> None:
    for n in (0, 1):
        as_other(books, n, maker, checker)
    known(books, 2, checker)
    state, found = read(books.tenant_id, "closed-as-other")
    assert (state, found.value, found.of, found.parts) == ("out", 2, 3, {"missing_counterpart": 2})
    assert found.said == "missing counterpart: 2 of 3 in seven days"
    assert [row.name for row in found.rows] == [f"C-{c.number}" for c in books.cases("clr", "10")[:2]]


def test_one_alone_is_no_pattern(books: Books, maker: Actor, checker: Actor) -> None:
    as_other(books, 0, maker, checker)
    known(books, 1, checker)
    state, found = read(books.tenant_id, "closed-as-other")
    assert (state, found.value, found.said) == ("in", 0, "none more than once")
    assert found.counted == 1, "it is shown all the same"


def test_other_codes_are_quiet_and_no_ended_case_says_nothing(books: Books, checker: Actor) -> None:
    assert told(books.tenant_id, "closed-as-other")[0] == "unknown"
    known(books, 0, checker)
    assert told(books.tenant_id, "closed-as-other") == ("in", 0, [])


def test_the_week_moves_on(books: Books, maker: Actor, checker: Actor) -> None:
    for n in (0, 1):
        as_other(books, n, maker, checker)
    for days, state in ((6, "out"), (7, "unknown")):
        day = DAY + timedelta(days=days)
        assert told(books.tenant_id, "closed-as-other", day, MIDNIGHT + timedelta(days=days))[0] == state
