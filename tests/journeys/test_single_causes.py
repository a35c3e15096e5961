"""Causes 5 and 6 of the demo, whole: the original is confirmed by its own id, and the bank's fee is booked."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.demo.rows import Plan
from ledger.models import Entry, LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from tests.journeys.demo_desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def desk(page: Page, demo: tuple[int, Plan], live_server: Any) -> Desk:
    return Desk(page, *demo)


def test_a_failed_confirmation_is_made_good_with_the_original_id(desk: Desk) -> None:
    day, before = desk.planted("2010", 5), desk.transactions()
    with tenant(desk.tenant_id):
        original = LedgerTransaction.objects.get(partner_reference="EXB-EWA-PEND-04")
    page = desk.sit("analyst")
    case = desk.open_from_queue("2010", day, "Bank settled a transaction we do not hold as POSTED")
    expect(page.locator("main")).to_contain_text("Confirmation failed after the bank settled")
    offered = page.locator("#prop")
    expect(offered).to_contain_text(f"Move {original} from PENDING to POSTED")
    expect(offered).to_contain_text("Its amounts and accounts stay as they are.")
    request = desk.ask("The bank settled it on the day; our confirmation was refused by a time-out.")
    done = desk.approve(request, by="controller", shows=[f"Confirm {original}", "2,475.00"])
    expect(done).to_contain_text("Executed")
    assert desk.work("reconcile") >= 1
    page.goto(f"/drift/2010/{day}/")
    expect(page.locator("h1")).to_contain_text("clean")
    page.goto(f"/exceptions/{case.number}/")
    expect(page.locator("#prop")).to_contain_text("How it ended")
    assert desk.verdict("2010", day) == ("CLEAN", 0, 0)
    assert desk.transactions() == before, "confirmed, not posted anew"
    with tenant(desk.tenant_id):
        stands = LedgerTransaction.objects.get(partner_reference="EXB-EWA-PEND-04")
        assert (stands.id, stands.public_id, stands.status) == (original.id, original.public_id, "POSTED")
        assert ExceptionCase.objects.get(id=case.id).state == "resolved"


def test_a_fee_of_the_bank_is_booked_on_its_own_account(desk: Desk) -> None:
    day, before = desk.planted("2010", 6), desk.transactions()
    page = desk.sit("analyst")
    case = desk.open_from_queue("2010", day, "Bank fee or interest that the ledger does not model")
    expect(page.locator("main")).to_contain_text("The bank's code says fee")
    expect(page.locator("#prop")).to_contain_text("Book the bank's fee of 157.00 ETB on 6120 Bank charges")
    request = desk.ask("The service charge of the month, as agreed with the bank.")
    done = desk.approve(request, by="controller", shows=["6120 Bank charges", "157.00"])
    expect(done).to_contain_text("Executed")
    assert desk.work("reconcile") >= 1
    page.goto(f"/drift/2010/{day}/")
    expect(page.locator("h1")).to_contain_text("clean")
    assert desk.verdict("2010", day) == ("CLEAN", 0, 0)
    assert desk.transactions() == before + 1
    with tenant(desk.tenant_id):
        booked = LedgerTransaction.objects.latest("id")
        legs = Entry.objects.filter(transaction=booked).values_list("account__code", "direction", "amount_minor")
        assert sorted(legs) == [("2010", "CREDIT", 15_700), ("6120", "DEBIT", 15_700)]
        assert (booked.use_case, booked.effective_on) == ("bank_fee", day)
        assert ExceptionCase.objects.get(id=case.id).state == "resolved"
