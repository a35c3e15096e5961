"""A case's title says what its diagnosis says."""

import pytest

from ledger.tenancy import tenant
from reconciliation.cases.taxonomy import CAUSES
from reconciliation.drift.diagnosis import diagnose
from reconciliation.drift.read_facts import read_facts
from tests.reconciliation.books import Books

pytestmark = pytest.mark.django_db

SITUATIONS = {
    "silent": ("T1 10 ewa 500 @R1 p1", "10", "Posted transaction that the bank did not settle", 1),
    "returned": (
        "T1 10 ewa 500 @R1 p1\nL1 clr 10 -500 @R1\nL2 clr 11 +500 @R1",
        "11",
        "Settled by the bank, then returned",
        1,
    ),
    "debited twice": (
        "T1 10 ewa 500 @R1 p1\nL1 clr 10 -500 @R1\nL2 clr 10 -500 @R1",
        "10",
        "Second debit of one of our payments",
        4,
    ),
    "pending": ("T1 10 PENDING ewa 500 @R1 p1\nL1 clr 10 -500 @R1", "10",
                "Bank settled a transaction we do not hold as POSTED", 5),
    "opposite": ("T1 10 ewa 500 @R1 p1\nL1 clr 10 +500 @R1", "10", "Ledger and bank move in opposite directions", 3),
    "never ours": ("L1 clr 10 -500 @X9", "10", "Outgoing line with no payment of ours behind it", 4),
}  # fmt: skip


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_title_agrees_with_the_diagnosis(books: Books, name: str) -> None:
    rows, day, title, cause = SITUATIONS[name]
    books.play(rows).check_day("clr", day)
    case = books.case("clr", day)
    assert (case.title, case.cause) == (title, cause)
    with tenant(books.tenant_id):
        assert diagnose(read_facts(case)).likely == cause, CAUSES[cause]


def test_what_settled_too_late_is_not_said_to_be_unposted(books: Books) -> None:
    books.play("T1 10 ewa 500 @R1 p1\nL1 clr 16 -500 @R1").check_day("clr", "10")
    books.check_day("clr", "16")
    assert books.case("clr", "16").title == "Bank settled it after grace of the day we posted it on"


def test_a_line_with_one_entry_beside_it_is_not_said_to_be_unexplained(books: Books) -> None:
    books.play('T1 10 receipt 45 @I3 p1\nL1 cash 10 +45 "TRF"').check_day("cash", "10")
    case = books.case("cash", "10")
    assert (case.exception_class, int(case.contribution_minor)) == ("reference_mismatch", 0)
    assert case.title == "A line and an entry of the same day and amount, without a common reference"
