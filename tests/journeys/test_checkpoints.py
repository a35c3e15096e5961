"""A policy admin's journey on the demo: "this must never happen again" becomes a checkpoint that two people put in force, having
seen what it would have caught and whom it would have hindered."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from playwright.sync_api import Page, expect

from console.demo.rows import Plan
from console.demo.tenant import PASSWORD
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.backtest.models import Backtest
from reconciliation.cases.models import ExceptionCase
from reconciliation.checkpoints.models import CheckpointDecision, CheckpointShadow
from reconciliation.people.issue_token import issue_token
from reconciliation.provider.models import ProviderPayment
from tests.journeys.test_drift_to_clean import pytestmark, sign_in, sign_out  # noqa: F401
from tests.people import SET_UP

EARLY = {"pay_early", "pay_handler_1", "pay_handler_2", "pay_handler_3", "pay_portal_1", "pay_portal_2"}
SENTENCE = "A payment is posted only once its provider has confirmed it."


def test_posting_before_confirmed_is_forbidden_by_two_admins(
    page: Page, demo: tuple[int, Plan], live_server: Any
) -> None:
    tenant_id, _ = demo

    sign_in(page, "admin@demo.example")
    page.goto("/checkpoints/")
    page.get_by_role("link", name="New checkpoint").click()
    page.fill("#f-title", "Posting before Confirmed")
    page.select_option("#c1-moves1", "posting.post")
    page.select_option("#c1-fact1", "provider_state")
    for state in ("pending", "paid"):
        page.get_by_role("checkbox", name=state, exact=True).check()
    page.fill("#c1-reason", SENTENCE)
    page.get_by_role("button", name="Keep as draft v1").click()
    expect(page.locator("h1")).to_have_text("Posting before Confirmed, v1")

    # A further move is added to the sentence; the draft is kept and the difference follows, without a page in between.
    page.wait_for_load_state("networkidle")
    page.select_option("#c1-moves2", "posting.repost")
    expect(page.locator("#diff")).to_contain_text("a corrected posting is made anew")
    page.locator("#effect button").click()
    expect(page.locator("#effect")).to_contain_text("Drift caught")
    expect(page.locator("#effect")).to_contain_text(f"illegal transition: {len(EARLY)}")
    expect(page.locator("#beside .flips")).to_contain_text("pay_early")
    with tenant(tenant_id):
        kept = Backtest.objects.filter(policy_key="posting-before-confirmed").latest("id").result
        caught = {c.payment_id for c in ExceptionCase.objects.filter(exception_class="illegal_transition")}
    assert caught == {f["payment_id"] for f in kept["largest"]} == EARLY, "what was planted, and no near-miss"
    assert (kept["flips"], kept["hindered"]["stopped"]["moves"], kept["looser"]) == (len(EARLY), 0, False)
    assert kept["replayed"] > 10_000

    page.get_by_role("button", name="Start evaluating in the shadow").click()
    expect(page.locator(".head")).to_contain_text("Evaluating")
    page.fill("#a-note", "The posting of 19 November went out three hours before Confirmed.")
    page.get_by_role("button", name="Send v1 for approval").click()
    expect(page.locator("#decision")).to_contain_text("Put Posting before Confirmed v1 in force")
    expect(page.get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)
    assert _post(tenant_id, live_server, "while it is evaluated").status_code == 200
    sign_out(page)

    sign_in(page, "admin2@demo.example")
    page.goto("/approvals/")
    page.locator("a", has_text="Put Posting before Confirmed v1 in force").first.click()
    expect(page.locator("#decision")).to_contain_text(SENTENCE)
    page.fill("#decision input[name=password]", PASSWORD)
    page.get_by_role("button", name="Approve this checkpoint").click()
    expect(page.locator("body")).to_contain_text(re.compile("executed", re.IGNORECASE))
    page.goto("/checkpoints/posting-before-confirmed/1/")
    expect(page.locator(".head")).to_contain_text("Active")

    refused = _post(tenant_id, live_server, "the next attempt")
    assert refused.status_code == 409
    assert SENTENCE in refused.json()["title"]
    page.goto("/checkpoints/")
    row = page.locator("tr", has_text="Posting before Confirmed")
    expect(row.locator("td").last).to_have_text("1")
    page.goto("/audit/")
    expect(page.locator("main")).to_contain_text(SENTENCE)
    with tenant(tenant_id):
        assert CheckpointDecision.objects.filter(outcome="forbidden", policy="Posting before Confirmed").count() == 1
        assert not LedgerTransaction.objects.filter(idempotency_key="the next attempt").exists()
        shadows = CheckpointShadow.objects.filter(version__policy__key="posting-before-confirmed", differs=True)
        assert [s.outcome for s in shadows] == ["forbidden"], "what went through while it was evaluated was seen"


def _post(tenant_id: int, live_server: Any, key: str) -> Any:
    """An integration posts a deposit that its provider has only detected."""
    now = datetime.now(UTC)
    with tenant(tenant_id):
        waiting = ProviderPayment.objects.exclude(payment_id="").filter(status="paid", asset="BTC").order_by("id")[0]
        sample = LedgerTransaction.objects.filter(use_case="deposit").order_by("id")[0]
        legs = [(e.account.code, e.direction) for e in sample.entries.select_related("account").order_by("leg")]
        secret = issue_token(name=f"core {key}", actor=SET_UP, at=now - timedelta(minutes=1))
    posting = {
        "key": key, "use_case": "deposit", "effective_on": f"{now:%Y-%m-%d}", "payment_id": waiting.payment_id,
        "entries": [{"account": code, "direction": side, "amount_minor": "50000"} for code, side in legs],
    }  # fmt: skip
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    return api.post("/api/v1/postings/", json.dumps({"postings": [posting]}), content_type="application/json")
