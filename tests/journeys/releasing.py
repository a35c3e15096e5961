"""A security incident from its page to its release, by four people: call, evidence, asked, approved."""

import hashlib
import re
import zipfile
from pathlib import Path

from playwright.sync_api import expect

from ledger.tenancy import tenant
from reconciliation.incidents.models import Incident, IncidentRelease
from tests.journeys.demo_desk import Desk

WHY = "The bank booked it by mistake, says so in writing, and gives it back within the week."


def incident_on(desk: Desk, account: str) -> int:
    with tenant(desk.tenant_id):
        return int(Incident.objects.get(bank_account__code=account).number)


def record_call(desk: Desk, number: int) -> None:
    """By the analyst, who may not release."""
    page = desk.sit("analyst")
    page.goto(f"/incidents/{number}/")
    expect(page.get_by_role("button", name="Send for approval")).to_have_count(0)
    page.get_by_label("Whom at the partner").fill("Almaz Example, fraud desk")
    page.get_by_label("What was said").fill("They stop the payee and look into it.")
    page.get_by_label("Their reference").fill("FD-7")
    page.get_by_role("button", name="Record call").click()
    expect(page.locator("#notices")).to_contain_text(f"The call is on record for IN-{number}.")
    desk.work("seal_evidence")
    page.reload()
    expect(page.locator("main")).to_contain_text("Anna Analyst called Almaz Example, fraud desk")


def take_evidence(desk: Desk, number: int) -> None:
    """By the auditor: the file is the one whose digest the page shows."""
    page = desk.sit("auditor")
    page.goto(f"/incidents/{number}/")
    box = page.locator("section", has=page.locator("#ev-h"))
    with page.expect_download() as coming:
        box.get_by_role("button", name=re.compile("^Download EB-")).first.click()
    file = Path(coming.value.path())
    expect(box).to_contain_text(hashlib.sha256(file.read_bytes()).hexdigest())
    with zipfile.ZipFile(file) as whole:
        assert whole.testzip() is None


def release(desk: Desk, number: int) -> None:
    """Asked by one controller, approved by the other."""
    page = desk.sit("controller")
    page.goto(f"/incidents/{number}/")
    page.get_by_label("Root cause").select_option("bank_error")
    page.get_by_label("What happened, and why it cannot happen again").fill(WHY)
    page.get_by_role("button", name="Send for approval").click()
    waits = page.locator("section", has=page.locator("#re-h")).get_by_role("link", name=re.compile(r"^CR-\d+$"))
    request = waits.inner_text()
    shows = [f"Release IN-{number}", "the bank booked it by mistake and says so", "Almaz Example"]
    done = desk.approve(request, by="controller2", shows=shows)
    expect(done).to_contain_text("xecuted")
    with tenant(desk.tenant_id):
        assert IncidentRelease.objects.filter(incident__number=number).count() == 1
