"""Orders are fulfilled by rule, and only by rule or a person: on paid, on confirmed, on recognised, or never."""

from datetime import timedelta
from typing import Any

import pytest

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.commerce.by_hand import ByHand
from reconciliation.commerce.models import Order, OrderMove
from reconciliation.commerce.move_order import move_order
from reconciliation.errors import BadInput, NotPermitted
from reconciliation.planes.match_due import match_due
from reconciliation.planes.set_fulfilment import set_fulfilment
from tests.people import INTEGRATION, SET_UP, acting
from tests.reconciliation.planes.shop import NOON, Shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(acme: Tenant) -> Shop:
    return Shop(acme.id)


def rule(shop: Shop, fulfil_on: str, rail: str = "", asset: str = "", *, minute: int = 0) -> None:
    with tenant(shop.tenant_id):
        at = NOON + timedelta(minutes=minute)
        set_fulfilment(rail=rail, asset=asset, fulfil_on=fulfil_on, actor=SET_UP, at=at)


def states(shop: Shop) -> dict[str, str]:
    with tenant(shop.tenant_id):
        return dict(Order.objects.values_list("order_ref", "state"))


def by_hand(shop: Shop, user_of: Any, seen: str, to: str, code: str, *, minute: int) -> None:
    actor = acting(user_of("Conrad", "controller"), shop.tenant_id)
    with tenant(shop.tenant_id):
        move_order(ByHand("o1", seen, to, code, "T-1", f"k{minute}"), actor=actor, at=NOON + timedelta(minutes=minute))


def test_without_a_rule_nobody_moves_an_order(shop: Shop) -> None:
    shop.order()
    shop.receipt("0.0005", "X1")
    shop.event("InvoiceSettled", minute=3)
    shop.match(minute=4)
    assert states(shop) == {"o1": "open"}


@pytest.mark.parametrize(
    ("on", "before", "after"),
    [
        ("paid", "open", "fulfilled"), ("confirmed", "open", "open"), ("recognised", "open", "open"), ("never", "open", "open"),
    ],
)  # fmt: skip
def test_detection_fulfils_what_may_be_fulfilled_on_paid(shop: Shop, on: str, before: str, after: str) -> None:
    rule(shop, on)
    shop.order()
    shop.match(minute=1)
    assert states(shop) == {"o1": before}
    shop.receipt("0.0005", "X1", minute=2)
    shop.event("InvoiceProcessing", minute=2)
    shop.match(minute=3)
    assert states(shop) == {"o1": after}


def test_confirmed_fulfils_once_under_one_decision_of_its_run_and_rule(shop: Shop) -> None:
    rule(shop, "confirmed", asset="BTC")
    for n in range(3):
        shop.order(f"o{n}")
        shop.receipt("0.0005", f"X{n}", invoice=f"inv_{n}", ref=f"o{n}")
        shop.event("InvoiceSettled", f"inv_{n}", f"o{n}", minute=3)
    done = shop.match(minute=4)
    assert (done.fulfilled, shop.match(minute=5).fulfilled) == (3, 0)
    assert set(states(shop).values()) == {"fulfilled"}
    with tenant(shop.tenant_id):
        (decision,) = CheckpointDecision.objects.filter(move="commerce.move")
        assert (decision.subject_count, decision.inputs["run"]) == (3, f"MR-{done.number}")
        moves = OrderMove.objects.order_by("id")
        assert {(m.source, m.reason_code, m.decision_id) for m in moves} == {
            ("matcher", "FULFILLED_ON_CONFIRMED", decision.id)
        }
        assert moves[0].note.startswith(f"MR-{done.number}, rule ")
        assert AuditEntry.objects.get(action="orders.moved").detail["moves"] == {"open to fulfilled": 3}


def test_less_than_the_whole_fulfils_nothing(shop: Shop) -> None:
    rule(shop, "paid")
    shop.order()
    shop.receipt("0.00049999", "X1")
    shop.event("InvoiceProcessing", minute=2)
    shop.match(minute=3)
    shop.event("InvoiceSettled", minute=4)
    shop.match(minute=5)
    assert states(shop) == {"o1": "open"}


@pytest.mark.parametrize("more", [{"paymentMethodId": "ETH-CHAIN"}, {}])
def test_what_is_in_doubt_fulfils_nothing(shop: Shop, more: dict[str, str]) -> None:
    rule(shop, "paid")
    shop.order()
    said = {"paymentMethodId": "BTC-CHAIN", "payment": {"id": "X1", "value": "0.0005", "status": "Settled"}}
    shop.event("InvoiceReceivedPayment", minute=1, **(said | more))
    shop.event("InvoiceProcessing", minute=1)
    if not more:  # one event id with other contents
        shop.event("InvoiceProcessing", minute=1, afterExpiration=True)
    shop.match(minute=2)
    assert states(shop) == {"o1": "open"}
    assert len(shop.cases()) == 1


