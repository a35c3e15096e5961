"""Deposits and recognitions posted before the provider's Confirmed, and those that only look early."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.postings.correct_transaction import reverse_transaction
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from tests.people import INTEGRATION
from tests.reconciliation.oversight.signals.counting import DAY, MIDNIGHT, read, told
from tests.reconciliation.planes.shop import JOB, NOON, Shop
from tests.reconciliation.provider.desk import paid

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(acme: Tenant) -> Shop:
    return Shop(acme.id, recognises=False)


def post(shop: Shop, *, minute: int, payment: str = "p-o1", dated: date = DAY, **more: Any) -> int:
    with tenant(shop.tenant_id):
        request = PostingRequest(
            key=f"T{minute}", status="POSTED", effective_on=dated, payment_id=payment, metadata={},
            entries=[RequestedEntry("btc", "DEBIT", 50_000), RequestedEntry("unap", "CREDIT", 50_000)],
            **{"use_case": "deposit", "partner_reference": "X1", **more},
        )  # fmt: skip
        at = NOON + timedelta(minutes=minute)
        (made,) = post_transactions([request], actor=INTEGRATION, at=at, day_of=lambda *_: dated)
        return made.id


def pay(shop: Shop, *, confirmed: int | None = 10) -> None:
    shop.order()
    shop.receipt("0.0005", "X1")
    if confirmed is not None:
        shop.event("InvoiceSettled", minute=confirmed)


def test_a_posting_from_a_portal_export_before_confirmed_is_counted(shop: Shop) -> None:
    pay(shop)
    made = post(shop, minute=5)
    state, found = read(shop.tenant_id, "posted-early")
    assert (state, found.value, found.of) == ("out", 1, 1)
    with tenant(shop.tenant_id):
        assert found.rows[0].name == str(LedgerTransaction.objects.get(id=made).public_id)
    assert found.rows[0].words.endswith("confirmed by the provider only at 2026-03-20 12:10:00 UTC")
    assert found.rows[0].payment == "p-o1"


def test_recorded_after_confirmed_though_dated_earlier_is_quiet(shop: Shop) -> None:
    pay(shop)
    post(shop, minute=11, dated=DAY - timedelta(days=2))
    assert told(shop.tenant_id, "posted-early") == ("in", 0, [])


def test_without_a_confirmation_by_the_days_end_it_is_counted_and_stays_so(shop: Shop) -> None:
    pay(shop, confirmed=None)
    post(shop, minute=5)
    before = read(shop.tenant_id, "posted-early")
    assert before[0] == "out"
    assert before[1].rows[0].words.endswith("which the provider had not confirmed")
    shop.event("InvoiceSettled", minute=24 * 60 + 5)
    assert read(shop.tenant_id, "posted-early") == before, "what came later is no part of that day"


def test_a_payment_that_no_provider_told_of_is_counted(shop: Shop) -> None:
    post(shop, minute=5, payment="p-nobody", partner_reference="Y9")
    assert read(shop.tenant_id, "posted-early")[1].rows[0].words.endswith("no provider had told anything")


@pytest.mark.parametrize("named", ["p-o1", "o1", "inv_1"])
def test_the_payment_is_found_by_each_of_its_names(shop: Shop, named: str) -> None:
    pay(shop)
    post(shop, minute=11, payment=named, partner_reference=None)
    assert told(shop.tenant_id, "posted-early")[:2] == ("in", 0)


def test_it_is_found_by_the_rails_id_alone(shop: Shop) -> None:
    pay(shop)
    post(shop, minute=11, payment="in our own words")
    assert told(shop.tenant_id, "posted-early")[:2] == ("in", 0)


def test_other_use_cases_and_reversals_are_quiet(shop: Shop) -> None:
    pay(shop, confirmed=None)
    post(shop, minute=3, use_case="adjustment")
    assert told(shop.tenant_id, "posted-early")[0] == "unknown"
    made = post(shop, minute=24 * 60 + 5, dated=DAY + timedelta(days=1))
    with tenant(shop.tenant_id):
        original = LedgerTransaction.objects.get(id=made)
        reverse_transaction(
            made, effective_on=DAY + timedelta(days=2), key="r", why="early", decision_id=original.decision_id,
            policy_version="story", actor=JOB, at=NOON + timedelta(days=2),
        )  # fmt: skip
    day = DAY + timedelta(days=2)
    assert told(shop.tenant_id, "posted-early", day, MIDNIGHT + timedelta(days=2))[0] == "unknown"


def test_what_a_rule_posts_after_confirmed_is_quiet(acme: Tenant) -> None:
    shop = Shop(acme.id)
    pay(shop)
    shop.match(minute=11)
    assert {use_case for use_case, *_ in shop.posted()} == {"deposit", "recognise"}
    assert told(shop.tenant_id, "posted-early") == ("in", 0, [])


def test_money_that_came_late_is_held_and_not_early(acme: Tenant) -> None:
    shop = Shop(acme.id)
    shop.order()
    shop.event("InvoiceExpired", minute=2)
    shop.event("InvoiceReceivedPayment", minute=3, afterExpiration=True, **paid("0.0005", "X1"))
    shop.event("InvoicePaidAfterExpiration", minute=4)
    shop.match(minute=11)
    state, found = read(shop.tenant_id, "posted-early")
    assert (state, found.value) in [("in", 0), ("unknown", None)]
