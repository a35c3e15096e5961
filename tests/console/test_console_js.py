"""What the console's scripts promise: keys, selection, Back, fragments that load slowly or fail, drafts, themes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from tests.console import kit_data
from tests.console.kit_browser import kit_tab  # noqa: F401

pytestmark = pytest.mark.browser
SITE = "http://kit.test"


@pytest.fixture
def tab(kit_tab: Any) -> Iterator[Any]:
    """The shared tab with an empty memory and every page at hand."""
    with override_settings(ROOT_URLCONF="tests.console.kit_data"):
        kit_tab.bodies.update({address: kit_data.render(address) for address in kit_data.pages()})
    kit_tab.answers.clear()
    kit_tab.emulate_media(color_scheme="light")
    kit_tab.goto(f"{SITE}/kit/")
    kit_tab.evaluate("localStorage.clear(); sessionStorage.clear()")
    kit_tab.complaints.clear()
    yield kit_tab
    assert not kit_tab.complaints, kit_tab.complaints


def focused(tab: Any) -> str:
    return tab.evaluate("document.activeElement.closest('[data-row]')?.dataset.row || document.activeElement.id")


def test_j_and_k_move_the_cursor_and_x_selects_with_an_exact_net(tab: Any) -> None:
    tab.goto(f"{SITE}/exceptions/")
    assert tab.locator("[data-bulk]").is_hidden()
    for key in "jjxjx":
        tab.keyboard.press(key)
    assert focused(tab) == "C-20418"
    assert tab.locator("[data-bulk-count]").inner_text() == "2 selected"
    assert tab.locator("[data-bulk-net]").inner_text() == "+16,274.00 ETB"
    tab.keyboard.press("Escape")
    assert tab.locator("[data-bulk]").is_hidden()


def test_enter_opens_and_u_comes_back_to_the_same_row_and_selection(tab: Any) -> None:
    tab.goto(f"{SITE}/exceptions/?view=due")
    for key in ("j", "j", "x", "j"):
        tab.keyboard.press(key)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/exceptions/one/")
    tab.keyboard.press("u")
    tab.wait_for_url("**/exceptions/?view=due")
    assert focused(tab) == "C-20418"
    assert tab.locator("[data-rows] input:checked").count() == 1


def test_a_list_visited_anew_has_nothing_selected(tab: Any) -> None:
    tab.goto(f"{SITE}/exceptions/")
    for key in "jxjx":
        tab.keyboard.press(key)
    tab.reload()
    tab.goto(f"{SITE}/kit/")
    tab.goto(f"{SITE}/exceptions/")
    assert tab.locator("[data-rows] input:checked").count() == 0
    assert tab.locator("[data-bulk]").is_hidden()


def test_what_fits_one_case_rests_while_more_are_selected(tab: Any) -> None:
    tab.goto(f"{SITE}/exceptions/")
    propose, why = tab.locator("[data-one]"), tab.locator("#bulk-one")
    for key in "jx":
        tab.keyboard.press(key)
    assert propose.is_enabled()
    assert why.is_hidden()
    for key in "jx":
        tab.keyboard.press(key)
    assert propose.is_disabled()
    assert why.inner_text() == "A correction is proposed for one case at a time, on its page."
    tab.keyboard.press("e")
    assert "one case at a time" in tab.locator("#notices").inner_text()
    tab.keyboard.press("x")
    assert propose.is_enabled()


def test_an_arrow_without_focus_enters_the_strip_at_the_last_closed_day(tab: Any) -> None:
    for key in ("ArrowDown", "ArrowLeft"):
        tab.goto(f"{SITE}/")
        tab.keyboard.press(key)
        assert tab.evaluate("document.activeElement.closest('[data-grid] tr')?.sectionRowIndex") == 0
    tab.locator("[data-grid] tbody tr td").nth(20).evaluate("td => { td.dataset.last = '' }")
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("ArrowUp")
    assert tab.evaluate("document.activeElement.closest('td').cellIndex") <= 21
    tab.locator("[data-open-keys]").click()
    tab.locator("[data-keys-switch]").uncheck()
    tab.keyboard.press("Escape")
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement === document.body")


def test_the_second_key_of_g_e_does_not_ask_for_an_approval(tab: Any) -> None:
    tab.goto(f"{SITE}/exceptions/one/")
    tab.evaluate(
        "window.sent = 0; document.addEventListener('submit', (e) => { e.preventDefault(); window.sent += 1; })"
    )
    tab.keyboard.press("g")
    tab.keyboard.press("e")
    tab.wait_for_url("**/exceptions/")


def test_keys_rest_while_typing(tab: Any) -> None:
    tab.goto(f"{SITE}/exceptions/one/")
    tab.keyboard.press("c")
    assert focused(tab) == "note"
    tab.keyboard.type("jke?g")
    assert tab.locator("#note").input_value() == "jke?g"
    assert tab.url.endswith("/exceptions/one/")


def test_keys_can_be_switched_off_and_stay_off(tab: Any) -> None:
    tab.goto(f"{SITE}/exceptions/")
    tab.keyboard.press("?")
    assert tab.locator("#keys-help").is_visible()
    assert "select" in tab.locator("[data-keys-page]").inner_text()
    tab.locator("[data-keys-switch]").uncheck()
    tab.keyboard.press("Escape")
    tab.reload()
    tab.keyboard.press("j")
    assert tab.locator(".cursor").count() == 0
    tab.locator("[data-open-keys]").click()
    assert not tab.locator("[data-keys-switch]").is_checked()


def test_approve_cannot_be_reached_by_any_key(tab: Any) -> None:
    tab.goto(f"{SITE}/approvals/")
    tab.evaluate(
        "window.sent = 0; document.addEventListener('submit', (e) => { e.preventDefault(); window.sent += 1; })"
    )
    for key in [*"abcdefhilmnopqrstvwxyz.,[]", "Enter", "Space"]:
        tab.evaluate("document.activeElement.blur()")
        tab.keyboard.press(key)
    assert tab.evaluate("window.sent") == 0


def test_arrows_move_between_days_and_skip_holidays(tab: Any) -> None:
    tab.goto(f"{SITE}/")
    assert tab.locator("[data-grid] td a[tabindex='0']").count() == 1
    tab.locator("[data-grid] tbody tr").first.locator("td a").last.focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowDown"):
        tab.keyboard.press(key)
    assert tab.evaluate("document.activeElement.ariaLabel") == "Dashen card and wallet receipts, Sat 14 Nov: clean"


def test_the_theme_is_kept(tab: Any) -> None:
    tab.goto(f"{SITE}/kit/")
    tab.locator("summary.me").click()
    tab.locator("[data-choose-theme=dark]").click()
    tab.goto(f"{SITE}/exceptions/")
    assert tab.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_a_failed_write_says_what_is_known_and_offers_again(tab: Any) -> None:
    tries = []

    def answer(request: Any) -> dict[str, Any]:
        tries.append(request.post_data)
        return {"status": 500, "headers": {"X-Request-ID": "req_1"}, "body": "no"}

    tab.answers["/exceptions/one/notes/"] = answer
    tab.goto(f"{SITE}/exceptions/one/")
    tab.locator("#note").fill("asked the bank")
    tab.get_by_role("button", name="Add note").click()
    assert (
        tab.locator(".failed").inner_text().startswith("This could not be done. Nothing was changed. Reference req_1.")
    )
    tab.get_by_role("button", name="Try again").click()
    tab.locator(".failed").wait_for()
    assert len(tries) == 2
    assert tries[0] == tries[1]
    assert "key=k4" in tries[0]
    assert tab.locator("#note").input_value() == "asked the bank"
    assert all("500" in said for said in tab.complaints)
    tab.complaints.clear()


def test_a_refusal_is_shown_where_the_server_aims_it(tab: Any) -> None:
    box = '<div class="note" role="alert">Already reversed.</div>'
    headers = {"HX-Retarget": "#refusals", "HX-Reswap": "innerHTML", "Content-Type": "text/html"}
    tab.answers["/exceptions/one/notes/"] = lambda _: {"status": 409, "headers": headers, "body": box}
    tab.goto(f"{SITE}/exceptions/one/")
    tab.locator("#note").fill("x")
    tab.get_by_role("button", name="Add note").click()
    tab.locator("#refusals [role=alert]").wait_for()
    assert tab.locator(".failed").count() == 0
    tab.complaints.clear()  # the browser itself reports every 4xx answer


def test_a_notice_lands_in_the_polite_region(tab: Any) -> None:
    said = json.dumps({"notice": {"text": "Note added to C-20418", "href": "/exceptions/", "label": "Open"}})
    part = '<section id="history">done</section>'
    headers = {"HX-Trigger": said, "Content-Type": "text/html"}
    tab.answers["/exceptions/one/notes/"] = lambda _: {"status": 200, "headers": headers, "body": part}
    tab.goto(f"{SITE}/exceptions/one/")
    tab.locator("#note").fill("x")
    tab.get_by_role("button", name="Add note").click()
    tab.locator("#notices [data-notice]").wait_for()
    assert tab.locator("#notices").inner_text().split() == ["Note", "added", "to", "C-20418", "Open"]
    tab.get_by_text("done", exact=True).wait_for()
    tab.wait_for_timeout(100)
    assert not tab.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:'))")


def test_a_draft_outlives_the_session(tab: Any) -> None:
    tab.answers["/exceptions/one/notes/"] = lambda _: {
        "status": 200,
        "headers": {"HX-Redirect": "/accounts/login/"},
        "body": "",
    }
    tab.goto(f"{SITE}/exceptions/one/")
    tab.locator("#note").press_sequentially("half a thought")
    tab.get_by_role("button", name="Add note").click()
    tab.wait_for_url("**/accounts/login/")
    tab.goto(f"{SITE}/exceptions/one/")
    assert tab.locator("#note").input_value() == "half a thought"
    assert tab.locator("#note-h").inner_text() == "Kept from before, not sent yet."


def test_a_slow_fragment_shows_a_skeleton_with_its_count(tab: Any) -> None:
    tab.goto(f"{SITE}/exceptions/")
    tab.route("**/exceptions/?view=x", lambda route: None)
    tab.get_by_role("link", name="Overdue 2").click()
    tab.locator("#rows .skel-slot").first.wait_for()
    assert "Reading 37 cases" in tab.locator("#rows").inner_text()
    assert tab.locator("#rows table").is_hidden()
    tab.unroute("**/exceptions/?view=x")
