"""What a rule would post and a person has to look at: never more in sum than is missing, and asked again when it lapsed."""

from datetime import timedelta

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.errors import NotPermitted
from reconciliation.planes.set_recognition import set_recognition
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from reconciliation.provider.add_key import add_key
from tests.checkpoints import Document
from tests.people import UserMaker, acting
from tests.reconciliation.planes.shop import NOON, Shop
from tests.reconciliation.postings.test_held import Held


def looked_at(use_case: str) -> Document:
    return {
        "moves": ["posting.post"], "when": {"use_case": [use_case], "door": ["rule"]}, "outcome": "approval",
        "approval": {"roles": ["controller"], "quorum": 1}, "reason": "Somebody looks at what a rule posts.",
    }  # fmt: skip


@pytest.fixture
def held(acme: Tenant, user_of: UserMaker) -> Held:
    held = Held(Shop(acme.id, recognises=False), user_of, looked_at("recognise"))
    rule(held)
    return held


def rule(held: Held, minute: int = 0) -> None:
    with tenant(held.tenant_id):
        set_recognition(
            endpoint_id=held.shop.endpoint.id, asset="BTC", hold="btc", unapplied="unap", receivable="ar_b", actor=held.tara,
            at=NOON + timedelta(minutes=minute),
        )  # fmt: skip


def waiting(held: Held, use_case: str = "recognise") -> list[Made]:
    with tenant(held.tenant_id):
        rows = ApprovalRequest.objects.filter(kind="posting.post", state="open", payload__use_case=use_case).order_by(
            "id"
        )
        return [Made(r.id, r.number, "open", False, 1, (), "", NOON, bytes(r.payload_sha256).hex()) for r in rows]


def recognised(held: Held) -> list[int]:
    return [amount for use_case, amount, *_ in held.shop.posted() if use_case == "recognise"]


def paid(held: Held, ref: str, minor: int, minute: int) -> None:
    held.shop.order(ref, minor, payment_id="p-o1")
    held.shop.receipt(f"0.{minor:08d}", f"tx-{ref}", ref=ref, invoice=f"inv_{ref}", minute=minute)
    held.shop.event("InvoiceSettled", f"inv_{ref}", ref, minute=minute + 1)


def test_two_that_wait_for_one_payment_are_not_both_recognised(held: Held) -> None:
    paid(held, "o1", 50_000, 1)
    held.shop.match(minute=4)
    assert len(waiting(held)) == 1
    paid(held, "o2", 30_000, 5)
    held.shop.match(minute=8)
    for made in waiting(held):
        held.decide(made, held.controllers[0], at=NOON + timedelta(minutes=9))
    held.shop.match(minute=10)
    for made in waiting(held):
        held.decide(made, held.controllers[0], at=NOON + timedelta(minutes=11))
    assert sum(recognised(held)) == 80_000
    held.shop.match(minute=12)
    assert waiting(held) == []


def test_the_rule_that_follows_asks_for_what_lapsed_under_the_one_before(held: Held) -> None:
    paid(held, "o1", 50_000, 1)
    held.shop.match(minute=4)
    (first,) = waiting(held)
    rule(held, minute=5)
    held.shop.match(minute=6)
    assert [made.id for made in waiting(held)] == [first.id], "it waits in the other form still"
    day = 24 * 60
    held.shop.match(minute=day + 10)
    (anew,) = waiting(held)
    assert anew.id != first.id
    assert held.decide(anew, held.controllers[0], at=NOON + timedelta(minutes=day + 11)).state == "executed"
    assert recognised(held) == [50_000]


def test_a_deposit_posted_by_hand_meanwhile_is_not_made_twice(held: Held) -> None:
    held.force(looked_at("deposit"))
    paid(held, "o1", 50_000, 1)
    held.shop.match(minute=4)
    (deposit,) = waiting(held, "deposit")
    by_hand = PostingRequest(
        key="mine", use_case="deposit", effective_on=NOON.date(), payment_id="p-o1",
        entries=[RequestedEntry("btc", "DEBIT", 50_000), RequestedEntry("unap", "CREDIT", 50_000)],
    )  # fmt: skip
    with tenant(held.tenant_id):
        post_transactions([by_hand], actor=held.sender, at=NOON, day_of=settlement_day)
    done = held.decide(deposit, held.controllers[0], at=NOON + timedelta(minutes=5))
    assert (done.state, [c.fact for c in done.changed]) == ("stale", ["still_missing"])
    assert [use_case for use_case, *_ in held.shop.posted()].count("deposit") == 1


def test_deposits_of_two_receipts_are_both_made(held: Held) -> None:
    held.force(looked_at("deposit"))
    held.shop.order("o1", 50_000)
    for n, minor in enumerate((30_000, 20_000)):
        held.shop.receipt(f"0.{minor:08d}", f"tx{n}", minute=1 + n)
    held.shop.event("InvoiceSettled", minute=3)
    held.shop.match(minute=4)
    deposits = waiting(held, "deposit")
    assert len(deposits) == 2
    for made in deposits:
        assert held.decide(made, held.controllers[0], at=NOON + timedelta(minutes=5)).state == "executed"


def test_whoever_could_forge_what_a_rule_rests_on_approves_none_of_it(held: Held, user_of: UserMaker) -> None:
    keeper = acting(user_of("Key Keeper", "policy_admin", "controller"), held.tenant_id)
    with tenant(held.tenant_id):
        add_key(endpoint_id=held.shop.endpoint.id, secret="known to one alone", actor=keeper, at=NOON)
    paid(held, "o1", 50_000, 1)
    held.shop.match(minute=4)
    (made,) = waiting(held)
    at = NOON + timedelta(minutes=5)
    with pytest.raises(NotPermitted, match="stands behind what asks for it"):
        held.decide(made, keeper, at=at)
    assert held.decide(made, held.controllers[0], at=at).state == "executed"
