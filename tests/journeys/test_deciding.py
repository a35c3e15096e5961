"""A controller decides in a real browser: by keyboard, in a low window, after a refusal; the policy refuses nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Page, expect

from ledger.models import Tenant
from reconciliation.people.models import User
from tests.console.working import signed_in
from tests.people import PASSWORD, acting
from tests.reconciliation.books import NOW, Books

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def books(acme: Tenant) -> Books:
    made = Books(acme.id).play("T1 10 ewa 215000 @R1 p1\nT2 10 ewa 900 @R2 p2")
    made.check_day("clr", "10")
    return made


@pytest.fixture
def desk(page: Page, acme: Tenant, books: Books, user_of: Callable[..., User], live_server: Any) -> Page:
    """The tab of a controller for whom two requests wait."""
    maker = acting(user_of("Mara Maker", "analyst"), acme.id)
    for name, case in zip(("T1", "T2"), books.cases("clr", "10"), strict=True):
        books.reverse(name, by=maker, case=case.number)
    session = signed_in(user_of("Dawit Checker", "controller")).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


def test_a_refused_decision_leaves_no_complaint_and_a_right_one_counts(desk: Page) -> None:
    desk.goto("/approvals/1/")
    # What fills in passwords leaves an empty style attribute behind; the next answer must not carry it over.
    desk.locator("#password").evaluate("field => { field.style.color = 'red'; field.style.color = '' }")
    desk.fill("#rsn", "seen")
    desk.fill("#password", "wrong")
    desk.get_by_role("button", name="Approve").click()
    expect(desk.locator("#proof-e")).to_have_text("The password is not right.")
    expect(desk.locator("#password")).to_be_focused()
    expect(desk.locator("#rsn")).to_have_value("seen")
    desk.fill("#password", PASSWORD)
    desk.get_by_role("button", name="Approve").click()
    expect(desk.locator("h1 + p")).to_have_text("1 request waits for you.")
    expect(desk.locator("#nav [data-go=a] .cnt")).to_have_text("1")
    expect(desk.locator("#in-h + .meta")).to_have_text("1")
    expect(desk.locator("#keys kbd")).to_have_text(["j", "o"])
    desk.keyboard.press("j")
    desk.wait_for_url("**/approvals/2/")


def test_a_rejection_without_a_reason_keeps_the_form(desk: Page) -> None:
    desk.goto("/approvals/1/")
    desk.fill("#password", PASSWORD)
    desk.get_by_role("button", name="Reject").click()
    expect(desk.locator("#rsn-e")).to_have_text("A rejection says why.")
    expect(desk.locator("#rsn")).to_be_focused()
    expect(desk.locator("#decision")).not_to_have_attribute("aria-busy", "true")
    desk.wait_for_timeout(400)  # longer than the bars wait
    expect(desk.locator("#decision .skel-slot")).to_have_count(0)
    desk.fill("#rsn", "not proven")
    desk.fill("#password", PASSWORD)
    desk.get_by_role("button", name="Reject").click()
    expect(desk.locator("#decision")).to_contain_text("nothing was written")


def test_a_refusal_shown_elsewhere_gives_the_form_back(desk: Page) -> None:
    desk.goto("/approvals/1/")
    desk.fill("#password", PASSWORD)
    desk.locator(".decb button[value=reject]").evaluate("button => { button.value = 'neither' }")
    desk.get_by_role("button", name="Reject").click()
    expect(desk.locator("#refusals [role=alert]")).to_contain_text("A decision is approve or reject.")
    expect(desk.locator("#decision")).not_to_have_attribute("aria-busy", "true")
    desk.wait_for_timeout(400)
    expect(desk.locator("#decision .skel-slot")).to_have_count(0)
    expect(desk.locator("#password")).to_have_value(PASSWORD)


def test_what_was_executed_is_told_as_soon_as_it_was_checked(desk: Page, books: Books) -> None:
    desk.goto("/approvals/1/")
    desk.fill("#password", PASSWORD)
    desk.get_by_role("button", name="Approve").click()
    expect(desk.locator("#decision")).to_contain_text("not checked yet")
    books.check_day("clr", "10", at=NOW + timedelta(hours=1))
    expect(desk.locator("#decision")).to_contain_text("found the difference gone and closed", timeout=9000)
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.wait_for_timeout(5000)
    assert not asked


def test_an_empty_password_is_not_sent(desk: Page) -> None:
    sent: list[str] = []
    desk.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    desk.goto("/approvals/1/")
    desk.get_by_role("button", name="Approve").click()
    expect(desk.locator("#password")).to_be_focused()
    assert not sent


@pytest.mark.parametrize("height", [800, 640, 500])
def test_what_decides_is_in_reach_in_a_low_window(desk: Page, height: int) -> None:
    desk.set_viewport_size({"width": 1280, "height": height})
    desk.goto("/approvals/1/")
    expect(desk.get_by_role("button", name="Approve")).to_be_in_viewport(ratio=1)
    expect(desk.get_by_role("button", name="Reject")).to_be_in_viewport(ratio=1)
    expect(desk.locator("#password")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("field", ["#rsn", "#password"])
def test_enter_in_a_field_decides_nothing(desk: Page, field: str) -> None:
    desk.goto("/approvals/1/")
    desk.fill("#password", PASSWORD)
    desk.fill("#rsn", "No, there is no ticket; ask first.")
    desk.focus(field)
    desk.keyboard.press("Enter")
    desk.wait_for_timeout(600)
    desk.reload()
    expect(desk.get_by_role("button", name="Approve")).to_be_visible()


def test_every_key_shown_is_true(desk: Page) -> None:
    desk.goto("/approvals/1/")
    expect(desk.locator("#keys kbd")).to_have_text(["j", "o", "x", ".", "r"])
    desk.keyboard.press(".")
    expect(desk.locator("#password")).to_be_focused()
    desk.keyboard.press("Escape")
    desk.keyboard.press("r")
    expect(desk.locator("#rsn")).to_be_focused()
    desk.keyboard.press("Escape")
    desk.keyboard.press("j")
    desk.wait_for_url("**/approvals/2/")
    desk.keyboard.press("k")
    desk.wait_for_url("**/approvals/1/")
    desk.keyboard.press("?")
    said = desk.locator("#keys-help").inner_text()
    assert (
        "go: h Drift heartbeat, e Exceptions, p Payment lookup, d Orders, a Approvals, n Notifications, b Bank, l Ledger"
        in said
    )
    assert "settings" not in said.lower()
    assert "move in a list" not in said


def test_what_is_ticked_stays_ticked_and_is_approved_together(desk: Page) -> None:
    desk.goto("/approvals/1/")
    expect(desk.locator("[data-batch-bar]")).to_be_hidden()
    desk.keyboard.press("x")
    expect(desk.locator("[data-batch-count]")).to_have_text("1 selected")
    desk.keyboard.press("j")
    desk.wait_for_url("**/approvals/2/")
    expect(desk.locator("[data-batch-count]")).to_have_text("1 selected")
    desk.keyboard.press("x")
    expect(desk.locator("[data-batch-count]")).to_have_text("2 selected")
    desk.get_by_role("button", name="Approve together").click()
    desk.wait_for_url("**/approvals/batch/?request=1&request=2")
    desk.fill("#password", PASSWORD)
    desk.keyboard.press("Enter")
    desk.wait_for_timeout(400)
    expect(desk.locator("h1")).to_have_text("Approve 2 requests")
    desk.get_by_role("button", name="Approve 2 requests").click()
    expect(desk.locator("body")).to_contain_text("2 requests approved: 2 executed, 2 transactions written.")
    expect(desk.locator("[data-batch-bar]")).to_have_count(0)
