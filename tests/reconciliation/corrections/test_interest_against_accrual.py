"""Interest that was accrued and then paid: the story's figures through request and approval, and what makes it stale."""

from datetime import UTC, datetime, timedelta

import pytest

from ledger.actors import Actor
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.bank.set_booking_account import set_booking_account
from reconciliation.corrections.accrued import standing
from reconciliation.corrections.interest_legs import legs_of
from tests.people import SET_UP
from tests.reconciliation.books import NOW, Books, march
from tests.reconciliation.corrections.test_request_booking import book, entries
from tests.stories.world import on

LATER = datetime(2026, 4, 10, 12, tzinfo=UTC)
APRIL = on("2026-04-01")
S19 = 'T1 31 interest_accrual acc/int 7134247\nL1 cash 04-01 +7134240 "INTEREST"'


@pytest.fixture(autouse=True)
def _accrues(books: Books) -> None:
    with tenant(books.tenant_id):
        set_booking_account(
            bank_account="cash", use_case="interest", counter="acc", true_up="int", actor=SET_UP, at=NOW
        )


def ask(books: Books, maker: Actor, number: int, key: str = "once") -> Made:
    return book(books, number, maker, reason_code="BANK_INTEREST", idempotency_key=key, at=LATER)


def test_s19_to_the_last_santim(books: Books, maker: Actor, checker: Actor) -> None:
    books.play(S19).cover("cash", APRIL + timedelta(days=3))
    assert int(books.reconcile("cash", APRIL, LATER).drift or 0) == -7134240
    (case,) = books.cases("cash")
    assert books.propose(case).sentence.startswith(
        "Book the bank's interest of 71,342.40 ETB against 71,342.47 ETB accrued on acc acc and 0.07 ETB on int int,"
        " effective Wed 1 Apr 2026."
    )
    books.approve(ask(books, maker, case.number), checker, at=LATER)
    with tenant(books.tenant_id):
        posted = LedgerTransaction.objects.get(use_case="interest")
    assert (posted.effective_on, entries(books, posted)) == (
        APRIL, [("cash", "DEBIT", 7134240), ("int", "DEBIT", 7), ("acc", "CREDIT", 7134247)],
    )  # fmt: skip
    assert books.balance("acc") == 0
    found = books.reconcile("cash", APRIL, LATER + timedelta(minutes=1))
    assert (found.verdict, int(found.ledger_total)) == ("CLEAN", 7134240)
    assert books.again(case).state == "resolved"


@pytest.mark.parametrize(
    ("near", "amount", "accrued", "expected"),
    [
        ("DEBIT", 300, None, [("reconciled", "DEBIT", 300), ("counter", "CREDIT", 300)]),
        ("DEBIT", 300, 300, [("reconciled", "DEBIT", 300), ("counter", "CREDIT", 300)]),
        ("DEBIT", 300, 307, [("reconciled", "DEBIT", 300), ("true_up", "DEBIT", 7), ("counter", "CREDIT", 307)]),
        ("DEBIT", 300, 293, [("reconciled", "DEBIT", 300), ("true_up", "CREDIT", 7), ("counter", "CREDIT", 293)]),
        ("DEBIT", 300, 0, [("reconciled", "DEBIT", 300), ("true_up", "CREDIT", 300)]),
        ("DEBIT", 300, -50, [("reconciled", "DEBIT", 300), ("true_up", "CREDIT", 300)]),
        ("CREDIT", 300, 307, [("counter", "DEBIT", 307), ("reconciled", "CREDIT", 300), ("true_up", "CREDIT", 7)]),
        ("CREDIT", 300, 293, [("true_up", "DEBIT", 7), ("counter", "DEBIT", 293), ("reconciled", "CREDIT", 300)]),
    ],
)  # fmt: skip
def test_the_legs_balance_and_clear_what_is_accrued(
    near: str, amount: int, accrued: int | None, expected: list[tuple[str, str, int]]
) -> None:
    found = legs_of(near, amount, accrued)  # type: ignore[arg-type]
    assert found == expected
    assert sum(minor if direction == "DEBIT" else -minor for _, direction, minor in found) == 0


def test_what_is_accrued_is_a_frozen_precondition(books: Books, maker: Actor, checker: Actor) -> None:
    books.play(S19).cover("cash", APRIL + timedelta(days=3))
    books.reconcile("cash", APRIL, LATER)
    (case,) = books.cases("cash")
    made = ask(books, maker, case.number)
    books.play("T2 30 interest_accrual acc/int 10")
    assert books.approve(made, checker, at=LATER).state == "stale"
    again = ask(books, maker, case.number, "again")
    books.play("T3 04-02 interest_accrual acc/int 600")
    assert books.approve(again, checker, at=LATER).state == "executed", "what is accrued later is of the next line"
    assert books.balance("acc") == 600


def test_an_accrual_is_cleared_once(books: Books, maker: Actor, checker: Actor) -> None:
    books.play(
        """T1 05 interest_accrual acc/int 100
        L1 cash 10 +100 "INTEREST"
        L2 cash 12 +40 "INTEREST\""""
    )
    books.check_day("cash", "10"), books.check_day("cash", "12")
    first, second = books.case("cash", "10"), books.case("cash", "12")
    earlier, later = ask(books, maker, first.number, "first"), ask(books, maker, second.number, "second")
    books.approve(later, checker, at=LATER)
    with tenant(books.tenant_id):
        assert standing(books.accounts["acc"].id, "DEBIT", march("11")) == 0, "a later line has cleared it"
        assert standing(books.accounts["acc"].id, "DEBIT", march("04")) == 0, "not accrued yet"
    assert books.approve(earlier, checker, at=LATER).state == "stale"
    books.approve(ask(books, maker, first.number, "anew"), checker, at=LATER)
    assert (books.balance("acc"), books.balance("int")) == (0, 140)
