"""The first journey, whole: yesterday's drift on a real statement, explained, corrected by two people, clean on the next check."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.demo.rows import Plan
from console.demo.tenant import PASSWORD
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalExecution
from reconciliation.drift.models import DriftCheck

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def test_an_analyst_and_a_controller_bring_yesterday_back_to_clean(
    page: Page, demo: tuple[int, Plan], live_server: Any
) -> None:
    tenant_id, plan = demo
    yesterday = plan.days["2010"][-1]

    sign_in(page, "analyst@demo.example")
    expect(page.locator("h1")).to_contain_text("Ledger and bank do not agree")
    page.goto(f"/drift/2010/{yesterday}/")
    expect(page.locator("h1")).to_contain_text("drifted by +2,150.00 ETB")
    page.locator("a", has_text=re.compile(r"^C-\d+$")).first.click()
    expect(page.locator("#prop")).to_contain_text("Reverse LT-")
    expect(page.locator("#prop")).to_contain_text("Net drift")
    page.fill("textarea[name=reason]", "The bank returned the payout, account closed; seen on its statement.")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.locator("#prop")).to_contain_text(re.compile(r"CR-\d+"))

    page.goto("/approvals/")
    expect(page.get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)
    sign_out(page)

    sign_in(page, "controller@demo.example")
    page.goto("/approvals/")
    page.locator("a", has_text="Reverse LT-").first.click()
    expect(page.locator("#decision")).to_contain_text("2,150.00")
    page.fill("#decision input[name=password]", PASSWORD)
    page.get_by_role("button", name=re.compile("^Approve")).click()
    expect(page.locator("body")).to_contain_text(re.compile("Executed|executed"))

    page.goto(f"/drift/2010/{yesterday}/")
    page.get_by_role("button", name=re.compile("Reconcile this day")).click()
    expect(page.locator("h1")).to_contain_text(re.compile("clean", re.IGNORECASE))
    with tenant(tenant_id):
        latest = DriftCheck.objects.filter(bank_account__code="2010", day=yesterday).latest("id")
        assert (latest.verdict, latest.drift, latest.unexplained) == ("CLEAN", 0, 0)
        assert LedgerTransaction.objects.filter(reverses__isnull=False).count() == 1
        assert ApprovalExecution.objects.count() == 2, "this one, and the demo's own checkpoint"
