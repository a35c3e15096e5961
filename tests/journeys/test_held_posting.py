"""A payout above a threshold: sent by the core system, seen by two controllers, posted as it was sent."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from playwright.sync_api import Page, expect

from console.demo.rows import Plan
from console.demo.tenant import PASSWORD
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.people.issue_token import issue_token
from reconciliation.people.models import User
from reconciliation.people.who import actor_of
from tests.checkpoints import checkpoint, put_in_force
from tests.journeys.test_drift_to_clean import pytestmark, sign_in, sign_out  # noqa: F401

SENTENCE = "A payout of 100,000.00 ETB or more is seen by two controllers."
LARGE = {
    "moves": ["posting.post"], "amounts": {"ETB": {"from": "10000000"}}, "outcome": "approval", "reason": SENTENCE,
    "approval": {"roles": ["controller"], "quorum": 2},
}  # fmt: skip


def test_a_large_payout_waits_for_two_controllers(page: Page, demo: tuple[int, Plan], live_server: Any) -> None:
    tenant_id, _ = demo
    now = datetime.now(UTC) - timedelta(minutes=1)
    with tenant(tenant_id):
        first, second = (actor_of(User.objects.get(email=f"{n}@demo.example")) for n in ("admin", "admin2"))
        secret = issue_token(name="core system", actor=first, at=now)
    put_in_force(tenant_id, checkpoint(LARGE, title="Large payouts"), maker=first, checker=second, at=now)
    posting = {
        "key": "payout 4711", "use_case": "ewa_disbursement", "effective_on": f"{now:%Y-%m-%d}", "payment_id": "pay_4711",
        "entries": [
            {"account": code, "direction": side, "amount_minor": "25000000"}
            for code, side in (("1310", "DEBIT"), ("2010", "CREDIT"))
        ],
    }  # fmt: skip
    api = Client(headers={"Authorization": f"Bearer {secret}"})

    def send() -> Any:
        return api.post("/api/v1/postings/", json.dumps({"postings": [posting]}), content_type="application/json")

    told = send()
    assert told.status_code == 202, told.content
    (waits,) = told.json()
    assert waits["quorum"] == 2

    for n, email in enumerate(("controller@demo.example", "controller2@demo.example"), 1):
        sign_in(page, email)
        page.goto("/approvals/")
        page.locator("a", has_text="Post pay_4711, ewa_disbursement").first.click()
        shown = page.locator("#decision")
        expect(shown).to_contain_text(SENTENCE)
        expect(shown).to_contain_text(f"core system, for {first.name}")
        expect(shown).to_contain_text("250,000.00")
        page.fill("#decision input[name=password]", PASSWORD)
        page.get_by_role("button", name="Approve 250,000.00 ETB").click()
        said = "1 of 2 approvals given" if n == 1 else "Executed"
        expect(page.locator("#decision")).to_contain_text(said)
        sign_out(page)
    done = send()
    assert done.status_code == 200
    with tenant(tenant_id):
        assert str(LedgerTransaction.objects.get(idempotency_key="payout 4711").public_id) == done.json()[0]["id"]
