"""Receipts in suspense on their pages: how long each waits, what the payment is, and the request that gives it away."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.booking_accounts import set_for
from reconciliation.bank.set_booking_account import set_booking_account
from reconciliation.corrections.receipt import in_suspense, watched_accounts
from reconciliation.errors import BadInput
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.test_home import words
from tests.console.working import FRAME, TODAY, analyst, books, page, signed_in, today  # noqa: F401
from tests.people import SET_UP
from tests.stories.notation import Tx
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/bank/suspense/"
LATER = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def receipt(books: World) -> str:
    with tenant(books.tenant_id):
        set_booking_account(bank_account="cash", use_case="suspense_receipt", counter="sus", actor=SET_UP, at=TODAY)
    books.post(
        Tx(
            "S1",
            "2026-03-10",
            "POSTED",
            "suspense_receipt",
            [("cash", "DEBIT", 4500), ("sus", "CREDIT", 4500)],
            "IN7",
            "",
        )
    )
    return books.ids["S1"]


def test_the_list_says_since_when_and_the_band(receipt: str, analyst: User, counted: Counted) -> None:
    with time_machine.travel(LATER, tick=True):
        client = signed_in(analyst)
        client.get(LIST)
        with counted(at_most=FRAME + 4):
            html = client.get(LIST).content.decode()
    said = words(html)
    assert "1 receipt to be explained. The oldest waits 36 days." in said
    assert "31 to 90 days 1 45.00 ETB 0 none" in said and "over 90 days 0 none 0 none" in said
    assert f'href="{LIST}{receipt}/"' in html and "45.00" in said and "IN7" in said


def test_an_empty_suspense_says_so(books: World, analyst: User) -> None:
    assert "Nothing waits" in page(analyst, LIST)


def test_the_bank_s_page_leads_there(books: World, analyst: User) -> None:
    assert f'href="{LIST}"' in page(analyst, "/bank/")


def test_a_receipt_is_given_to_a_payment_that_was_looked_up(
    receipt: str, books: World, analyst: User, user_of: Any, counted: Counted
) -> None:
    client, here = signed_in(analyst), f"{LIST}{receipt}/"
    assert "Send for approval" not in client.get(here).content.decode(), "first the payment is looked up"
    assert "No plane knows pay_404." in words(client.get(f"{here}?payment=pay_404").content.decode())
    with counted(at_most=FRAME + 20):
        html = client.get(f"{here}?payment=pay_4").content.decode()
    assert "Where the payment stands" in html and 'value="pay_4"' in html and "Send for approval" in html
    said = words(html)
    assert "Amount 80.00 ETB 45.00 ETB" in said and "Direction comes in came in" in said
    assert "80.00 ETB of 80.00 ETB has come already: it is received in full." in said
    given = {
        "payment_id": "pay_4",
        "counter": "ar",
        "reason_code": "RECEIPT_IDENTIFIED",
        "note": "wrote us",
        "key": "k1",
    }
    wrong = client.post(f"{here}identify/", given | {"payment_id": "pay_404"})
    assert wrong.status_code == 400 and "No plane knows a payment" in words(wrong.content.decode())
    silent = client.post(f"{here}identify/", given | {"note": ""})
    assert silent.status_code == 400 and "Say how you know that it is pay_4" in words(silent.content.decode())
    assert client.post(f"{here}identify/", given).headers["Location"] == LIST
    assert client.post(f"{here}identify/", given).headers["Location"] == LIST
    with tenant(books.tenant_id):
        request = ApprovalRequest.objects.get(kind="identify")
    html = client.get(LIST).content.decode()
    assert f"CR-{request.number}" in html
    told = words(
        signed_in(user_of("Conrad Controller", "controller")).get(f"/approvals/{request.number}/").content.decode()
    )
    for part in (
        "Identify",
        "sus",
        "ar",
        "45.00",
        "pay_4",
        "The receipt is still in suspense",
        "Look twice:",
        "received in full",
        "Amount 80.00 ETB 45.00 ETB",
        "Bank Settled: On the statement",
    ):
        assert part in told, part


def test_who_does_not_ask_sees_who_does(receipt: str, user_of: Any) -> None:
    html = page(user_of("Audrey Auditor", "auditor"), f"{LIST}{receipt}/?payment=pay_4")
    assert "A correction is requested by the role" in html and "Send for approval" not in html


def test_what_is_no_receipt_is_no_page(books: World, analyst: User) -> None:
    assert signed_in(analyst).get(f"{LIST}{books.ids['T1']}/").status_code == 404


def test_money_of_ours_that_goes_out_is_never_the_receipt_s_payment(receipt: str, analyst: User) -> None:
    html = page(analyst, f"{LIST}{receipt}/?payment=pay_1")
    said = words(html)
    assert (
        "pay_1 is a payment of ours that goes out; the receipt came in." in said
        and "Direction goes out came in" in said
    )
    assert "Send for approval" not in html


def test_the_account_is_not_chosen_for_anybody(receipt: str, books: World, analyst: User) -> None:
    books.post(
        Tx("T7", "2026-03-09", "POSTED", "accrue", [("ap", "DEBIT", 4500), ("rev", "CREDIT", 4500)], "", "pay_7")
    )
    html = page(analyst, f"{LIST}{receipt}/?payment=pay_7")
    assert '<option value="" selected>Choose the receivable</option>' in html and 'value="emp"' in html
    for other in ("fee", "rev", "ap", "sus", "clr"):
        assert f'<option value="{other}"' not in html, other
    assert '<option value="ar"' in page(analyst, f"{LIST}{receipt}/?payment=pay_4")


def test_a_claim_is_listed_beside_receipts_and_each_account_s_items_are_its_balance(
    receipt: str, books: World, analyst: User
) -> None:
    with tenant(books.tenant_id):
        set_booking_account(bank_account="clr", use_case="suspense_payment", counter="acc", actor=SET_UP, at=TODAY)
    legs = [("acc", "DEBIT", 4500000), ("clr", "CREDIT", 4500000)]
    books.post(Tx("C1", "2026-03-09", "POSTED", "suspense_payment", legs, "OUT9", ""))
    books.post(Tx("C2", "2026-03-09", "POSTED", "suspense_payment", legs, "OUT8", ""))
    books.post(Tx("R2", "2026-03-09", "POSTED", "suspense_payment", [], "", "", "C2"))
    with tenant(books.tenant_id):
        found, accounts = in_suspense(), {w.code: w.balance for w in watched_accounts()}
    assert accounts == {"acc": 4500000, "sus": 4500}, "a receipt and a claim are never netted"
    for code, balance in accounts.items():
        assert sum(w.amount_minor for w in found if w.account == code) == balance, code
    said = words(page(analyst, LIST))
    assert "1 receipt and 1 payment that nobody here initiated to be explained. The oldest waits 3 days." in said
    assert "up to 7 days 1 45.00 ETB 1 45,000.00 ETB" in said and "Payment not initiated here" in said
    assert f'href="/ledger/transactions/{books.ids["C1"]}/"' in page(analyst, LIST)
    books.post(Tx("M1", "2026-03-09", "POSTED", "adjust", [("acc", "CREDIT", 1000), ("ap", "DEBIT", 1000)], "", ""))
    assert "acc 1 45,000.00 ETB -10.00 ETB 44,990.00 ETB" in words(page(analyst, LIST)).replace("\u2212", "-")


def test_a_claim_is_an_asset_and_has_an_account_of_its_own(receipt: str, books: World) -> None:
    with tenant(books.tenant_id):
        assert set_for(books.banks["cash"].id, "suspense_payment") is None, "not where receipts wait"
        with pytest.raises(BadInput, match="an asset account"):
            set_booking_account(bank_account="cash", use_case="suspense_payment", counter="sus", actor=SET_UP, at=TODAY)
