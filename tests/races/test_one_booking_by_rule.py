"""Two jobs at once, or a job and a person: one booking of a line, whoever is first."""

import pytest

from ledger.actors import Actor
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalExecution
from tests.people import UserMaker
from tests.races.rivals import at_once
from tests.reconciliation.books import Books
from tests.reconciliation.corrections.test_book_by_rule import BY_RULE, FEE, force, run, set_by
from tests.reconciliation.corrections.test_request_booking import book

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


@pytest.fixture
def ready(books: Books, user_of: UserMaker) -> Books:
    from tests.checkpoints import two_admins

    admins = two_admins(user_of, books.tenant_id)
    force(books, admins, BY_RULE, BY_RULE | {"when": {"door": ["screen"]}})
    set_by(books, admins[0])
    books.play(FEE).check_day("clr", "10")
    return books


def posted(books: Books) -> tuple[int, int]:
    with tenant(books.tenant_id):
        return LedgerTransaction.objects.count(), ApprovalExecution.objects.filter(request__kind="book").count()


def test_16_jobs_at_once_book_a_line_once(ready: Books) -> None:
    found = at_once(16, lambda _: run(ready))
    assert sorted(found, key=repr) == [*[0] * 15, 1], found
    assert posted(ready) == (1, 1)


def test_a_person_and_the_jobs_book_it_once(ready: Books, maker: Actor) -> None:
    number = ready.case("clr", "10").number

    def act(n: int) -> object:
        return book(ready, number, maker, idempotency_key=f"form {n}") if n % 2 else run(ready)

    found = at_once(16, act)
    done = [f for f in found if f == 1 or (isinstance(f, Made) and f.created)]
    assert len(done) == 1, found
    assert posted(ready) == (1, 1)
