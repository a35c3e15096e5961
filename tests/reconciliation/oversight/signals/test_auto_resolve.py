"""The share that rules settle by themselves: a rise that nobody decided is told, one that a new tolerance explains is not."""

from datetime import date, datetime, timedelta

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.matching.set_matcher import set_matcher
from tests.people import SET_UP
from tests.reconciliation.oversight.signals.counting import DAY, MIDNIGHT, read
from tests.reconciliation.planes.shop import NOON, Shop

pytestmark = pytest.mark.django_db(transaction=True)
THRESHOLD, A_DAY = 2_000, 6


@pytest.fixture
def shop(acme: Tenant) -> Shop:
    shop = Shop(acme.id)
    terms(shop, -30)
    return shop


def terms(shop: Shop, day: int, up_to: int = THRESHOLD) -> None:
    with tenant(shop.tenant_id):
        at = NOON + timedelta(days=day, hours=-11)
        set_matcher(plane_pair="commerce-provider", underpaid_up_to={"BTC": str(up_to)}, actor=SET_UP, at=at)


def trade(shop: Shop, day: int, by_rule: int) -> None:
    """Six orders of a day came short, so many of them by little enough for the rule."""
    start = day * 24 * 60
    for n in range(A_DAY):
        ref, short = f"o{day}.{n}", 100 if n < by_rule else THRESHOLD + 100
        shop.order(ref=ref, placed_at=(NOON + timedelta(days=day)).isoformat(), due_at=None)
        invoice = f"inv_{ref}"
        shop.receipt(f"0.{50_000 - short:08d}", f"X{ref}", invoice=invoice, ref=ref, minute=start + 1)
        shop.event("InvoiceSettled", invoice, ref, minute=start + 3)
    shop.match(minute=start + 4, whole=False)


def days(shop: Shop, *by_rule: int) -> None:
    for n, count in enumerate(by_rule):
        trade(shop, n, count)


def on_the(day: int) -> tuple[date, datetime]:
    """That day after the 20th, at its end."""
    return DAY + timedelta(days=day), MIDNIGHT + timedelta(days=day)


def test_a_rise_without_a_change_of_tolerance_is_told_in_words(shop: Shop) -> None:
    days(shop, 2, 3, 2, 3, 6, 6, 6, 6)
    state, found = read(shop.tenant_id, "auto-resolve", *on_the(7))
    assert (state, found.value, found.of, found.counted) == ("out", 6, 6, 6)
    assert found.said == (
        "rose from 41.6 % to 100.0 % between 2026-03-23 and 2026-03-24; no tolerance changed in these days; chance below 1 in 1,000"
    )
    assert {row.what for row in found.rows} == {"case"}


def test_the_same_rise_under_a_new_version_of_the_matcher_is_quiet(shop: Shop) -> None:
    days(shop, 2, 3, 2, 3, 6, 6, 6, 6)
    terms(shop, 4, THRESHOLD + 500)
    state, found = read(shop.tenant_id, "auto-resolve", *on_the(7))
    assert state == "in"
    assert found.said.endswith("commerce-provider v2 came into force in these days")


def test_a_version_long_before_the_rise_documents_nothing(shop: Shop) -> None:
    days(shop, 2, 3, 2, 3, 6, 6, 6, 6)
    terms(shop, -1, THRESHOLD)
    assert read(shop.tenant_id, "auto-resolve", *on_the(7))[0] == "out"


def test_a_rate_that_swings_by_chance_is_quiet(shop: Shop) -> None:
    days(shop, 4, 3, 5, 4, 5, 4, 6, 5)
    state, found = read(shop.tenant_id, "auto-resolve", *on_the(7))
    assert (state, found.value, found.of) == ("in", 5, 6)
    assert found.said == "no rise that chance does not explain"


def test_a_day_without_differences_says_nothing(shop: Shop) -> None:
    days(shop, 2, 3)
    assert read(shop.tenant_id, "auto-resolve", *on_the(2))[0] == "unknown"


def test_a_match_within_tolerance_counts_as_settled_by_rule(acme: Tenant) -> None:
    shop = Shop(acme.id, recognises=False)
    with tenant(shop.tenant_id):
        set_matcher(
            plane_pair="commerce-provider", amount_tolerance={"BTC": "50"}, actor=SET_UP, at=NOON - timedelta(days=30)
        )
    shop.order()
    shop.receipt("0.00049960", "X1")
    shop.event("InvoiceSettled", minute=3)
    shop.match(minute=4)
    state, found = read(shop.tenant_id, "auto-resolve")
    assert (found.value, found.of, [row.name for row in found.rows]) == (1, 1, ["p-o1"])
    assert (state, found.said) == ("in", "too few days with differences to tell a rise")
