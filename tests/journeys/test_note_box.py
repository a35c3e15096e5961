"""The note box, while somebody types: it warns of a block explorer's link, and names the payment by one key."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.demo.rows import Plan
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from tests.journeys.test_drift_to_clean import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LINK = "https://mempool.space/tx/4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


def test_it_warns_offers_the_payment_and_puts_it_in_at_the_press_of_a_key(
    page: Page, demo: tuple[int, Plan], live_server: Any
) -> None:
    tenant_id, _ = demo
    with tenant(tenant_id):
        case = ExceptionCase.objects.exclude(payment_id="").exclude(state="resolved").order_by("number")[0]
    sign_in(page, "analyst@demo.example")
    page.goto(f"/exceptions/{case.number}/")
    page.click("#note")
    page.keyboard.type(f"see {LINK}")
    said = page.locator("#note-says")
    expect(said).to_have_attribute("aria-live", "polite")
    expect(said).to_contain_text("This leans on a block explorer.")
    expect(said.get_by_role("button")).to_have_text(f"Name {case.payment_id}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_value(f"see {LINK} {case.payment_id}")
    expect(page.locator("#note")).to_be_focused()
    expect(said).to_be_empty()
    page.reload()
    expect(page.locator("#note")).to_have_value(
        f"see {LINK} {case.payment_id}"
    )  # a check has not thrown the draft away
