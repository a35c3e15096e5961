"""The sign of every entry that this project posts by itself: account, direction and amount, money in and money out."""

import pytest

from ledger.actors import Actor
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.bank.set_booking_account import set_booking_account
from reconciliation.corrections.request_booking import request_booking
from reconciliation.corrections.request_identification import request_identification
from reconciliation.corrections.request_repost import request_repost
from tests.people import SET_UP
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.corrections.test_request_booking import book, entries, set_accounts

CODES = {"bank_fee": "BANK_FEE", "interest": "BANK_INTEREST", "suspense_receipt": "UNIDENTIFIED_RECEIPT"}
# Use case, reconciled account, what the bank shows, the entries: debit first. Cash is debit-normal, clr credit-normal; both are
# debited by money in and credited by money out.
BOOKED: list[tuple[str, str, str, list[tuple[str, str, int]]]] = [
    ("bank_fee", "cash", 'L1 cash 10 -25 "FEE"', [("fee", "DEBIT", 25), ("cash", "CREDIT", 25)]),
    ("bank_fee", "cash", 'L1 cash 10 +25 "FEE"', [("cash", "DEBIT", 25), ("fee", "CREDIT", 25)]),
    ("bank_fee", "clr", 'L1 clr 10 -25 "FEE"', [("fee", "DEBIT", 25), ("clr", "CREDIT", 25)]),
    ("bank_fee", "clr", 'L1 clr 10 +25 "FEE"', [("clr", "DEBIT", 25), ("fee", "CREDIT", 25)]),
    ("interest", "cash", 'L1 cash 10 +300 "INTEREST"', [("cash", "DEBIT", 300), ("int", "CREDIT", 300)]),
    ("interest", "cash", 'L1 cash 10 -300 "INTEREST"', [("int", "DEBIT", 300), ("cash", "CREDIT", 300)]),
    ("interest", "clr", 'L1 clr 10 +300 "INTEREST"', [("clr", "DEBIT", 300), ("int", "CREDIT", 300)]),
    ("interest", "clr", 'L1 clr 10 -300 "INTEREST"', [("int", "DEBIT", 300), ("clr", "CREDIT", 300)]),
    ("suspense_receipt", "cash", 'L1 cash 10 +45 "TRF"', [("cash", "DEBIT", 45), ("sus", "CREDIT", 45)]),
    ("suspense_receipt", "clr", 'L1 clr 10 +45 "TRF"', [("clr", "DEBIT", 45), ("sus", "CREDIT", 45)]),
]  # fmt: skip


def standing(books: Books, **wanted: object) -> LedgerTransaction:
    with tenant(books.tenant_id):
        return LedgerTransaction.objects.get(**wanted)


@pytest.mark.parametrize(("use_case", "account", "line", "expected"), BOOKED)
def test_what_the_bank_alone_shows(
    books: Books, maker: Actor, checker: Actor, use_case: str, account: str, line: str,
    expected: list[tuple[str, str, int]],
) -> None:  # fmt: skip
    set_accounts(books, account)
    books.play(line).check_day(account, "10")
    with tenant(books.tenant_id):
        made = request_booking(
            case=books.case(account, "10").number, reason_code=CODES[use_case], note="", idempotency_key="k",
            actor=maker, at=NOW,
        )  # fmt: skip
    books.approve(made, checker)
    assert entries(books, standing(books, use_case=use_case)) == expected


@pytest.mark.parametrize(
    ("account", "accrual", "amount", "expected"),
    [
        ("cash", "acc/int 290", "+300", [("cash", "DEBIT", 300), ("rnd", "CREDIT", 10), ("acc", "CREDIT", 290)]),
        ("cash", "acc/int 310", "+300", [("cash", "DEBIT", 300), ("rnd", "DEBIT", 10), ("acc", "CREDIT", 310)]),
        ("cash", "int/acc 310", "-300", [("acc", "DEBIT", 310), ("cash", "CREDIT", 300), ("rnd", "CREDIT", 10)]),
        ("clr", "acc/int 310", "+300", [("clr", "DEBIT", 300), ("rnd", "DEBIT", 10), ("acc", "CREDIT", 310)]),
        ("clr", "int/acc 290", "-300", [("acc", "DEBIT", 290), ("rnd", "DEBIT", 10), ("clr", "CREDIT", 300)]),
    ],
)  # fmt: skip
def test_interest_against_what_was_accrued(
    books: Books, maker: Actor, checker: Actor, account: str, accrual: str, amount: str,
    expected: list[tuple[str, str, int]],
) -> None:  # fmt: skip
    with tenant(books.tenant_id):
        set_booking_account(
            bank_account=account, use_case="interest", counter="acc", true_up="rnd", actor=SET_UP, at=NOW
        )
    books.play(f'T1 09 interest_accrual {accrual}\nL1 {account} 10 {amount} "INTEREST"').check_day(account, "10")
    made = book(books, books.case(account, "10").number, maker, reason_code="BANK_INTEREST")
    books.approve(made, checker)
    found = entries(books, standing(books, use_case="interest"))
    assert sorted(found) == sorted(expected)
    assert [e[1] for e in found] == sorted((e[1] for e in found), reverse=True)


