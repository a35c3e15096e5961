"""A recovery in a real browser from its classes to its end, by four people: gaps corrected and accepted, the way that drift came by
closed, the run closed, and the same drift refused when it comes again."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Page, expect

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.people.models import User
from tests.console.working import signed_in
from tests.people import PASSWORD, acting
from tests.reconciliation.recovery.runs.drifted import DONE, LATER, Drifted

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SOON = LATER + timedelta(minutes=30)
UNPAID = "The customer keeps the goods; finance writes the rest off."


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(LATER, tick=True):
        yield


@pytest.fixture
def staff(user_of: Callable[..., User]) -> dict[str, User]:
    return {
        "controller": user_of("Cora Controller", "controller"), "second": user_of("Sela Second", "controller"),
        "author": user_of("Ada Author", "policy_admin"), "checker": user_of("Petra Checker", "policy_admin"),
    }  # fmt: skip


@pytest.fixture
def shop(acme: Tenant, staff: dict[str, User]) -> Drifted:
    made = Drifted(acme.id)
    me = acting(staff["controller"], acme.id)
    made.drift(me)
    made.order("o9", placed_at=(LATER - timedelta(hours=1)).isoformat(), due_at=(LATER + timedelta(days=9)).isoformat())
    made.to_classes(me)
    return made


@pytest.fixture
def sit(page: Page, staff: dict[str, User], live_server: Any) -> Callable[[str], Page]:
    def seated(who: str) -> Page:
        session = signed_in(staff[who]).cookies["sessionid"].value
        page.context.clear_cookies()
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    return seated


def approve(page: Page, number: int, verb: str, shows: str) -> None:
    page.goto(f"/approvals/{number}/")
    expect(page.locator("#decision")).to_contain_text(shows)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name=verb).click()
    expect(page.locator("#decision")).to_contain_text("xecuted")


def test_from_the_classes_to_the_close(
    shop: Drifted, sit: Callable[[str], Page], staff: dict[str, User], acme: Tenant
) -> None:
    desk = sit("controller")
    desk.goto("/recovery/1/")
    for _ in range(4):
        ref = desk.locator("#gap-h").inner_text()
        desk.keyboard.press("9")
        desk.keyboard.press("e")
        expect(desk.locator("#notices")).to_contain_text(f"{ref} is illegal transition")
    desk.get_by_role("button", name="Close the classes").click()
    expect(desk.locator("#w-h")).to_have_text("5. Correct with approval")

    unpaid, early = shop.gap("o2", "unpaid"), shop.gap("o2", "fulfilled_early")
    desk.goto(f"/recovery/1/?gap={unpaid}")
    desk.locator("#what").select_option(label="Refunded: the customer was refunded outside the shop")
    desk.fill("#ticket", "T-77")
    desk.get_by_role("button", name=f"Ask to move it for G-{unpaid}").click()
    expect(desk.locator("#gap")).to_contain_text("Waits for a decision")
    desk.goto(f"/recovery/1/?gap={early}")
    desk.get_by_role("button", name=f"Tie CR-1 to G-{early}").click()
    expect(desk.locator("#gap")).to_contain_text("Waits for a decision")
    for ref, kind in (("o3", "under"), ("o4", "fulfilled_early")):
        gap = shop.gap(ref, kind)
        desk.goto(f"/recovery/1/?gap={gap}")
        desk.fill("#reason", UNPAID)
        desk.get_by_role("button", name=f"Ask to accept G-{gap}").click()
        expect(desk.locator("#gap")).to_contain_text("waits for a controller")

    desk = sit("second")
    approve(desk, 1, "Approve this move", f"Recovery RR-1, gap G-{unpaid}")
    for number in (2, 3):
        approve(desk, number, "Accept this gap", UNPAID)
    desk.goto("/recovery/1/")
    desk.get_by_role("button", name="Look at 2 gaps again").click()
    expect(desk.locator("#w-h + .meta")).to_have_text("every gap is settled")
    expect(desk.locator(".steps6 .cur p")).to_have_text("4 of 4 corrected or accepted")
    desk.get_by_role("button", name="Close the corrections").click()
    expect(desk.locator("#w-h")).to_have_text("6. Tighten the checkpoints")

    desk = sit("author")
    desk.goto("/recovery/1/")
    desk.get_by_role("button", name="Draft a checkpoint against it").click()
    expect(desk.get_by_text("A worker has it")).to_be_visible()
    shop.work(SOON)
    expect(desk.locator("main")).to_contain_text("would have blocked 2 of 2 moves")  # the page looks again by itself
    with tenant(acme.id):
        draft = CheckpointVersion.objects.select_related("policy").get(policy__key__startswith="rr-1-")
    shop.put_in_force(draft, acting(staff["author"], acme.id), acting(staff["checker"], acme.id), SOON)

    desk = sit("controller")
    desk.goto("/recovery/1/")
    expect(desk.locator("main")).to_contain_text("would have blocked 2 of 2 moves")
    desk.get_by_role("button", name="Compare the planes").click()
    expect(desk.get_by_text("A worker has it")).to_be_visible()
    shop.work(SOON)
    expect(desk.locator("main")).to_contain_text("Nothing unexplained")
    desk.get_by_label("What was done and found").fill(DONE)
    desk.get_by_role("button", name="Ask to close RR-1").click()
    expect(desk.locator("main")).to_contain_text("The close waits for a second person.")
    expect(desk.locator(".banner")).to_contain_text("Freeze by recovery RR-1")

    desk = sit("second")
    approve(desk, shop.waiting("RR-1"), "Approve this close", "closed, freeze ended")
    desk.goto("/recovery/1/")
    expect(desk.locator("main")).to_contain_text(DONE)
    expect(desk.locator(".banner")).to_have_count(0)

    desk = sit("controller")
    desk.goto("/orders/o9/")
    desk.locator("#what").select_option(value="fulfilled GOODS_SENT_BY_SUPPORT")
    desk.fill("#ticket", "T-78")
    desk.get_by_role("button", name="Move o9").click()
    expect(desk.locator("body")).to_contain_text("Not before the provider has confirmed the payment")
    with tenant(acme.id):
        assert str(draft) == "RR-1: fulfilled by hand before confirmed v1"
