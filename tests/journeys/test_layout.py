"""Nothing is cut or broken where the demo's pages are widest: no page scrolls sideways, no number breaks, no id leaves its box."""

from typing import Any

import pytest
from playwright.sync_api import Page

from console.demo.rows import Plan
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from tests.journeys.test_drift_to_clean import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LINK = "https://mempool.space/tx/4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
BROKEN = """
selector => {
    const broken = [];
    for (const cell of document.querySelectorAll(selector)) {
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const text = texts.currentNode, words = document.createRange();
            if (text.parentElement.closest('.sr') || !text.data.trim()) continue;
            words.selectNodeContents(text);
            if (new Set([...words.getClientRects()].map(r => Math.round(r.top))).size > 1) broken.push(text.data);
        }
    }
    return broken;
}
"""
LEAVING = """
selector => [...document.querySelectorAll(selector)].filter(x => x.scrollWidth > x.clientWidth + 1).map(x => x.innerText)
"""


@pytest.mark.parametrize("width", [1280, 1920])
def test_figures_stand_whole_and_no_page_scrolls_sideways(
    page: Page, demo: tuple[int, Plan], live_server: Any, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    sign_in(page, "analyst@demo.example")
    for address, cells in (("/", ".sig td.n"), ("/review/", ".sig5 td:nth-child(2)")):
        page.goto(address)
        assert page.locator(cells).count() >= 5, address
        assert page.evaluate(BROKEN, cells) == [], address
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), address


def test_a_long_id_stays_in_its_box(page: Page, demo: tuple[int, Plan], live_server: Any) -> None:
    tenant_id, _ = demo
    with tenant(tenant_id):
        case = ExceptionCase.objects.exclude(payment_id="").exclude(state="resolved").order_by("number")[0]
    page.set_viewport_size({"width": 1280, "height": 1000})
    sign_in(page, "analyst@demo.example")
    page.goto("/payments/pay_handler_1/")
    assert "706179" in page.locator(".planes").inner_text(), "its bank tile names the transaction on the rail"
    assert page.evaluate(LEAVING, ".planes p") == []
    page.goto(f"/exceptions/{case.number}/")
    page.fill("#note", f"see {LINK}")
    page.locator("#note-says .note").wait_for()
    assert page.evaluate(LEAVING, "#note-says .note p") == []
    page.get_by_role("button", name="Add note").click()
    page.locator(".feed", has_text=LINK).wait_for()
    assert page.evaluate(LEAVING, ".feed li > span:last-child") == []
