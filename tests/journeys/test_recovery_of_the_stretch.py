"""The demo's stretch of settlement drift, recovered whole at the desks of its people: frozen, exported, re-run, classified by
keyboard, corrected, tightened, closed by two. Afterwards the planes agree, the bundle verifies, and the same drift is refused."""

import json
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from console.demo.rows import Plan
from console.demo.shop_load import JOB
from console.demo.stretch import EXPORTER, stretch_days
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.people.issue_token import issue_token
from reconciliation.planes.match_planes import match_planes
from reconciliation.recovery.runs.asking import COMPARE_PLANES, EXPORT_LOG, MEASURE_DRAFT, RERUN_MATCHER, SEAL_SO_FAR
from reconciliation.recovery.runs.models import RecoveryGap
from tests.journeys.demo_desk import Desk
from tests.people import SET_UP

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAYMENTS = [
    *(f"pay_handler_{n}" for n in (1, 2, 3, 4)), "pay_portal_1", "pay_portal_2", *(f"pay_shortcut_{n}" for n in (1, 2, 3, 4)),
]  # fmt: skip
EARLY = ["pay_handler_1", "pay_handler_2", "pay_handler_3", "pay_portal_1", "pay_portal_2"]
WHY = "Agreed with support: the goods are with the customer, and the provider has confirmed it since."


@pytest.fixture
def desk(page: Page, demo: tuple[int, Plan], live_server: Any) -> Desk:
    return Desk(page, *demo)


def test_the_stretch_is_recovered_from_freeze_to_tighten(desk: Desk, live_server: Any, tmp_path: Path) -> None:
    run = _opened_and_frozen(desk)
    _exported_and_rerun(desk, run)
    gaps = _classified(desk, run)
    assert {gap.payment_id: gap.kind for gap in gaps.values() if gap.payment_id != "pay_shortcut_3"} == {
        "pay_handler_2": "under", "pay_portal_2": "under", "pay_shortcut_1": "fulfilled_early", "pay_shortcut_2": "fulfilled_early",
    }  # fmt: skip
    _postings_reversed(desk)
    _gaps_settled(desk, run, gaps)
    drafted = _tightened(desk, run)
    _compared_and_closed(desk, run)
    cache.clear()  # so many people sit down at one desk within minutes that signing in is slowed down
    _bundle_verifies(desk, run, tmp_path)
    _replayed(desk, live_server, drafted)


def _opened_and_frozen(desk: Desk) -> int:
    first, _, last = stretch_days(desk.plan.today)
    page = desk.sit("controller")
    page.goto("/recovery/")
    page.get_by_label("What drifted").fill("Posted on detection and from a portal's export, fulfilled by hand")
    page.get_by_label("From", exact=True).fill(first.isoformat())
    page.get_by_label("Before", exact=True).fill((last + timedelta(days=1)).isoformat())
    page.get_by_label("Signal or case that led to it").fill("Posted before Confirmed")
    page.get_by_label("ledger", exact=True).check()
    page.get_by_label("bank", exact=True).check()
    page.get_by_label("Payments", exact=True).fill("\n".join(PAYMENTS))
    page.get_by_role("button", name="Open the run").click()
    page.wait_for_url("**/recovery/*/")
    page.get_by_role("button", name="Freeze 3 tools").click()
    expect(page.locator("#w-h")).to_have_text("2. Export the event log")
    page.goto("/orders/ord-pay_slow/")
    expect(page.locator("#frozen")).to_contain_text("Moves by hand are frozen by recovery RR-1")
    expect(page.get_by_label("It becomes")).to_have_count(0)
    return 1


def _exported_and_rerun(desk: Desk, run: int) -> None:
    page = desk.page
    page.goto(f"/recovery/{run}/")
    page.get_by_role("button", name="Export the log").click()
    expect(page.get_by_text("A worker has it")).to_be_visible()
    desk.work(EXPORT_LOG)
    expect(page.locator("#w-h")).to_have_text("3. Re-run commerce ↔ provider")
    page.get_by_role("button", name="Re-run the matcher").click()
    expect(page.get_by_text("A worker has it")).to_be_visible()
    desk.work(RERUN_MATCHER)
    expect(page.locator("#w-h")).to_have_text("4. Classify the gaps")


