"""What the demo plants beside its differences: a forged delivery, macros in two languages, references of merchants."""

from datetime import UTC, date, datetime, timedelta

import pytest

from console.demo.macros import MACROS, make_macros
from console.demo.plan import make_plan
from console.demo.shop import WALLET
from console.demo.shop_load import Shop
from console.demo.tenant import make_accounts
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.lookup.keys import sought
from reconciliation.lookup.macro_versions import macros
from reconciliation.provider.models import Event, Quarantined

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_one_webhook_is_held_for_its_signature_and_nothing_of_it_counts(acme: Tenant) -> None:
    plan = make_plan(1, TODAY)
    (forged,) = [e for e in plan.events if e.forged]
    plan.orders, plan.events = [], [forged]
    with tenant(acme.id):
        make_accounts(TODAY - timedelta(days=42), NOW - timedelta(days=45), NOW)
        Shop(plan, NOW).day(forged.at.date(), NOW)
        held = Quarantined.objects.select_related("endpoint", "delivery").get()
        assert (held.endpoint.name, held.reason, held.state) == (WALLET, "signature-mismatch", "held")
        assert b"inv_pay_forged" in bytes(held.delivery.body)
        assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_macro_stands_in_each_of_two_languages(acme: Tenant) -> None:
    with tenant(acme.id):
        make_macros(NOW)
        assert {(m.name, m.language) for m in macros()} == {(name, language) for name, language, _ in MACROS}
    assert {language for _, language, _ in MACROS} == {"en", "fr"}


def test_some_orders_carry_a_reference_of_the_merchant() -> None:
    plan = make_plan(1, TODAY)
    named = [o.reference for o in plan.orders if o.reference.startswith("INV-") and o.reference != "INV-BATCH"]
    assert 0.2 * len(plan.orders) < len(named) < 0.5 * len(plan.orders)  # not money
    assert len(set(named)) == len(named)
    assert sought(named[0], TODAY) is not None
