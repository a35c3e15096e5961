"""Statements in and decisions given, in a real browser; and every page of the books without a finding of axe."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Page, expect

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.models import BankLine
from reconciliation.people.models import User
from tests.console import kit_data
from tests.console.reading import evening
from tests.console.routes import PAGES, ROLES, WHEN, prepared
from tests.console.working import signed_in
from tests.harness.axe import axe_findings
from tests.people import PASSWORD
from tests.reconciliation.bank.desk import desk, mt940

__all__ = ["evening"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
OTHERS = ("home", "demo", "drift", "exception", "correction")  # pages of daily work have journeys of their own
PARTS = {
    "approval-checks",
    "audit-chain",
    "bank-import-progress",
    "dry-run-progress",
    "checkpoint-yaml",
    "gate-would",
    "review-csv",
}  # no pages of their own


@pytest.fixture
def later() -> Iterator[datetime]:
    cache.clear()
    with time_machine.travel(WHEN, tick=True):
        yield WHEN


def enter(page: Page, user: User, live_server: Any) -> Page:
    """The tab, signed in."""
    session = signed_in(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


def test_a_statement_comes_in(
    page: Page, acme: Tenant, evening: datetime, user_of: Callable[..., User], live_server: Any, tmp_path: Path
) -> None:
    bank = desk(acme.id)
    bank.post(500, "A1")
    file = tmp_path / "EXAMPLE_0001_20260310.sta"
    file.write_bytes(mt940(1000, [(500, "A1"), (-200, "A2")]))
    enter(page, user_of("Anna Analyst", "analyst"), live_server)
    page.goto("/bank/")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.locator("#imp-h")).to_have_text(file.name)
    expect(page.locator("#progress")).to_contain_text("waits for a worker")
    expect(page.get_by_role("button", name="Import")).to_be_disabled()
    bank.work(at=datetime.fromisoformat("2026-03-12T21:00:00+00:00"))
    expect(page.get_by_role("button", name="Import 2 lines")).to_be_enabled()  # without a reload
    expect(page.locator("#import")).to_contain_text("opening + lines = closing")
    expect(page.locator("#coverage")).to_contain_text("!")
    page.get_by_role("button", name="Import 2 lines").click()
    expect(page.locator("#notices")).to_contain_text("2 lines imported")
    expect(page.locator("#import")).to_contain_text("Imported 12 Mar")
    with tenant(acme.id):
        assert BankLine.objects.count() == 2
    page.get_by_role("link", name="All lines").click()
    expect(page.locator("#rows")).to_contain_text("A2")


def test_a_decision_is_given_with_a_password(
    page: Page, acme: Tenant, later: datetime, user_of: Callable[..., User], live_server: Any
) -> None:
    prepared(acme.id, user_of)
    enter(page, user_of("Dawit Checker", "controller"), live_server)
    page.goto("/approvals/")
    page.keyboard.press(".")
    expect(page.get_by_label("Your password")).to_be_focused()
    page.keyboard.type("not the password")
    page.get_by_label("Reason").fill("seen by phone")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("alert")).to_contain_text("The password is not right.")
    expect(page.get_by_label("Reason")).to_have_value("seen by phone")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#decision")).to_contain_text("Executed 20 Mar 12:0")
    expect(page.locator("#inbox")).to_contain_text("Nothing waits for a decision")
    expect(page.locator("#notices")).to_contain_text("CR-1 executed")
    with tenant(acme.id):
        assert ApprovalRequest.objects.get().state == "executed"
    page.get_by_role("link", name="LT-").first.click()
    expect(page.locator("main")).to_contain_text("reverses")


def test_a_decision_needs_no_script(
    page: Page, acme: Tenant, later: datetime, user_of: Callable[..., User], live_server: Any
) -> None:
    prepared(acme.id, user_of)
    plain = page.context.browser.new_context(base_url=live_server.url, java_script_enabled=False)  # type: ignore[union-attr]
    tab = enter(plain.new_page(), user_of("Dawit Checker", "controller"), live_server)
    tab.goto("/approvals/1/")
    tab.get_by_label("Your password").fill(PASSWORD)
    tab.get_by_role("button", name="Reject").click()
    expect(tab.locator("body")).to_contain_text("A rejection says why")
    tab.goto("/approvals/1/")
    tab.get_by_label("Your password").fill(PASSWORD)
    tab.get_by_label("Reason").fill("the bank took it back")
    tab.get_by_role("button", name="Reject").click()
    expect(tab.locator("#notices")).to_contain_text("CR-1 rejected")
    plain.close()


def test_axe_finds_nothing_on_any_page_of_the_books(
    page: Page, acme: Tenant, later: datetime, user_of: Callable[..., User], live_server: Any
) -> None:
    words = prepared(acme.id, user_of)
    everything = user_of("Everything", *ROLES)
    enter(page, everything, live_server)
    known, reader = {template for template, _ in kit_data.pages().values()}, signed_in(everything)
    found = {}
    addresses = [r.address for n, r in PAGES.items() if not n.startswith(OTHERS) and n not in PARTS]
    for address in [*addresses, "/approvals/?show=decided", "/bank/lines/?account=clr&q=nothing"]:
        page.goto(address.format(**words))
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), address
        template = next((t.name for t in reader.get(address.format(**words)).templates), "")
        if told := axe_findings(page, drawn=template not in known):
            found[address] = told
    assert not found, "\n".join(f"{address}: {told}" for address, told in found.items())