def _classified(desk: Desk, run: int) -> dict[str, RecoveryGap]:
    """Each gap as it was suggested, by keyboard alone; answers them by their names."""
    page, keys = desk.page, {name: str((n + 1) % 10) for n, name in enumerate(CLASSES)}
    with tenant(desk.tenant_id):
        gaps = {str(gap): gap for gap in RecoveryGap.objects.order_by("number")}
    for n in range(1, len(gaps) + 1):
        page.keyboard.press(keys[gaps[page.locator("#gap-h").inner_text()].suggested_class])
        page.keyboard.press("e")
        expect(page.locator(".steps6 .cur p")).to_have_text(f"{n} of {len(gaps)} classified, classes not merged")
    page.get_by_role("button", name="Close the classes").click()
    expect(page.locator("#w-h")).to_have_text("5. Correct with approval")
    return gaps


def _postings_reversed(desk: Desk) -> None:
    """What was posted before Confirmed is reversed under approval; the rule of recognition posts anew what was confirmed."""
    before = desk.transactions()
    for payment in EARLY:
        with tenant(desk.tenant_id):
            case = ExceptionCase.objects.exclude(state="resolved").get(payment_id=payment, kind="posted_early")
        page = desk.sit("analyst")
        page.goto(f"/exceptions/{case.number}/")
        request = desk.ask("Posted before its provider had confirmed it; see RR-1.")
        expect(desk.approve(request, by="controller", shows=[payment])).to_contain_text("Executed")
    _matched(desk)
    assert desk.transactions() == before + 2 * len(EARLY) - 1, "all but the one that never came are posted anew"
    with tenant(desk.tenant_id):
        assert (
            not ExceptionCase.objects.exclude(state="resolved")
            .filter(payment_id__in=EARLY, kind="posted_early")
            .exists()
        )


def _matched(desk: Desk) -> None:
    for n in range(2):
        with tenant(desk.tenant_id):
            match_planes(actor=JOB, at=datetime.now(UTC), unique_key=f"stretch {n} {datetime.now(UTC)}", whole=True)
    desk.work("reconcile")


def _gaps_settled(desk: Desk, run: int, gaps: dict[str, RecoveryGap]) -> None:
    """The order of the payment that never came goes back to open; what is right by now is accepted; each by two people."""
    back = [gap for gap in gaps.values() if gap.payment_id == "pay_shortcut_3"]
    assert len(back) >= 2
    page = desk.sit("controller")
    page.goto(f"/recovery/{run}/?gap={back[0].number}")
    page.get_by_label("It becomes").select_option(value="open RECORDED_WRONGLY")
    page.get_by_label("Ticket").fill("SUP-2291")
    page.get_by_role("button", name=f"Ask to move it for {back[0]}").click()
    expect(page.locator("#gap")).to_contain_text(re.compile(r"CR-\d+"))
    found = re.search(r"CR-\d+", page.locator("#gap").inner_text())
    assert found
    for gap in back[1:]:
        page.goto(f"/recovery/{run}/?gap={gap.number}")
        page.get_by_role("button", name=f"Tie {found.group()} to {gap}").click()
        expect(page.locator("#gap .list-plain")).to_contain_text(found.group())
    expect(desk.approve(found.group(), by="controller2", shows=["pay_shortcut_3"])).to_contain_text("Executed")
    for gap in gaps.values():
        if gap not in back:
            _accepted(desk, run, gap)
    page = desk.sit("controller")
    page.goto(f"/recovery/{run}/")
    page.get_by_role("button", name=re.compile("^Look at .* again$")).click()
    page.get_by_role("button", name="Close the corrections").click()
    expect(page.locator("#w-h")).to_contain_text("6. ")


def _accepted(desk: Desk, run: int, gap: RecoveryGap) -> None:
    page = desk.sit("controller")
    page.goto(f"/recovery/{run}/?gap={gap.number}")
    page.get_by_label(f"Why {gap} stays as it is").fill(WHY)
    page.get_by_role("button", name=f"Ask to accept {gap}").click()
    asked = page.locator("#gap p", has_text="waits for a controller")
    expect(asked).to_be_visible()
    request = asked.get_by_role("link").inner_text()
    expect(
        desk.approve(request, by="controller2", shows=[str(gap), gap.payment_id, gap.order_ref], verb="Accept")
    ).to_contain_text("Executed")


def _tightened(desk: Desk, run: int) -> str:
    """A checkpoint against each way is drafted and measured; both come into force by two people. Answers the posting's key."""
    page = desk.sit("admin")
    page.goto(f"/recovery/{run}/")
    drafted = page.get_by_role("button", name="Draft a checkpoint against it")
    expect(drafted).to_have_count(2)
    for left in (1, 0):
        drafted.first.click()
        expect(drafted).to_have_count(left)
        desk.work(MEASURE_DRAFT)
    page.reload()
    expect(page.locator("#run")).to_contain_text(re.compile("would have blocked 2 of 5"))
    expect(page.locator("#run")).to_contain_text(re.compile("would have blocked 3 of 5"))
    links = page.locator("#run a[href^='/checkpoints/rr-1-']")
    keys = [link.get_attribute("href").split("/")[2] for link in links.all()]
    for key in keys:
        _in_force(desk, key)
    return keys[0]


