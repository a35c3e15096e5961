"""Cause 4 of the demo, whole: nothing is corrected on the account until two people have released it over sealed evidence."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.demo.rows import Plan
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from tests.journeys.demo_desk import Desk
from tests.journeys.releasing import incident_on, record_call, release, take_evidence

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def desk(page: Page, demo: tuple[int, Plan], live_server: Any) -> Desk:
    return Desk(page, *demo)


def test_money_that_nobody_initiated_stops_people_until_two_release_it(desk: Desk) -> None:
    day, before = desk.planted("1010", 4), desk.transactions()
    ours, other = incident_on(desk, "1010"), incident_on(desk, "2020")
    page = desk.sit("analyst")
    case = desk.open_from_queue("1010", day, "Outgoing line with no payment of ours behind it")
    expect(page.get_by_role("alert").filter(has_text="Stop.")).to_contain_text("45,000.00 ETB")
    expect(page.locator("#prop")).to_have_count(0)
    page.get_by_role("link", name=f"Open IN-{ours}", exact=True).click()
    expect(page.locator("h1")).to_contain_text("that nobody here initiated")
    expect(page.get_by_role("status").filter(has_text="Stop.")).to_contain_text("freezes the corrections of 1010")
    _nothing_is_corrected_there(desk, case, ours)
    page.goto("/gate/")
    expect(page.locator("main")).to_contain_text(f"Security incident IN-{ours} stands open.")

    desk.work("seal_evidence")
    for number in (ours, other):
        record_call(desk, number)
        take_evidence(desk, number)
        release(desk, number)
    page.goto("/")
    expect(page.locator("body")).not_to_contain_text("are frozen")
    page.goto(f"/incidents/{ours}/")
    expect(page.locator("main")).to_contain_text("approved by Clara Controller")
    page.goto("/gate/")
    expect(page.locator("main")).not_to_contain_text("stands open")
    expect(page.locator("main")).to_contain_text("drifted by +45,000.00 ETB")
    assert desk.verdict("1010", day) == ("DRIFTED", 4_500_000, 0), "the bad day stays bad"
    assert desk.transactions() == before


def _nothing_is_corrected_there(desk: Desk, held: ExceptionCase, incident: int) -> None:
    """Another case of the account offers nothing; a form that asks for it nonetheless is refused with the incident's name."""
    page = desk.page
    with tenant(desk.tenant_id):
        asked = ApprovalRequest.objects.count()
        double = LedgerTransaction.objects.filter(partner_reference="RCPTWICE8").latest("id")
        twice = ExceptionCase.objects.get(bank_account__code="1010", exception_class="duplicate_observation")
    page.goto(f"/exceptions/{twice.number}/")
    expect(page.locator("#prop")).to_have_count(0)
    expect(page.get_by_role("link", name=str(held), exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=f"Open IN-{incident}", exact=True)).to_be_visible()
    desk.open_from_queue("2010", desk.planted("2010", 1, "rejected"), "Posted transaction that the bank did not settle")
    for name, value in (("case", str(twice.number)), ("transaction", str(double.public_id))):
        page.locator(f"#prop input[name={name}]").evaluate("(field, value) => { field.value = value }", value)
    page.fill("#prop textarea[name=reason]", "Posted twice, received once.")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.locator("#refusals [role=alert]")).to_contain_text(
        f"no correction touches that account until two people release IN-{incident}"
    )
    with tenant(desk.tenant_id):
        assert ApprovalRequest.objects.count() == asked
