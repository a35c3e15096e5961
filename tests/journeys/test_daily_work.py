"""The day of an analyst in a real browser: from the heartbeat to a request, by keyboard, with nothing for axe to
find."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.cases.models import ExceptionCase
from reconciliation.people.models import User
from tests.console.working import DAY, TODAY, analyst, books, fees, signed_in, today  # noqa: F401
from tests.harness.axe import axe_findings
from tests.stories.notation import Line
from tests.stories.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, books: World, analyst: User, live_server: Any) -> Page:
    """The analyst's tab, signed in."""
    session = signed_in(analyst).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('[data-row]')?.dataset.row || document.activeElement.id"))


def test_arrows_move_in_the_strip_and_enter_opens_the_day(desk: Page) -> None:
    desk.goto("/")
    desk.locator("[data-grid] td a").last.focus()
    desk.keyboard.press("ArrowUp")
    assert "cash, Tue 10 Mar: clean" in desk.evaluate("document.activeElement.ariaLabel")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/drift/clr/2026-03-10/")
    expect(desk.locator("h1")).to_have_text("clr, Tue 10 Mar: drifted by −482.00 ETB")
    desk.keyboard.press("u")
    desk.wait_for_url("**/")


def test_reconcile_now_shows_its_progress_in_the_strip(desk: Page, books: World) -> None:
    desk.goto("/")
    desk.keyboard.press("r")
    expect(desk.locator("#strip [role=status]")).to_have_text("0 of 5 accounts reconciled")
    assert "run=" in str(desk.locator("#strip").get_attribute("hx-get"))


def test_the_queue_by_keyboard(desk: Page, books: World) -> None:
    fees(books, 5)
    desk.goto("/exceptions/?view=drift")
    for key in "jjx":
        desk.keyboard.press(key)
    assert focused(desk) == "C-3"
    expect(desk.locator("[data-bulk-net]")).to_have_text("+2,150.00 ETB")
    desk.keyboard.press("Space")
    expect(desk.locator("#peek h2")).to_have_text("Posted transaction that the bank did not settle")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/exceptions/3/?view=drift")
    desk.keyboard.press("j")
    desk.wait_for_url("**/exceptions/2/?view=drift")
    desk.keyboard.press("u")
    desk.wait_for_url("**/exceptions/?view=drift")
    assert focused(desk) == "C-3"
    assert desk.locator("[data-rows] input:checked").count() == 1


def test_a_view_swaps_rows_and_counts_and_can_be_gone_back_from(desk: Page, books: World) -> None:
    fees(books, 4)
    desk.goto("/exceptions/")
    desk.get_by_role("link", name="Drift of 10 Mar 3").click()
    expect(desk.locator("[data-rows] tr")).to_have_count(3)
    expect(desk.locator("nav.views [aria-current=page]")).to_have_text("Drift of 10 Mar 3")
    expect(desk.locator("h1 + p")).to_contain_text("3 cases match: net bank −482.00 ETB")
    assert desk.url.endswith("?view=drift")
    desk.go_back()
    expect(desk.locator("[data-rows] tr")).to_have_count(7)


def test_slash_finds_a_payment_and_the_tabs_keep_it(desk: Page, books: World) -> None:
    desk.goto("/exceptions/")
    desk.keyboard.press("/")
    desk.keyboard.type("pay_3")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-rows] tr")).to_have_count(1)
    assert desk.url.endswith("/exceptions/?q=pay_3")
    expect(desk.locator("#q")).to_have_value("pay_3")
    desk.get_by_role("link", name="Drift of 10 Mar 1").click()
    desk.wait_for_url("**/exceptions/?view=drift&q=pay_3")
    desk.get_by_role("link", name="Remove filter Found by").click()
    expect(desk.locator("[data-rows] tr")).to_have_count(3)
    assert desk.url.endswith("/exceptions/?view=drift")
    expect(desk.locator("#q")).to_have_value("")


def test_a_bulk_act_is_previewed_before_it_is_done(desk: Page, books: World) -> None:
    desk.goto("/exceptions/")
    for key in "jxjxa":
        desk.keyboard.press(key)
    expect(desk.locator("h1")).to_have_text("Assign 2 cases")
    desk.get_by_role("button", name="Assign 2 cases").click()
    expect(desk.locator("h1")).to_have_text("2 cases assigned")
    with tenant(books.tenant_id):
        assert ExceptionCase.objects.filter(state="assigned").count() == 2
    desk.get_by_role("link", name="Back to the list").click()
    expect(desk.locator("[data-rows] tr")).to_have_count(3)
    expect(desk.locator("[data-rows] input:checked")).to_have_count(0)
    expect(desk.locator("[data-bulk]")).to_be_hidden()


