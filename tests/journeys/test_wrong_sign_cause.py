"""Cause 3 of the demo, whole: two people put the rule right, then every loan is reversed and posted anew in a batch."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.demo.rows import Plan
from ledger.models import Entry, LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from tests.journeys.demo_desk import Desk
from tests.journeys.releasing import incident_on, record_call, release

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LOANS, TITLE = 3, "Ledger and bank move in opposite directions"


@pytest.fixture
def desk(page: Page, demo: tuple[int, Plan], live_server: Any) -> Desk:
    return Desk(page, *demo)


def test_a_wrong_sign_is_corrected_in_all_loans_by_one_approval(desk: Desk) -> None:
    day = desk.planted("2020", 3)
    incident = incident_on(desk, "2020")  # the bank debited another payment of this account twice
    page = desk.sit("analyst")
    case = desk.open_from_queue("2020", day, TITLE)
    page.get_by_role("link", name=f"Open IN-{incident}", exact=True).click()
    desk.work("seal_evidence")
    record_call(desk, incident)
    release(desk, incident)

    desk.sit("analyst").goto(f"/exceptions/{case.number}/")
    expect(page.locator("#prop")).to_contain_text("a corrected rule comes into force first")
    expect(page.get_by_role("button", name="Send batch for approval")).to_have_count(0)
    _correct_the_rule(desk)

    before = desk.transactions()
    desk.sit("analyst").goto(f"/exceptions/{case.number}/")
    expect(page.locator("#prop")).to_contain_text(f"{LOANS} postings of loan_disbursement stand against")
    request = desk.ask("The rule has been put right; these were posted before.", send="Send batch for approval")
    shows = ["6 new transactions", "1320 Loans to employees", "−5,360.00"]
    shown = desk.approve(request, by="controller", shows=shows)
    expect(shown).to_contain_text(f"0 of {LOANS} reversed and posted anew")
    assert desk.transactions() == before, "nothing is written before a worker takes it up"
    desk.work("correct_chunk")
    expect(shown).to_contain_text(f"{LOANS} of {LOANS} reversed and posted anew")  # without a reload
    expect(shown).to_contain_text("6 new transactions")
    desk.work("reconcile")
    page.goto(f"/drift/2020/{day}/")
    expect(page.locator("h1")).to_contain_text("clean")
    assert desk.verdict("2020", day) == ("CLEAN", 0, 0)
    assert desk.transactions() == before + 2 * LOANS
    _loans_stand_the_right_way(desk)


def _correct_the_rule(desk: Desk) -> None:
    page = desk.sit("admin")
    page.goto("/settings/rules/")
    page.get_by_role("link", name="Propose another rule of loan_disbursement").click()
    expect(page.get_by_label("Directions")).to_have_value("1320 CREDIT\n2020 DEBIT")
    page.get_by_label("Directions").fill("2020 CREDIT\n1320 DEBIT")
    page.get_by_label("Note").fill("A loan goes out: the bank's account is credited.")
    page.get_by_role("button", name="Send for approval").click()
    waits = page.locator("section", has=page.locator("#ru-loan_disbursement")).locator("a", has_text="CR-").first
    done = desk.approve(waits.inner_text(), by="controller", shows=["2020", "CREDIT", "DEBIT"])
    expect(done).to_contain_text("Executed")
    desk.sit("admin").goto("/settings/rules/")
    expect(page.locator("#ru-loan_disbursement + .meta")).to_contain_text("version 2 in force")


def _loans_stand_the_right_way(desk: Desk) -> None:
    with tenant(desk.tenant_id):
        stand = LedgerTransaction.objects.filter(use_case="loan_disbursement", status="POSTED", reverses=None)
        kept = [t for t in stand if not LedgerTransaction.objects.filter(reverses=t).exists()]
        assert len(kept) == LOANS
        for one in kept:
            legs = Entry.objects.filter(transaction=one).values_list("account__code", "direction")
            assert sorted(legs) == [("1320", "DEBIT"), ("2020", "CREDIT")]
        assert (
            not ExceptionCase.objects.filter(title=TITLE, bank_account__code="2020").exclude(state="resolved").exists()
        )
