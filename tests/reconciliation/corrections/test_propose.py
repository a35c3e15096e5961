"""For every situation of STORIES: what is proposed, or why nothing is."""

from datetime import timedelta

import pytest

from ledger.actors import Actor
from ledger.tenancy import tenant
from tests.reconciliation.books import NOW, Books, march

PROPOSED = {
    "cause 1, silent": ("clr", "10", "T2 10 ewa 30000 @D2", "reverse", "T2", "10", "BANK_REJECTED"),
    "cause 1, returned": ("clr", "12", "T1 10 ewa 90 @D1\nL1 clr 10 -90 @D1\nL2 clr 12 +90 @D1", "reverse", "T1", "12",
    "BANK_RETURNED"),
    "cause 5, PENDING": ("clr", "10", "T1 09 PENDING ewa 175 @D6\nL1 clr 10 -175 @D6", "confirm", "T1", "10",
    "CONFIRMATION_FAILED"),
    "cause 5, FAILED": ("clr", "10", "T2 10 FAILED ewa 40 @D7\nL2 clr 10 -40 @D7", "repost", "T2", "10", "FAILED_HERE"),
    "cause 5, reversed": ("clr", "13", "T1 10 ewa 900 @D1\nR1 10 rev T1\nL1 clr 13 -900 @D1", "repost", "T1", "13",
    "REVERSED_HERE"),
    "amount": ("clr", "10", "T1 10 ewa 4500 @D1\nL1 clr 10 -5400 @D1", "repost", "T1", "10", "WRONG_AMOUNT"),
    "PENDING at another amount": ("clr", "10", "T1 09 PENDING ewa 175 @D6\nL1 clr 10 -174 @D6", "repost", "T1", "10",
    "WRONG_AMOUNT"),
    "one entry of its day and amount": ("cash", "10", 'T1 10 receipt 45 @I3 p1\nL1 cash 10 +45 "TRF"', "join", "T1", "10",
    "SAME_MONEY"),
    "posted twice": ("cash", "10", "T3 10 receipt 640 @I9 p8\nT4 10 receipt 640 @I9 p8\nL3 cash 10 +640 @I9",
    "reverse", "T4", "10", "POSTED_IN_ERROR"),
}  # fmt: skip
NOT_PROPOSED = {
    "cause 3": ("clr", "10", "T1 10 loan clr/emp 120 @K1\nL1 clr 10 -120 @K1", "use case loan"),
    "cause 5, out of grace": ("clr", "13", "T1 10 ewa 900 @D1\nL1 clr 13 -900 @D1", "out of grace"),
    "cause 6, no account set": ("clr", "10", 'L1 clr 10 -25 "FEE"', "The bank's fee of 0.25 ETB has no account yet"),
    "posted out of grace at another amount": ("clr", "13", "T1 10 ewa 900 @D1\nL1 clr 13 -909 @D1", "at the line's amount"),
    "unidentified receipt, no account set": ("cash", "10", 'L1 cash 10 +45 "TRF"', "unidentified receipt of cash in Settings"),
    "a reversal": ("clr", "10", "T1 02-27 ewa 60 @D1\nR1 10 rev T1", "itself a reversal"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROPOSED)
def test_it_proposes(books: Books, name: str) -> None:
    account, day, rows, kind, transaction, on, code = PROPOSED[name]
    books.play(rows).check_day(account, day)
    found = books.propose(books.case(account, day))
    assert (found.kind, found.transaction, found.effective_on, found.reason_code) == (
        kind,
        books.ids[transaction],
        march(on),
        code,
    )
    assert str(books.transaction(transaction)) in found.sentence and found.payload is not None


@pytest.mark.parametrize("name", NOT_PROPOSED)
def test_it_proposes_nothing_and_says_why(books: Books, name: str) -> None:
    account, day, rows, words = NOT_PROPOSED[name]
    books.play(rows).check_day(account, day)
    found = books.propose(books.case(account, day))
    assert (found.kind, found.payload) == (None, None)
    assert words in found.sentence


def test_of_several_entries_of_its_day_and_amount_people_choose(books: Books) -> None:
    books.play('T1 10 receipt 45 @I3 p1\nT2 10 receipt 45 @I4 p2\nL1 cash 10 +45 "TRF"').check_day("cash", "10")
    (line,) = [c for c in books.cases("cash", "10") if c.exception_class == "reference_mismatch"]
    assert "might book it twice" in books.propose(line).sentence


def test_timing_clears_by_itself(books: Books) -> None:
    books.play("T1 10 ewa 400 @D1").check_day("clr", "10", at=NOW - timedelta(days=10) + timedelta(hours=8))
    case = books.case("clr", "10")
    assert case.cause == 2
    assert "clears by itself" in books.propose(case).sentence


def test_cause_4_holds_the_account_and_never_proposes(books: Books) -> None:
    books.play("T2 10 ewa 300 @D2\nL1 clr 10 -250 @X991").check_day("clr", "10")
    for case in books.cases("clr", "10"):
        found = books.propose(case)
        assert found.security and found.kind is None and "Security hold" in found.sentence


def test_an_open_request_stands_in_its_place_and_a_corrected_transaction_is_not_corrected_again(
    books: Books, maker: Actor, checker: Actor
) -> None:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    case = books.case("clr", "10")
    made = books.reverse("T1", maker)
    assert "CR-1 by Maker waits" in books.propose(books.again(case)).sentence
    books.approve(made, checker)
    assert "was reversed by" in books.propose(books.again(case)).sentence
    books.check_day("clr", "10")
    with tenant(books.tenant_id):
        assert "resolved" in books.propose(books.again(case)).sentence
