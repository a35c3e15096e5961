"""Postings and rules under checkpoints that read the other planes: held where they forbid, decided class by class, asked again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.actors import Actor
from ledger.errors import Unbalanced, UnknownAccount
from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.step_up import StepUp
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.cases.models import ExceptionCase
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.corrections.request_reversal import request_reversal
from reconciliation.errors import ForbiddenByPolicy, NeedsApproval
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.policies.request_activation import request_retirement
from reconciliation.postings.one_round_trip import can_stand_alone, post_alone
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from tests.checkpoints import Document, checkpoint, put_in_force, two_admins
from tests.people import INTEGRATION, SET_UP, UserMaker, acting
from tests.reconciliation.planes.shop import NOON, Shop

EARLY: Document = {
    "moves": ["posting.post"], "when": {"use_case": ["deposit"], "provider_state": ["pending", "paid"]}, "outcome": "forbidden",
    "reason": "A payment is posted only once its provider has confirmed it.",
}  # fmt: skip
DAY = NOON.date()


@pytest.fixture
def admins(user_of: UserMaker, acme: Tenant) -> tuple[Actor, Actor]:
    return two_admins(user_of, acme.id)


def force(shop: Shop, admins: tuple[Actor, Actor], *clauses: Document) -> None:
    put_in_force(shop.tenant_id, checkpoint(*clauses), maker=admins[0], checker=admins[1], at=NOON)


def deposit(ref: str, key: str = "", amount: int = 50_000) -> PostingRequest:
    entries = [RequestedEntry("btc", "DEBIT", amount), RequestedEntry("unap", "CREDIT", amount)]
    return PostingRequest(
        key=key or f"k {ref}", use_case="deposit", entries=entries, effective_on=DAY, payment_id=f"p-{ref}"
    )


def post(shop: Shop, *requests: PostingRequest) -> None:
    with tenant(shop.tenant_id):
        post_transactions(list(requests), actor=INTEGRATION, at=NOON, day_of=settlement_day)


def booked(shop: Shop) -> set[str]:
    with tenant(shop.tenant_id):
        return set(LedgerTransaction.objects.values_list("idempotency_key", flat=True))


@pytest.fixture
def shop(acme: Tenant) -> Shop:
    """Order o1 is confirmed at its provider, o2 only detected; nothing is recognised by rule."""
    shop = Shop(acme.id, recognises=False)
    for ref in ("o1", "o2"):
        shop.order(ref)
        shop.receipt("0.0005", f"tx-{ref}", invoice=f"inv_{ref}", ref=ref)
        shop.event("InvoiceProcessing", f"inv_{ref}", ref, minute=2)
    shop.event("InvoiceSettled", "inv_o1", "o1", minute=3)
    shop.match(minute=4)
    return shop


def test_a_posting_waits_for_its_provider_alone_and_in_a_batch(shop: Shop, admins: tuple[Actor, Actor]) -> None:
    force(shop, admins, EARLY)
    post(shop, deposit("o1"))
    for batch in ([deposit("o2")], [deposit("o1", "again"), deposit("o2")]):
        with pytest.raises(ForbiddenByPolicy, match="only once its provider has confirmed it"):
            post(shop, *batch)
    assert booked(shop) == {"k o1"}, "a batch is refused whole"
    shop.event("InvoiceSettled", "inv_o2", "o2", minute=5)
    post(shop, deposit("o2"))
    assert booked(shop) == {"k o1", "k o2"}


def test_the_hot_path_is_left_where_a_clause_reads_more_than_a_posting_says(
    shop: Shop, admins: tuple[Actor, Actor]
) -> None:
    post(shop, deposit("o1", "first"))
    assert can_stand_alone(shop.tenant_id, [deposit("o2")], INTEGRATION)
    force(shop, admins, EARLY)
    assert post_alone(shop.tenant_id, deposit("o2"), actor=INTEGRATION, at=NOON) is None
    assert not can_stand_alone(shop.tenant_id, [deposit("o2")], INTEGRATION)
    loan = replace(deposit("o2", "plan"), status="PENDING")
    assert post_alone(shop.tenant_id, loan, actor=INTEGRATION, at=NOON) is not None, "no clause reads more about a plan"
    assert booked(shop) == {"first", "plan"}


def test_postings_that_no_clause_tells_apart_share_a_decision(shop: Shop, admins: tuple[Actor, Actor]) -> None:
    with tenant(shop.tenant_id):
        before = CheckpointDecision.objects.count()
    post(shop, deposit("o1", "a", 10), deposit("o2", "b", 20), replace(deposit("o1", "c", 30), use_case="other"))
    with tenant(shop.tenant_id):
        made = list(CheckpointDecision.objects.order_by("id")[before:])
        kept = {t.idempotency_key: t.decision_id for t in LedgerTransaction.objects.all()}
    assert sorted((d.inputs["use_case"], d.subject_count) for d in made) == [("deposit", 2), ("other", 1)]
    assert kept["a"] == kept["b"] != kept["c"]
    big = EARLY | {"when": {}, "amounts": {"BTC": {"from": "25"}}, "reason": "Nothing big today."}
    force(shop, admins, big)
    with pytest.raises(ForbiddenByPolicy, match="Nothing big today"):
        post(shop, deposit("o1", "d", 24), deposit("o1", "e", 25))
    post(shop, deposit("o1", "d", 24), deposit("o1", "f", 23))


def test_what_a_rule_would_post_is_held_recorded_and_asked_again(acme: Tenant, admins: tuple[Actor, Actor]) -> None:
    shop = Shop(acme.id)
    hold = EARLY | {"when": {"use_case": ["recognise"]}, "reason": "Nothing is recognised by rule today."}
    force(shop, admins, hold)
    shop.order("o1")
    shop.receipt("0.0005", "tx1", ref="o1")
    shop.event("InvoiceSettled", "inv_1", "o1", minute=3)
    shop.match(minute=4)
    assert [use_case for use_case, *_ in shop.posted()] == ["deposit"]
    with tenant(acme.id):
        held = CheckpointDecision.objects.filter(outcome="forbidden", move="posting.post")
        assert {d.inputs["use_case"] for d in held} == {"recognise"}
        made = request_retirement(
            key="trial-checkpoint", note="over", idempotency_key="r1", actor=admins[0], at=NOON + timedelta(minutes=5)
        )
    _approve(acme.id, made, admins[1])
    shop.match(minute=6)
    assert [use_case for use_case, *_ in shop.posted()] == ["deposit", "recognise"]


def test_a_rule_may_wait_for_its_matchers(shop: Shop, admins: tuple[Actor, Actor]) -> None:
    waits = {
        "moves": ["posting.post"], "when": {"use_case": ["deposit"]}, "outcome": "automatic", "reason": "Matched is matched.",
        "matchers": {"pairs": ["commerce-provider"], "otherwise": "hold"},
    }  # fmt: skip
    force(shop, admins, waits)
    post(shop, deposit("o1"))
    with pytest.raises(ForbiddenByPolicy, match="It waits until commerce ↔ provider has matched"):
        post(shop, deposit("o2"))


def test_a_matcher_resolves_nothing_where_policy_keeps_it_for_people(acme: Tenant, admins: tuple[Actor, Actor]) -> None:
    shop = Shop(acme.id)
    with tenant(acme.id):
        set_matcher(
            plane_pair="commerce-provider", underpaid_up_to={"BTC": "2000"}, actor=SET_UP, at=NOON.replace(hour=1)
        )
    people = {
        "moves": ["case.resolve_by_rule"], "when": {"exception_class": ["amount_mismatch"]}, "outcome": "forbidden",
        "reason": "People look at every amount.",
    }  # fmt: skip
    force(shop, admins, people)
    shop.order("o1")
    shop.receipt("0.00049", "tx1", ref="o1")
    shop.event("InvoiceSettled", "inv_1", "o1", minute=3)
    shop.match(minute=4)
    with tenant(acme.id):
        case = ExceptionCase.objects.get(plane_pair="commerce-provider")
        assert (case.state, case.resolution) == ("open", "")
        assert CheckpointDecision.objects.filter(move="case.resolve_by_rule", outcome="forbidden").exists()


def _approve(tenant_id: int, made: Made, by: Actor) -> None:
    at = NOON + timedelta(minutes=5)
    with tenant(tenant_id):
        proof = StepUp(at, made.id, made.payload_sha256)
        done = decide_request(request_id=made.id, verdict="approve", reason="", step_up=proof, actor=by, at=at)
    assert done.state == "executed"


def test_what_another_plane_says_by_now_makes_a_request_stale(
    shop: Shop, admins: tuple[Actor, Actor], user_of: UserMaker
) -> None:
    post(shop, deposit("o2"))
    asks_two = {
        "moves": ["correction.reverse"], "when": {"provider_state": ["confirmed"]}, "outcome": "approval",
        "approval": {"roles": ["controller"], "quorum": 2}, "reason": "What is confirmed is reversed by two.",
    }  # fmt: skip
    force(shop, admins, asks_two)
    analyst, controller = (acting(user_of(f"The {r}", r), shop.tenant_id) for r in ("analyst", "controller"))
    with tenant(shop.tenant_id):
        public_id = LedgerTransaction.objects.get(idempotency_key="k o2").public_id
        made = request_reversal(
            transaction=str(public_id),
            reason_code="POSTED_IN_ERROR",
            note="too early",
            idempotency_key="c1",
            actor=analyst,
            at=NOON,
        )
    shop.event("InvoiceSettled", "inv_o2", "o2", minute=5)
    at = NOON + timedelta(minutes=6)
    with tenant(shop.tenant_id):
        proof = StepUp(at, made.id, made.payload_sha256)
        done = decide_request(request_id=made.id, verdict="approve", reason="", step_up=proof, actor=controller, at=at)
    assert (done.state, [c.fact for c in done.changed]) == ("stale", ["policy"])


def test_what_came_as_no_request_waits_for_nobody_and_a_batch_is_refused_whole(
    shop: Shop, admins: tuple[Actor, Actor]
) -> None:
    two = {
        "moves": ["posting.post"], "when": {"use_case": ["deposit"]}, "outcome": "approval",
        "approval": {"roles": ["controller"], "quorum": 2}, "reason": "Two people look at a deposit.",
    }  # fmt: skip
    post(shop, deposit("o1", "before"))
    force(shop, admins, two)
    with pytest.raises(NeedsApproval, match=r"look at a deposit\. Nothing was written: it needs an approval"):
        post(shop, deposit("o1"))
    with pytest.raises(NeedsApproval, match=r"k o1: .*Sent by itself, through a token, it waits for one"):
        post(shop, deposit("o1"), deposit("o2"))
    with pytest.raises(NeedsApproval):
        post_alone(shop.tenant_id, deposit("o1"), actor=INTEGRATION, at=NOON)
    assert booked(shop) == {"before"}


def test_a_batch_that_the_book_refuses_names_the_posting(shop: Shop) -> None:
    wrong = deposit("o2")
    lost = replace(wrong, entries=[replace(e, account="nowhere") for e in wrong.entries])
    with pytest.raises(UnknownAccount, match=r"^k o2: no account has the code 'nowhere'"):
        post(shop, deposit("o1"), lost)
    short = replace(wrong, entries=[wrong.entries[0], replace(wrong.entries[1], amount_minor=49_999)])
    with pytest.raises(Unbalanced, match=r"^k o2: "):
        post(shop, deposit("o1"), short)
    assert booked(shop) == set()