def test_more_than_the_whole_does(shop: Shop) -> None:
    rule(shop, "confirmed")
    shop.order()
    shop.receipt("0.0006", "X1")
    shop.event("InvoiceSettled", minute=2)
    shop.match(minute=3)
    assert states(shop) == {"o1": "fulfilled"}


def test_recognised_asks_for_the_posting(acme: Tenant) -> None:
    unposted = Shop(acme.id, recognises=False)
    rule(unposted, "recognised")
    unposted.order()
    unposted.receipt("0.0005", "X1")
    unposted.event("InvoiceSettled", minute=3)
    unposted.match(minute=4)
    assert states(unposted) == {"o1": "open"}


def test_recognised_fulfils_in_the_run_that_posts(shop: Shop) -> None:
    rule(shop, "recognised")
    shop.order()
    shop.receipt("0.0005", "X1")
    shop.event("InvoiceSettled", minute=3)
    assert shop.match(minute=4).fulfilled == 1


def test_the_narrowest_rule_counts_and_the_newest_of_a_kind(shop: Shop) -> None:
    rule(shop, "paid")
    rule(shop, "never", rail="onchain")
    rule(shop, "paid", rail="card", minute=0)
    rule(shop, "confirmed", rail="card", minute=1)
    for n, rail in enumerate(("onchain", "card", "")):
        shop.order(f"o{n}", rail=rail)
        shop.receipt("0.0005", f"X{n}", invoice=f"inv_{n}", ref=f"o{n}", minute=2)
        shop.event("InvoiceProcessing", f"inv_{n}", f"o{n}", minute=2)
    shop.match(minute=3)
    assert states(shop) == {"o0": "open", "o1": "open", "o2": "fulfilled"}


def test_what_a_person_put_back_stays_with_people(shop: Shop, user_of: Any) -> None:
    rule(shop, "confirmed")
    shop.order()
    shop.receipt("0.0005", "X1")
    shop.event("InvoiceSettled", minute=3)
    shop.match(minute=4)
    by_hand(shop, user_of, "fulfilled", "open", "RECORDED_WRONGLY", minute=5)
    shop.match(minute=6)
    assert states(shop) == {"o1": "open"}


def test_fulfilled_by_hand_before_its_rule_is_a_case_until_the_rule_holds(shop: Shop, user_of: Any) -> None:
    rule(shop, "confirmed")
    shop.order(due_at=(NOON + timedelta(days=9)).isoformat())
    shop.match(minute=1)
    by_hand(shop, user_of, "open", "fulfilled", "GOODS_SENT_BY_SUPPORT", minute=2)
    with tenant(shop.tenant_id):
        assert match_due(at=NOON + timedelta(minutes=3)) is not None, "a move by hand is looked at within the minute"
    assert shop.cases() == [("commerce-provider", "timing_skew", 0, "p-o1")]
    with tenant(shop.tenant_id):
        assert ExceptionCase.objects.get().kind == "fulfilled_early"
    shop.receipt("0.0005", "X1", minute=4)
    shop.event("InvoiceSettled", minute=4)
    shop.match(minute=5)
    assert shop.cases() == []
    with tenant(shop.tenant_id):
        assert ExceptionCase.objects.get().state == "resolved"


def test_fulfilled_by_hand_after_its_condition_is_none(shop: Shop, user_of: Any) -> None:
    shop.order()
    shop.receipt("0.0005", "X1")
    shop.event("InvoiceSettled", minute=3)
    shop.match(minute=4)
    by_hand(shop, user_of, "open", "fulfilled", "GOODS_SENT_BY_SUPPORT", minute=5)
    rule(shop, "confirmed", minute=6)
    shop.match(minute=7)
    assert shop.cases() == []


def test_it_refuses_who_and_what(shop: Shop) -> None:
    with tenant(shop.tenant_id):
        with pytest.raises(NotPermitted):
            set_fulfilment(rail="", asset="", fulfil_on="paid", actor=INTEGRATION, at=NOON)
        for wrong in ({"rail": "On Chain"}, {"asset": "XXX"}, {"fulfil_on": "hope"}):
            with pytest.raises(BadInput):
                set_fulfilment(**({"rail": "", "asset": "", "fulfil_on": "paid"} | wrong), actor=SET_UP, at=NOON)
        assert not AuditEntry.objects.filter(action="fulfilment.set").exists()
