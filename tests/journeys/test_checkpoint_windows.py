"""A draft that is saved as it is written: one window never stands in its own way, two windows still do."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.policies.save_draft import save_draft
from tests.checkpoints import checkpoint
from tests.console.working import signed_in
from tests.people import UserMaker, acting

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ADDRESS = "/checkpoints/trial-checkpoint/1/"


def clause(reason: str) -> dict[str, Any]:
    return {"moves": ["posting.post"], "when": {"use_case": ["ewa"]}, "outcome": "forbidden", "reason": reason}


@pytest.fixture
def draft(acme: Tenant, user_of: UserMaker, page: Page, live_server: Any, noon: Any) -> CheckpointVersion:
    """A draft of two clauses, its writer signed in."""
    writer = user_of("Ada Admin", "policy_admin")
    page.context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": live_server.url}
            for name, morsel in signed_in(writer).cookies.items()
        ]
    )
    with tenant(acme.id):
        made = save_draft(
            document=checkpoint(clause("The first of them."), clause("The second of them.")),
            seen_edits=None, actor=acting(writer, acme.id), at=noon,
        )  # fmt: skip
    page.goto(ADDRESS)
    return made


def reasons(draft: CheckpointVersion) -> list[str]:
    with tenant(draft.tenant_id):
        return [c["reason"] for c in CheckpointVersion.objects.get(id=draft.id).document["clauses"]]


def slowly(page: Page) -> None:
    """Each save arrives late, so that what is pressed meanwhile is pressed while it is under way."""

    def late(route: Route) -> None:
        page.wait_for_timeout(300)
        route.continue_()

    page.route(f"**{ADDRESS}save/", late)


def test_one_window_never_stands_in_its_own_way(page: Page, draft: CheckpointVersion) -> None:
    for n in range(3):
        page.fill("#c1-reason", f"What is said now, {n}.")
        with page.expect_navigation():
            page.get_by_role("button", name="Keep the draft").click()
        expect(page.get_by_role("alert")).to_have_count(0)
        assert reasons(draft) == [f"What is said now, {n}.", "The second of them."]


def test_the_button_waits_for_every_save_that_was_begun(page: Page, draft: CheckpointVersion) -> None:
    slowly(page)
    page.fill("#c1-reason", "The first of them, anew.")
    page.fill("#c2-reason", "The second of them, anew.")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert reasons(draft) == ["The first of them, anew.", "The second of them, anew."]


def test_a_clause_added_beside_a_save_is_kept_by_the_next(page: Page, draft: CheckpointVersion) -> None:
    slowly(page)
    page.fill("#c1-reason", "The first of them, anew.")
    page.fill("#c2-reason", "The second of them, anew.")
    with page.expect_navigation():
        page.get_by_role("button", name="Add a clause").click()
    expect(page.locator("fieldset.clause")).to_have_count(3)
    page.fill("#c3-reason", "The third of them.")
    with page.expect_navigation():
        page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert reasons(draft) == ["The first of them, anew.", "The second of them, anew.", "The third of them."]


def test_a_move_is_added_once_and_no_save_adds_another(page: Page, draft: CheckpointVersion) -> None:
    for n, move in enumerate(("posting.repost", "posting.plan"), 2):
        page.select_option(f"#c2-moves{n}", move)
        expect(page.locator("select[name=c2-moves]")).to_have_count(n + 1)
    for n in range(3):
        page.fill("#c2-reason", f"What is said now, {n}.")
        with page.expect_navigation():
            page.get_by_role("button", name="Keep the draft").click()
        expect(page.locator("select[name=c2-moves]")).to_have_count(4)
    expect(page.locator("select[name=c1-moves]")).to_have_count(2)


def test_what_is_evaluated_is_what_was_typed_last(page: Page, draft: CheckpointVersion) -> None:
    slowly(page)
    page.fill("#c1-reason", "The first of them, anew.")
    with page.expect_navigation():
        page.get_by_role("button", name="Start evaluating").click()
    expect(page.locator(".head")).to_contain_text("Evaluating")
    assert reasons(draft)[0] == "The first of them, anew."


def test_two_windows_still_do(page: Page, draft: CheckpointVersion) -> None:
    other = page.context.new_page()
    other.goto(ADDRESS)
    other.fill("#c1-reason", "Said in the other window.")
    with other.expect_navigation():
        other.get_by_role("button", name="Keep the draft").click()
    page.fill("#c1-reason", "Said in this window.")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("another window")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#c1-reason")).to_have_value("Said in this window.")
    assert reasons(draft)[0] == "Said in the other window."
