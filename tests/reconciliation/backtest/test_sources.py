"""Every kind of move is replayed once, from where it stands, and judged by what followed it."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.backtest.run_backtest import run_backtest
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.resolve_case import resolve_case
from reconciliation.commerce.by_hand import ByHand
from reconciliation.commerce.move_order import move_order
from reconciliation.planes.set_fulfilment import set_fulfilment
from reconciliation.postings.confirm_transaction import confirm_transaction
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from tests.checkpoints import checkpoint, shipped
from tests.people import INTEGRATION, SET_UP
from tests.reconciliation.backtest.past import EARLY, Past
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.planes.shop import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def past(acme: Tenant) -> Past:
    return Past(acme.id)


def never(move: str, **clause: Any) -> dict[str, Any]:
    return checkpoint({"moves": [move], "outcome": "forbidden", "reason": "This is not done."} | clause)


def listed(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (f["move"], f["label"], f["payment_id"], f["order_ref"], f["turned"], [m["minor"] for m in f["money"]])
        for f in found["largest"]
    ]


def test_a_planned_posting_that_was_confirmed_is_two_moves(past: Past) -> None:
    entries = [RequestedEntry("btc", "DEBIT", 700), RequestedEntry("unap", "CREDIT", 700)]
    asked = PostingRequest(
        key="k", use_case="payout", status="PENDING", effective_on=date(2026, 3, 20), entries=entries, payment_id="p1"
    )
    with tenant(past.tenant_id):
        post_transactions([asked], actor=INTEGRATION, at=NOON, day_of=settlement_day)
        planned, later = LedgerTransaction.objects.get(), NOON + timedelta(hours=1)
        confirm_transaction(planned, effective_on=None, actor=INTEGRATION, at=later, day_of=settlement_day)
    small = {"BTC": {"from": "700"}}
    for move in ("posting.plan", "posting.confirm"):
        found = past.backtest(never(move, when={"use_case": ["payout"], "asset": ["BTC"]}, amounts=small))
        assert (found["replayed"], found["otherwise"]) == (1, 0)
        assert listed(found) == [(move, "payout", "p1", "", "right", ["700"])]
        assert past.backtest(never(move, amounts={"BTC": {"from": "701"}}))["flips"] == 0


def test_orders_moved_by_hand_and_by_rule_name_the_order(past: Past, checker: Actor) -> None:
    for ref in ("o1", "o2"):
        past.order(ref)
    with tenant(past.tenant_id):
        move_order(ByHand("o1", "open", "refunded", "CUSTOMER_REFUNDED_OUTSIDE", "T-1", "k1"), actor=checker, at=NOON)
        set_fulfilment(rail="", asset="", fulfil_on="paid", actor=SET_UP, at=NOON)
    past.receipt("0.0005", "X1", ref="o2", minute=1)
    past.event("InvoiceProcessing", ref="o2", minute=1)
    past.match(minute=2)
    refunds = never("commerce.move_by_hand", amounts={"BTC": {"from": "50000"}}, when={"to": ["refunded"]})
    by_hand = past.backtest(refunds)
    assert listed(by_hand) == [("commerce.move_by_hand", "commerce.move_by_hand", "p-o1", "o1", "right", ["50000"])]
    by_rule = past.backtest(never("commerce.move", when={"asset": ["BTC"]}))
    assert listed(by_rule) == [("commerce.move", "commerce.move", "p-o2", "o2", "right", ["50000"])]
    assert (by_hand["replayed"], by_rule["replayed"]) == (1, 1)


def test_a_correction_is_work_on_its_drift_and_a_rejected_one_was_never_made(
    acme: Tenant, maker: Actor, checker: Actor
) -> None:
    books = Books(acme.id).play("""
        T1 10 ewa 900 @D1 p1
        T2 11 ewa 400 @D2 p2
    """)
    books.check_day("clr", "10")
    books.check_day("clr", "11")
    later = NOW + timedelta(minutes=10)
    books.approve(books.reverse("T1", maker, at=later), checker, at=later + timedelta(hours=2))
    books.reject(books.reverse("T2", maker, at=later), checker, at=later + timedelta(hours=4))

    def two(document: dict[str, Any]) -> None:
        document["clauses"][0]["approval"]["quorum"] = 2

    until = later + timedelta(days=1)
    with tenant(acme.id):
        found = run_backtest(
            document=shipped("corrections", two), since=NOW - timedelta(days=60), until=until, actor=SET_UP, at=until
        ).result
    assert sorted(listed(found)) == [
        ("correction.reverse", "ewa", "p1", "", "right", ["900"]), ("correction.reverse", "ewa", "p2", "", "not made", ["400"]),
    ]  # fmt: skip
    hindered = found["hindered"]
    assert (hindered["delayed"]["moves"], found["not_made"]["moves"], found["blocked"]["tally"]["moves"]) == (1, 1, 0)
    assert [(e["roles"], e["approvals"]) for e in hindered["extra"]] == [(["controller"], 2)]
    assert (hindered["decided"], hindered["median_seconds"], hindered["longest_seconds"]) == (2, 7200, 14400)


def test_a_case_that_was_a_false_alarm_is_no_drift(past: Past, checker: Actor) -> None:
    past.order()
    past.receipt("0.0005", "X1", minute=1)
    past.post("p-o1", minute=2)
    past.event("InvoiceSettled", minute=9)
    past.match(minute=10)
    assert past.backtest(EARLY)["blocked"]["tally"]["moves"] == 1
    with tenant(past.tenant_id):
        case = ExceptionCase.objects.get(exception_class="illegal_transition")
        resolve_case(
            number=case.number, code="clock_explained", note="their clock", key="k1", actor=checker, at=NOON + timedelta(hours=1)
        )  # fmt: skip
    found = past.backtest(EARLY)
    assert (found["blocked"]["tally"]["moves"], found["hindered"]["stopped"]["moves"]) == (0, 1)


def test_a_case_before_the_window_or_after_it_is_not_of_it(past: Past) -> None:
    past.order()
    past.receipt("0.0005", "X1", minute=1)
    past.post("p-o1", minute=2)
    past.event("InvoiceSettled", minute=9)
    past.match(minute=10)
    found = past.backtest(EARLY, until=NOON + timedelta(minutes=9))
    assert (found["flips"], found["blocked"]["tally"]["moves"], found["plane_cases"]) == (1, 0, 0)
    assert past.backtest(EARLY, since=NOON + timedelta(minutes=3))["replayed"] == 0