def _in_force(desk: Desk, key: str) -> None:
    page = desk.sit("admin")
    page.goto(f"/checkpoints/{key}/1/")
    page.locator("#effect button").click()
    expect(page.locator("#effect")).to_contain_text("Drift caught")
    page.get_by_role("button", name="Start evaluating in the shadow").click()
    expect(page.locator(".head")).to_contain_text("Evaluating")
    page.fill("#a-note", "Drift came in this way; see RR-1.")
    page.get_by_role("button", name="Send v1 for approval").click()
    title = page.locator("#dec-h").inner_text()
    request = re.search(r"/approvals/(\d+)/", page.url)
    assert request, title
    done = desk.approve(f"CR-{request[1]}", by="admin2", shows=["Not before the provider has confirmed"])
    expect(done).to_contain_text("Executed")


def _compared_and_closed(desk: Desk, run: int) -> None:
    _matched(desk)
    page = desk.sit("controller")
    page.goto(f"/recovery/{run}/")
    page.get_by_role("button", name="Compare the planes").click()
    expect(page.get_by_text("A worker has it")).to_be_visible()
    desk.work(COMPARE_PLANES)
    page.reload()
    expect(page.locator("#run")).to_contain_text("Nothing unexplained")
    page.get_by_label("What was done and found").fill(
        "Three informal ways were closed; what they left is put right or accepted."
    )
    page.get_by_role("button", name="Ask to close RR-1").click()
    waits = page.locator(".note", has_text="The close waits for a second person")
    request = waits.get_by_role("link").inner_text()
    expect(desk.approve(request, by="controller2", shows=["RR-1"])).to_contain_text("Executed")
    page.goto("/")
    expect(page.locator("body")).not_to_contain_text("Freeze by recovery")


def _bundle_verifies(desk: Desk, run: int, folder: Path) -> None:
    """The file as it is handed out, checked by the verifier that lies in it, with Python's standard library alone."""
    desk.work(SEAL_SO_FAR)
    page = desk.sit("auditor")
    page.goto(f"/recovery/{run}/")
    with page.expect_download() as coming:
        page.get_by_role("button", name=re.compile("^Download EB-")).click()
    file = folder / "bundle.zip"
    coming.value.save_as(file)
    with zipfile.ZipFile(file) as whole:
        (folder / "verify.py").write_bytes(whole.read("verify.py"))

    def verified(name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder / name)],
            capture_output=True,
            text=True,
            check=False,
        )

    done = verified("bundle.zip")
    assert done.returncode == 0, done.stdout + done.stderr
    spoilt = bytearray(file.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    (folder / "spoilt.zip").write_bytes(spoilt)
    told = verified("spoilt.zip")
    assert told.returncode == 1 and "sources wrong" in told.stdout.lower(), told.stdout + told.stderr


def _replayed(desk: Desk, live_server: Any, key: str) -> None:
    """The same way once more: a posting of what is only detected, and an order fulfilled by hand before Confirmed."""
    now = datetime.now(UTC)
    with tenant(desk.tenant_id):
        secret = issue_token(name=EXPORTER, actor=SET_UP, at=now - timedelta(minutes=1))
    posting = {
        "key": "again", "use_case": "deposit", "effective_on": f"{now:%Y-%m-%d}", "payment_id": "pay_slow",
        "entries": [
            {"account": code, "direction": side, "amount_minor": "50000"} for code, side in (("1030", "DEBIT"), ("2210", "CREDIT"))
        ],
    }  # fmt: skip
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    refused = api.post("/api/v1/postings/", json.dumps({"postings": [posting]}), content_type="application/json")
    assert refused.status_code == 409, refused.content
    assert "Not before the provider has confirmed the payment" in refused.json()["title"]
    with tenant(desk.tenant_id):
        assert not LedgerTransaction.objects.filter(idempotency_key="again").exists()
    page = desk.sit("controller")
    _fulfil_by_hand(page, "ord-pay_slow")
    expect(page.locator("body")).to_contain_text("Not before the provider has confirmed the payment")


def _fulfil_by_hand(page: Page, order: str) -> None:
    page.goto(f"/orders/{order}/")
    page.get_by_label("It becomes").select_option(value="fulfilled GOODS_SENT_BY_SUPPORT")
    page.get_by_label("Ticket").fill("SUP-3000")
    page.get_by_role("button", name=re.compile("^Move ord-")).click()
