"""A day that was compared with its bank before a rule posted on it is compared again."""

from datetime import date, timedelta

import pytest

from ledger.actors import Actor
from ledger.models import Account, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.models import BankAccount
from reconciliation.bank.open_bank_account import CalendarInput, open_bank_account
from reconciliation.drift.models import DriftCheck
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.outbox_models import OutboxItem
from tests.people import SET_UP
from tests.reconciliation.planes.shop import NOON, Shop

pytestmark = pytest.mark.django_db(transaction=True)
CHECKER = Actor("job", "reconcile", frozenset({"job"}))
DAY = date(2026, 3, 20)


def with_bank(shop: Shop) -> BankAccount:
    with tenant(shop.tenant_id):
        set_matcher(actor=SET_UP, at=NOON)
        return open_bank_account(
            code="wallet", name="Wallet", partner="Example custodian", number="0001",
            ledger_account=Account.objects.get(code="btc"), opened_on=date(2026, 3, 1),
            calendar=CalendarInput(), actor=SET_UP, at=NOON,
        )  # fmt: skip


def asked(shop: Shop) -> list[tuple[str, str]]:
    with tenant(shop.tenant_id):
        found = OutboxItem.objects.filter(kind="reconcile").order_by("id").values_list("payload", flat=True)
        return [(p["from"], p["until"]) for p in found]


def test_a_day_that_was_judged_before_the_rule_posted_is_judged_again(acme: Tenant) -> None:
    shop = Shop(acme.id)
    bank = with_bank(shop)
    shop.order()
    shop.receipt("0.0005", "X1", minute=1)
    with tenant(acme.id):
        reconcile_account(bank, DAY, DAY + timedelta(days=1), actor=CHECKER, at=NOON + timedelta(minutes=2))
        assert DriftCheck.objects.get(day=DAY).bank_account_id == bank.id
    shop.event("InvoiceSettled", minute=30)
    shop.match(minute=31)
    assert next(use for use, *_ in shop.posted()) == "deposit"
    assert asked(shop) == [("2026-03-20", "2026-03-21")]
    shop.match(minute=32)
    assert len(asked(shop)) == 1, "nothing new was posted"


def test_a_day_that_nobody_judged_yet_is_left_to_its_own_check(acme: Tenant) -> None:
    shop = Shop(acme.id)
    with_bank(shop)
    shop.order()
    shop.receipt("0.0005", "X1", minute=1)
    shop.event("InvoiceSettled", minute=30)
    shop.match(minute=31)
    assert next(use for use, *_ in shop.posted()) == "deposit"
    assert asked(shop) == []
