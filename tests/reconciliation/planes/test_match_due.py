"""The clock's runs across the planes."""

from datetime import timedelta

import pytest

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.matching.models import PlaneRun
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.planes.match_due import match_due
from tests.people import SET_UP
from tests.reconciliation.planes.shop import NOON, Shop

pytestmark = pytest.mark.django_db


def minute(shop: Shop, n: int) -> bool:
    with tenant(shop.tenant_id):
        return match_due(at=NOON + timedelta(minutes=n)) is not None


def test_nothing_to_look_at_is_no_run(acme: Tenant) -> None:
    with tenant(acme.id):
        assert match_due(at=NOON) is None
        assert not PlaneRun.objects.exists()


def test_a_change_is_seen_within_the_minute_and_silence_makes_no_runs(acme: Tenant) -> None:
    shop = Shop(acme.id)
    shop.order()
    assert minute(shop, 1)
    assert not minute(shop, 2)
    shop.receipt("0.0005", "X1", minute=3)
    shop.event("InvoiceSettled", minute=3)
    assert minute(shop, 4)
    assert len(shop.posted()) == 2
    assert minute(shop, 5)  # what was posted is matched
    with tenant(acme.id):
        assert AuditEntry.objects.filter(action="planes.matched").count() == 3


def test_what_comes_due_without_any_change_becomes_a_case(acme: Tenant) -> None:
    shop = Shop(acme.id)
    shop.order()  # due in an hour
    assert minute(shop, 1)
    assert shop.cases() == []
    assert minute(shop, 61)
    assert shop.cases() == [("commerce-provider", "missing_counterpart", -50_000, "p-o1")]


def test_a_second_clock_runs_nothing_twice(acme: Tenant) -> None:
    shop = Shop(acme.id)
    shop.order()
    assert minute(shop, 1)
    with tenant(acme.id):
        again = match_due(at=NOON + timedelta(minutes=1, seconds=30))
        assert again is None or again.repeated
        assert PlaneRun.objects.count() == 1


def waiting(shop: Shop, hours: int, minute: int = 0) -> None:
    """Terms that let a payment wait so long for its confirmation."""
    with tenant(shop.tenant_id):
        at = NOON + timedelta(minutes=minute)
        set_matcher(plane_pair="commerce-provider", service_hours={"confirm": hours}, actor=SET_UP, at=at)


def test_what_may_wait_longer_than_a_run_looks_back_is_seen_when_it_comes_due(acme: Tenant) -> None:
    shop = Shop(acme.id)
    waiting(shop, 120)
    shop.order()
    shop.receipt("0.0005", "X1", minute=1)
    shop.event("InvoiceProcessing", minute=1)
    assert minute(shop, 2)
    for hours in range(24, 120, 24):
        assert minute(shop, hours * 60)
    assert shop.cases() == []
    assert minute(shop, 120 * 60 + 20)
    assert [case[1] for case in shop.cases()] == ["timing_skew"]


def test_terms_that_became_shorter_are_held_against_all_that_waits(acme: Tenant) -> None:
    shop = Shop(acme.id)
    waiting(shop, 240)
    shop.order()
    shop.receipt("0.0005", "X1", minute=1)
    shop.event("InvoiceProcessing", minute=1)
    assert minute(shop, 2)
    assert minute(shop, 150 * 60)
    assert shop.cases() == []
    waiting(shop, 12, minute=150 * 60 + 1)
    assert minute(shop, 150 * 60 + 15)
    assert [case[1] for case in shop.cases()] == ["timing_skew"]
