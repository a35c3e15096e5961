"""Terms of the matcher change hands in a real browser: drafted, tried while the page says how far it is, sent, approved."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Page, expect

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.backtest.make_dry_run import make_dry_run
from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.people.models import User
from tests.console.working import signed_in
from tests.people import PASSWORD, SET_UP
from tests.reconciliation.books import NOW, Books

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def books(acme: Tenant) -> Books:
    """Compared exactly, so that one payment and its line stand open as two cases."""
    books = Books(acme.id)
    with tenant(acme.id):
        set_matcher(actor=SET_UP, at=books.clock, reference_form="exact")
    books.play("T1 10 ewa 5000 @AB_1 p1\nL1 clr 10 -5000 @AB1").check_day("clr", "10")
    return books


def sign_in(page: Page, user: User, url: str) -> None:
    session = signed_in(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])


def test_from_draft_to_in_force(
    page: Page, acme: Tenant, books: Books, user_of: Callable[..., User], live_server: Any
) -> None:
    petra, conrad = user_of("Petra Policy", "policy_admin"), user_of("Conrad Controller", "controller")
    sign_in(page, petra, live_server.url)
    page.goto("/matchers/")
    page.get_by_role("button", name="Draft other terms: Ledger and bank").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("After version 2")
    expect(page.get_by_role("button", name="Send D-1 for approval")).to_be_disabled()
    page.get_by_label("Name").fill("Letters and digits alone")
    page.get_by_label("References are compared by").select_option("letters_and_digits")
    page.get_by_role("button", name="Save D-1").click()
    expect(page.locator("tr.ins")).to_have_text(["+References compared byletters and digits"])
    page.get_by_label("First day").fill("2026-03-09")
    page.get_by_label("Last day").fill("2026-03-12")
    page.get_by_role("button", name="Run dry").click()
    expect(page.locator("#effect")).to_contain_text("Waits for a worker.")
    make_dry_run(acme.id, 1, at=NOW + timedelta(minutes=1))
    # The page asks by itself, and is whole again once the dry run has ended.
    expect(page.locator("#effect")).to_contain_text("Cases that would close2")
    expect(page.locator("#effect")).to_contain_text("C-1")
    page.get_by_label("Why").fill("Banks leave marks out")
    page.get_by_role("button", name="Send D-1 for approval").click()
    expect(page).to_have_url(f"{live_server.url}/approvals/1/")
    sign_in(page, conrad, live_server.url)
    page.goto("/approvals/1/")
    expect(page.locator("#decision")).to_contain_text("letters and digits")
    page.get_by_role("link", name="D-1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Letters and digits alone")
    page.go_back()
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Approve these terms").click()
    expect(page.locator("h1 + p")).to_have_text("0 requests wait for you.")
    with tenant(acme.id):
        assert MatcherVersion.objects.latest("number").reference_form == "letters_and_digits"
    page.goto("/matchers/")
    expect(page.locator("#ma-ledger-bank + .meta")).to_contain_text("version 3 in force")