def test_what_was_selected_is_kept_where_the_act_is_left_alone(desk: Page) -> None:
    desk.goto("/exceptions/")
    for key in "jxjxa":
        desk.keyboard.press(key)
    desk.get_by_role("link", name="Leave them as they are").click()
    expect(desk.locator("[data-bulk-count]")).to_have_text("2 selected")
    desk.get_by_role("link", name="Drift of 10 Mar 3").click()
    expect(desk.locator("nav.views [aria-current=page]")).to_have_text("Drift of 10 Mar 3")
    expect(desk.locator("[data-rows] input:checked")).to_have_count(0)


@pytest.mark.parametrize("height", [900, 560])
def test_a_peek_is_seen_beside_its_row_in_a_long_list(desk: Page, books: World, height: int) -> None:
    fees(books, 45)
    desk.set_viewport_size({"width": 1280, "height": height})
    desk.goto("/exceptions/")
    for key in "jjj":
        desk.keyboard.press(key)
    desk.keyboard.press("Space")
    expect(desk.locator("#peek .box")).to_be_in_viewport(ratio=0.9)
    expect(desk.locator(".cursor")).to_be_in_viewport(ratio=1)
    desk.keyboard.press("j")
    expect(desk.locator("#peek .box")).to_have_attribute("aria-label", f"Peek at {focused(desk)}")
    desk.keyboard.press("Escape")
    expect(desk.locator("#peek .box")).to_have_count(0)


def test_a_correction_is_asked_for_without_a_mouse(desk: Page, books: World) -> None:
    desk.goto("/exceptions/1/?view=drift")
    desk.locator("#why").fill("The bank booked it; our confirmation was cut off.")
    desk.locator("#why").blur()
    desk.keyboard.press("e")
    expect(desk.locator("#notices")).to_contain_text("CR-1 waits for 1 controller other than you")
    expect(desk.locator("#prop")).to_contain_text("CR-1 by Anna Analyst waits for a decision")
    assert desk.url.endswith("/exceptions/1/?view=drift")
    expect(desk.locator("h1 + div")).to_contain_text("Waiting approval")
    expect(desk.locator("#history")).to_contain_text("CR-1 asks to confirm")
    expect(desk.locator("#keys")).not_to_contain_text("snooze")
    with tenant(books.tenant_id):
        assert ApprovalRequest.objects.get().note.startswith("The bank booked it")


def test_another_correction_takes_the_place_of_the_proposed_one(desk: Page, books: World) -> None:
    books.line(Line("L2", "clr", "2026-03-10", -200000, "D2"))
    books.cover("clr", DAY)
    books.reconcile("clr", DAY, TODAY)
    desk.goto("/exceptions/3/")
    expect(desk.locator("#prop")).to_contain_text("post it anew at the amount of the bank's line")
    desk.locator("#prop a.u").first.click()
    expect(desk.locator("#prop")).to_contain_text("with an equal and opposite transaction")
    expect(desk.locator("#prop")).to_contain_text("Net drift")
    expect(desk.locator("#prop button")).to_have_text("Send for approval e")


def test_a_note_appears_in_the_history(desk: Page) -> None:
    desk.goto("/exceptions/2/")
    desk.keyboard.press("c")
    desk.keyboard.type("Asked the desk for the receipt")
    desk.get_by_role("button", name="Add note").click()
    expect(desk.locator("#history li").first).to_contain_text("Anna Analyst Asked the desk for the receipt")
    expect(desk.locator("#notices")).to_contain_text("Note added to C-2")


PAGES = (
    "/",
    "/exceptions/",
    "/exceptions/?view=mine",
    "/exceptions/1/?view=drift",
    "/exceptions/3/",
    "/exceptions/4/",
    "/exceptions/bulk/choose/",
    "/drift/clr/2026-03-10/",
    "/drift/usd/2026-03-10/",
)


def test_axe_finds_nothing_on_live_pages(desk: Page, books: World) -> None:
    books.line(Line("L8", "clr", "2026-03-10", -45000, "X991"))
    books.cover("clr", DAY)
    books.reconcile("clr", DAY, TODAY)
    books.reconcile("usd", DAY, TODAY)
    for address in PAGES:
        reply = desk.goto(address)
        assert reply is not None and reply.status == 200, address
        assert not (found := axe_findings(desk)), f"{address}: {found}"
