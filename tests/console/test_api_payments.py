"""Payments, events and cases by API: the same facts as the pages', for machines, and nothing of another tenant."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from ledger.models import Tenant
from tests.console.test_api_orders import client_of
from tests.reconciliation.planes.shop import NOON, Shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(acme: Tenant) -> Shop:
    """o1 paid in full, o2 underpaid."""
    shop = Shop(acme.id)
    for ref, invoice, value in (("o1", "inv_1", "0.0005"), ("o2", "inv_2", "0.0004")):
        shop.order(ref)
        shop.receipt(value, f"tx-{ref}", invoice=invoice, ref=ref)
        shop.event("InvoiceSettled", invoice, ref, minute=9)
    shop.match(minute=10)
    shop.match(minute=11)
    return shop


@pytest.fixture
def api(shop: Shop) -> Client:
    return client_of(shop.tenant_id)


def test_a_payment_is_told_plane_by_plane(api: Client) -> None:
    with time_machine.travel(NOON + timedelta(minutes=30), tick=True):
        said = api.get("/api/v1/payments/p-o1/").json()
    assert said["headline"] == "Final at the provider, posted in the ledger"
    assert [p["word"] for p in said["planes"]] == ["Open", "Confirmed", "Posted", "No line"]
    assert said["provider_payments"][0]["confirmed_minor"] == "50000"
    assert {t["use_case"] for t in said["transactions"]} == {"deposit", "recognise"}
    assert said["sentence"].endswith("Reference: p-o1.")


def test_any_key_finds_it(api: Client) -> None:
    assert api.get("/api/v1/payments/", {"q": "tx-o1"}).json() == {
        "hits": [{"key": "p-o1", "found_by": "transaction id of the rail", "exact": True}]
    }
    assert api.get("/api/v1/payments/", {"q": "nix"}).json() == {"hits": []}
    assert api.get("/api/v1/payments/").status_code == 400


def test_events_come_in_pages_that_miss_none(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = api.get("/api/v1/events/", {"q": "inv_1"}).json()
    assert [e["provider_type"] for e in first["events"]] == ["InvoiceSettled", "InvoiceReceivedPayment"]
    assert first["events"][1]["amount_minor"] == "50000"
    assert len(api.get("/api/v1/events/").json()["events"]) == 4


def test_cases_are_told_with_their_planes(api: Client) -> None:
    (case,) = api.get("/api/v1/cases/").json()["cases"]
    assert (case["class"], case["planes"], case["contribution_minor"], case["payment_id"], case["account"]) == (
        "amount_mismatch", "commerce-provider", "-10000", "p-o2", None,
    )  # fmt: skip
    assert api.get("/api/v1/cases/", {"class": "timing_skew"}).json()["cases"] == []


def test_another_tenant_learns_nothing(shop: Shop, rival: Tenant) -> None:
    theirs = client_of(rival.id, "theirs")
    real, random = theirs.get("/api/v1/payments/p-o1/"), theirs.get("/api/v1/payments/zzz/")
    assert (real.status_code, real.json()) == (random.status_code, random.json())
    assert theirs.get("/api/v1/payments/", {"q": "p-o1"}).json() == {"hits": []}
    assert theirs.get("/api/v1/events/").json()["events"] == []
    assert theirs.get("/api/v1/cases/").json()["cases"] == []


@pytest.mark.parametrize("path", ["payments/?q=x", "payments/p-o1/", "events/", "cases/"])
def test_it_takes_a_token(shop: Shop, path: str) -> None:
    assert Client().get(f"/api/v1/{path}").status_code == 401
