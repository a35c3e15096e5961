"""A recovery in a real browser: frozen by a click, exported and re-run while the page watches, classified by keyboard alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Page, expect

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.people.models import User
from reconciliation.recovery.runs.models import RecoveryClass
from tests.console.working import signed_in
from tests.people import acting
from tests.reconciliation.recovery.runs.drifted import LATER, Drifted

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(LATER, tick=True):
        yield


@pytest.fixture
def controller(user_of: Callable[..., User]) -> User:
    return user_of("Cora Controller", "controller")


@pytest.fixture
def shop(acme: Tenant, controller: User) -> Drifted:
    made = Drifted(acme.id)
    made.drift(acting(controller, acme.id))
    made.open(
        acting(controller, acme.id), title="Postings made from portal exports, and orders that were fulfilled by hand"
    )
    return made


@pytest.fixture
def desk(page: Page, shop: Drifted, controller: User, live_server: Any) -> Page:
    session = signed_in(controller).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


def test_from_freeze_to_classes_by_keyboard(desk: Page, shop: Drifted) -> None:
    desk.goto("/")
    desk.keyboard.press("g")
    desk.keyboard.press("r")
    desk.wait_for_url("**/recovery/")  # loaded whole: keys are heard from then on
    expect(desk.locator("h1")).to_have_text("1 recovery run open")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.locator("#w-h")).to_have_text("1. Freeze")
    desk.get_by_role("button", name="Freeze 3 tools").click()
    expect(desk.locator("#w-h")).to_have_text("2. Export the event log")
    desk.get_by_role("button", name="Export the log").click()
    expect(desk.get_by_text("A worker has it")).to_be_visible()
    shop.work(LATER + timedelta(minutes=5))
    expect(desk.locator("#w-h")).to_have_text("3. Re-run commerce ↔ provider")  # the page looks again by itself
    desk.get_by_role("button", name="Re-run the matcher").click()
    expect(desk.get_by_text("A worker has it")).to_be_visible()
    shop.work(LATER + timedelta(minutes=5))
    expect(desk.locator("#w-h")).to_have_text("4. Classify the gaps")
    refs = [str(gap) for gap in shop.gaps()]
    expect(desk.locator("#gap-h")).to_have_text(refs[0])
    desk.wait_for_load_state("load")  # the worker's end loaded the page anew: keys are heard once it is whole
    desk.keyboard.press("n")
    expect(desk.locator("#gap-h")).to_have_text(refs[1])
    desk.keyboard.press("6")
    desk.keyboard.press("e")
    expect(desk.locator("#gap-h")).to_have_text(refs[0])
    expect(desk.locator(".steps6 .cur p")).to_have_text("1 of 4 classified, classes not merged")
    with tenant(shop.tenant_id):
        (made,) = RecoveryClass.objects.select_related("gap")
    assert (str(made.gap), made.exception_class, made.set_by) == (refs[1], "policy_hold", "Cora Controller")
    for ref in (refs[0], refs[2], refs[3]):
        expect(desk.locator("#gap-h")).to_have_text(ref)
        desk.keyboard.press("9")
        desk.keyboard.press("e")
    desk.get_by_role("button", name="Close the classes").click()
    expect(desk.locator("#w-h")).to_have_text("5. Correct with approval")
    desk.keyboard.press("[")
    desk.wait_for_url("**/recovery/1/?step=4")
    desk.keyboard.press("[")
    desk.wait_for_url("**/recovery/1/?step=3")
    expect(desk.locator("#w-h")).to_have_text("3. Re-run commerce ↔ provider")
    desk.keyboard.press("]")
    expect(desk.locator("#w-h")).to_have_text("4. Classify the gaps")
    expect(desk.locator(".banner")).to_contain_text("Freeze by recovery RR-1")