@pytest.mark.parametrize("account", ["cash", "clr"])
def test_what_was_in_suspense_leaves_it(books: Books, maker: Actor, checker: Actor, account: str) -> None:
    books.play(f"T91 10 suspense_receipt {account}/sus 45 @X1\nT2 10 receipt ap/ar 45 p8")
    with tenant(books.tenant_id):
        made = request_identification(
            receipt=books.ids["T91"], payment_id="p8", counter="ar", reason_code="RECEIPT_IDENTIFIED", note="",
            idempotency_key="k", actor=maker, at=NOW,
        )  # fmt: skip
    books.approve(made, checker)
    assert entries(books, standing(books, use_case="identify")) == [("sus", "DEBIT", 45), ("ar", "CREDIT", 45)]


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ("ewa emp/clr", [("emp", "CREDIT", 900), ("clr", "DEBIT", 900)]),
        ("receipt cash/ar", [("cash", "CREDIT", 900), ("ar", "DEBIT", 900)]),
    ],
)
def test_a_reversal_turns_every_entry(
    books: Books, maker: Actor, checker: Actor, posted: str, expected: list[tuple[str, str, int]]
) -> None:
    books.play(f"T1 10 {posted} 900 @D1")
    books.approve(books.reverse("T1", by=maker), checker)
    assert entries(books, standing(books, reverses__public_id=books.ids["T1"])) == expected


@pytest.mark.parametrize(
    ("account", "posted", "line", "expected"),
    [
        ("clr", "ewa emp/clr", "-900", [("emp", "DEBIT", 900), ("clr", "CREDIT", 900)]),
        ("cash", "receipt cash/ar", "+900", [("cash", "DEBIT", 900), ("ar", "CREDIT", 900)]),
    ],
)
def test_a_confirmation_leaves_every_entry_as_it_was_planned(
    books: Books,
    maker: Actor,
    checker: Actor,
    account: str,
    posted: str,
    line: str,
    expected: list[tuple[str, str, int]],
) -> None:
    books.play(f"T1 10 PENDING {posted} 900 @D1\nL1 {account} 10 {line} @D1").check_day(account, "10")
    books.approve(books.ask_to_confirm("T1", maker, books.case(account, "10").number), checker)
    found = books.transaction("T1")
    assert (found.status, entries(books, found)) == ("POSTED", expected)


@pytest.mark.parametrize(
    ("account", "posted", "sign", "debit", "credit"),
    [("clr", "ewa emp/clr", "-", "emp", "clr"), ("cash", "receipt cash/ar", "+", "cash", "ar"),
     ("cash", "supplier ap/cash", "-", "ap", "cash")],
)  # fmt: skip
@pytest.mark.parametrize(("status", "line"), [("FAILED ", 900), ("", 950), ("", 850)])
def test_what_is_posted_anew_keeps_its_accounts_and_directions(
    books: Books, maker: Actor, checker: Actor, account: str, posted: str, sign: str, debit: str, credit: str, status: str,
    line: int,
) -> None:  # fmt: skip
    books.play(f"T1 10 {status}{posted} 900 @D1\nL1 {account} 10 {sign}{line} @D1").check_day(account, "10")
    with tenant(books.tenant_id):
        made = request_repost(
            transaction=books.ids["T1"], case=books.case(account, "10").number, note="", idempotency_key="k", actor=maker,
            at=NOW, reason_code="FAILED_HERE" if status else "WRONG_AMOUNT",
        )  # fmt: skip
    books.approve(made, checker)
    found = entries(books, standing(books, corrects__public_id=books.ids["T1"]))
    assert found == [(debit, "DEBIT", line), (credit, "CREDIT", line)]
    if not status:
        back = entries(books, standing(books, reverses__public_id=books.ids["T1"]))
        assert back == [(debit, "CREDIT", 900), (credit, "DEBIT", 900)]
    assert books.check_day(account, "10").verdict == "CLEAN"
