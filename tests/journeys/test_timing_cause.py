"""Cause 2 of the demo, whole: nothing is corrected and nobody is told; the next statement brings its line."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Page, expect

from console.demo.plan import ACCOUNTS
from console.demo.rows import DemoLine, Plan
from console.demo.statements import write_statement
from ledger.tenancy import tenant
from reconciliation.bank.models import BankStatement
from reconciliation.cases.models import ExceptionCase
from tests.journeys.demo_desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
(DOLLARS,) = (a for a in ACCOUNTS if a.code == "1020")


@pytest.fixture
def desk(page: Page, demo: tuple[int, Plan], live_server: Any) -> Desk:
    return Desk(page, *demo)


def test_what_settles_a_day_later_ends_by_itself(desk: Desk, tmp_path: Path) -> None:
    day, before = desk.planted("1020", 2), desk.transactions()
    page = desk.sit("analyst")
    case = desk.open_from_queue("1020", day, "Posted, its bank line is expected within grace")
    expect(page.locator("main")).to_contain_text("not here yet, in grace")
    expect(page.locator("main")).to_contain_text("PT-EVENING-1")
    expect(page.locator("#prop")).to_contain_text("it clears by itself when the line comes within grace")
    expect(page.locator("#prop textarea")).to_have_count(0)
    page.get_by_role("link", name="Runbook").click()
    expect(page.locator("main")).to_contain_text("Nobody. Timing is shown, and it raises no alert.")
    expect(page.locator("main")).to_contain_text("The one day through the grace that is due is covered.")
    page.goto(f"/drift/1020/{day}/")
    expect(page.locator("h1")).to_contain_text("differs in timing only, by +1,240.55 USD")
    page.goto("/gate/")
    # It waits, and resets nothing.
    expect(page.locator("main")).not_to_contain_text(f"{DOLLARS.name} drifted by +1,240.55")

    after = _next_banking_day(day)
    cache.clear()
    with time_machine.travel(datetime.combine(after + timedelta(days=1), time(10), UTC), tick=True):
        _bring_statement(desk, after, tmp_path)
        page.goto(f"/drift/1020/{day}/")
        expect(page.locator("h1")).to_contain_text("clean")
        page.goto(f"/exceptions/{case.number}/")
        expect(page.locator("#prop")).to_contain_text("How it ended")
        expect(page.locator("#prop")).to_contain_text("Found gone by")
    cache.clear()
    assert desk.verdict("1020", day) == desk.verdict("1020", after) == ("CLEAN", 0, 0)
    assert desk.transactions() == before
    with tenant(desk.tenant_id):
        assert ExceptionCase.objects.get(id=case.id).state == "resolved"


def _bring_statement(desk: Desk, day: date, folder: Path) -> None:
    """The next statement through the page of imports, with the one line that was expected."""
    with tenant(desk.tenant_id):
        last = BankStatement.objects.filter(bank_account__code="1020").latest("id")
    line = DemoLine("1020", 124_055, day, "PT-EVENING-1", "PMNT/RCDT/ESCT", "SETTLEMENT PT-EVENING-1")
    name, content = write_statement(DOLLARS, day, len(desk.plan.days["1020"]) + 1, int(last.closing_minor), [line])
    (folder / name).write_bytes(content)
    page = desk.sit("analyst")
    page.goto("/bank/")
    label = page.locator("#account option", has_text=DOLLARS.name).inner_text()
    page.get_by_label("Bank account").select_option(label=label)
    page.get_by_label("File", exact=True).set_input_files(folder / name)
    page.get_by_role("button", name="Read the file").click()
    desk.work("read_statement")
    expect(page.locator("#import")).to_contain_text("opening + lines = closing")
    page.get_by_role("button", name="Import 1 line").click()
    expect(page.locator("#notices")).to_contain_text("1 line imported")
    assert desk.work("reconcile") >= 1


def _next_banking_day(day: date) -> date:
    after = day + timedelta(days=1)
    while after.isoweekday() in DOLLARS.closed_weekdays:
        after += timedelta(days=1)
    return after
