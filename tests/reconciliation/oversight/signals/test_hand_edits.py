"""States edited by hand: what a person moved, and what somebody marked at the provider. Rules and webhooks are quiet."""

from datetime import timedelta

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.commerce.by_hand import ByHand
from reconciliation.commerce.move_order import move_order
from reconciliation.planes.set_fulfilment import set_fulfilment
from tests.people import SET_UP
from tests.reconciliation.oversight.signals.counting import DAY, MIDNIGHT, read, told
from tests.reconciliation.planes.shop import NOON, Shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(acme: Tenant) -> Shop:
    return Shop(acme.id)


def by_hand(shop: Shop, actor: Actor, *, minute: int, ref: str = "o1") -> None:
    with tenant(shop.tenant_id):
        said = ByHand(ref, "open", "fulfilled", "GOODS_SENT_BY_SUPPORT", "SUP-17", f"k{minute}", "")
        move_order(said, actor=actor, at=NOON + timedelta(minutes=minute))


def test_goods_sent_on_detection_by_a_person_are_counted_and_named(shop: Shop, checker: Actor) -> None:
    shop.order()
    shop.receipt("0.0005", "X1")
    shop.event("InvoiceProcessing", minute=2)
    by_hand(shop, checker, minute=5)
    state, found = read(shop.tenant_id, "hand-edits")
    assert (state, found.value, found.counted) == ("out", 1, 1)
    (row,) = found.rows
    assert (row.what, row.name, row.at) == ("order", "o1", NOON + timedelta(minutes=5))
    assert row.words.endswith("SUP-17, before the provider confirmed")


def test_after_confirmed_it_is_still_by_hand_and_not_early(shop: Shop, checker: Actor) -> None:
    shop.order()
    shop.receipt("0.0005", "X1")
    shop.event("InvoiceSettled", minute=2)
    by_hand(shop, checker, minute=5)
    state, found = read(shop.tenant_id, "hand-edits")
    assert state == "out"
    assert found.rows[0].words.endswith("SUP-17")


def test_what_a_rule_fulfils_is_quiet(shop: Shop) -> None:
    with tenant(shop.tenant_id):
        set_fulfilment(rail="", asset="", fulfil_on="paid", actor=SET_UP, at=NOON)
    shop.order()
    shop.receipt("0.0005", "X1")
    shop.event("InvoiceProcessing", minute=2)
    assert shop.match(minute=3).fulfilled == 1
    assert told(shop.tenant_id, "hand-edits") == ("in", 0, [])


def test_a_payment_marked_by_hand_at_the_provider_is_counted_once(shop: Shop) -> None:
    shop.order()
    shop.event("InvoiceSettled", minute=2, manuallyMarked=True)
    shop.event("InvoiceInvalid", minute=3, manuallyMarked=True)
    assert told(shop.tenant_id, "hand-edits") == ("out", 1, ["inv_1"])


def test_a_day_on_which_nothing_moved_says_nothing_and_the_day_after_counts_nothing(shop: Shop, checker: Actor) -> None:
    assert told(shop.tenant_id, "hand-edits")[0] == "unknown"
    shop.order()
    by_hand(shop, checker, minute=5)
    after = MIDNIGHT + timedelta(days=1)
    assert told(shop.tenant_id, "hand-edits", DAY + timedelta(days=1), after)[:2] == ("unknown", None)


def test_a_past_day_gives_the_same_answer_later(shop: Shop, checker: Actor) -> None:
    shop.order()
    shop.order("o2")
    by_hand(shop, checker, minute=5)
    before = read(shop.tenant_id, "hand-edits")
    by_hand(shop, checker, minute=24 * 60 + 5, ref="o2")
    assert read(shop.tenant_id, "hand-edits") == before
    early = read(shop.tenant_id, "hand-edits", at=NOON + timedelta(minutes=5))
    assert early[0] == "unknown", "as of an instant before it, it had not happened"


def test_another_tenants_moves_are_not_counted(shop: Shop, rival: Tenant, checker: Actor) -> None:
    shop.order()
    by_hand(shop, checker, minute=5)
    assert told(rival.id, "hand-edits")[0] == "unknown"
