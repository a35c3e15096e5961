"""A decision that failed at its form is on the trail, though the form came back and nothing else was written."""

from reconciliation.approvals.made_before import Made
from reconciliation.people.models import User
from tests.console.test_approvals import asked, books, checker, clock, decide, maker, refused, state  # noqa: F401
from tests.console.test_approvals import pytestmark as pytestmark
from tests.reconciliation.books import Books


def test_a_wrong_password_and_a_missing_reason_are_on_the_trail(books: Books, asked: Made, checker: User) -> None:
    decide(checker, asked, password="wrong-horse-battery")
    decide(checker, asked, "reject")
    assert refused(books) == ["reauthentication_needed", "reason_missing"]
    assert state(books, asked) == "open"
