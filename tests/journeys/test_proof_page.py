"""A payment's proof: the page stays when the file comes, and then shows its digest."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ledger.models import Tenant
from ledger.tenancy import tenant
from tests.console.working import signed_in
from tests.people import UserMaker
from tests.reconciliation.books import Books
from tests.reconciliation.recovery.incidents import LATER
from tests.sealing import seal_all

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_digest_of_the_file_stands_on_the_page_once_it_was_made(
    acme: Tenant, user_of: UserMaker, page: Page, live_server: Any
) -> None:
    Books(acme.id).play("T8 10 ewa 900 @D8 p8").check_day("clr", "10")
    with tenant(acme.id):
        seal_all(LATER)
    cookies = signed_in(user_of("Ada Auditor", "auditor")).cookies
    page.context.add_cookies([{"name": n, "value": m.value, "url": live_server.url} for n, m in cookies.items()])
    page.goto("/payments/p8/")
    page.get_by_role("link", name="Proof").click()
    expect(page.locator("main")).to_contain_text("1 case stands open about it.")
    expect(page.locator("#given")).to_contain_text("Nobody was given a proof of it yet")
    with page.expect_download() as came:
        page.get_by_role("button", name="Make the proof").click()
    digest = hashlib.sha256(Path(came.value.path()).read_bytes()).hexdigest()
    expect(page.locator("#given")).to_contain_text(digest)
