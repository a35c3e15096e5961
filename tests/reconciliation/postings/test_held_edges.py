"""Held postings at their edges: what a sender may write into one, keys that come again in another shape, and rivals."""

from datetime import timedelta
from typing import Any

import pytest

from ledger.errors import KeyReusedForAnotherPayload
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.request_access import request_access
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.errors import ChangedSinceAsked, NotPermitted, RequestNotOpen
from reconciliation.postings import held as held_posting
from reconciliation.postings.post_transactions import post_transactions
from tests.checkpoints import Document
from tests.reconciliation.planes.shop import NOON
from tests.reconciliation.postings.test_held import LARGE, Held, held, payout, shop

__all__ = ["held", "shop"]
PLANS: Document = {**LARGE, "moves": ["posting.post", "posting.plan", "posting.repost"]}


def deep(levels: int) -> dict[str, Any]:
    found: Any = "x"
    for _ in range(levels):
        found = [found]
    return {"a": found}


@pytest.mark.parametrize(
    "metadata",
    [
        {"account_id": "A-17"},
        {"account_id": {"of": "the customer"}},
        {"payer": {"account_id": ["x", None]}},
        {"rate": 1.5, "whole": 100.0, "large": 1e30},
        {"about_person": 1, "entries": [], "case_id": 7, "kind": "x", "key": "y"},
        deep(20),
        deep(600),
        {"text": "\u202e ü  \t x"},
    ],
    ids=["account", "account as an object", "account within", "floats", "our own names", "deep", "deeper", "text"],
)
def test_whatever_its_metadata_say_it_is_held_and_posted_as_sent(held: Held, metadata: dict[str, Any]) -> None:
    sent = payout(metadata=metadata)
    made = held.ask(sent)
    with tenant(held.tenant_id):
        assert len(who_could_decide(made.id, at=NOON)) == 2
    for controller in held.controllers:
        done = held.decide(made, controller)
    assert done.state == "executed"
    with tenant(held.tenant_id):
        posted = LedgerTransaction.objects.get(id=done.transaction_ids[0])
        direct = post_transactions(
            [payout("direct", 999, metadata=metadata)], actor=held.sender, at=NOON, day_of=settlement_day
        )
        assert posted.metadata == LedgerTransaction.objects.get(id=direct[0].id).metadata


def test_a_key_stands_for_one_request_whatever_it_is_sent_as(held: Held) -> None:
    held.force(PLANS)
    held.ask(payout())
    with pytest.raises(KeyReusedForAnotherPayload):
        held.ask(payout(status="PENDING"))


def test_a_no_stands_for_the_key_whatever_it_is_sent_as(held: Held) -> None:
    held.force(PLANS)
    made = held.ask(payout())
    held.decide(made, held.controllers[0], "reject")
    with pytest.raises((KeyReusedForAnotherPayload, RequestNotOpen)):
        held.ask(payout(status="PENDING"))


def test_what_ended_without_a_no_is_asked_anew_in_other_words_too(held: Held) -> None:
    held.ask(payout())
    later = NOON + timedelta(hours=25)
    assert held.ask(payout(amount=5001), at=later).created


def test_it_never_says_that_it_wrote_what_somebody_else_posted(held: Held) -> None:
    made = held.ask(payout())
    held.decide(made, held.controllers[0])
    with tenant(held.tenant_id):
        request = ApprovalRequest.objects.get(id=made.id)
        small = {**LARGE, "amounts": {"BTC": {"from": "1000000"}}}
    held.force(small)
    with tenant(held.tenant_id):
        post_transactions([payout()], actor=held.sender, at=NOON, day_of=settlement_day)
        with pytest.raises(ChangedSinceAsked):
            held_posting.effect(
                request.payload, decision_id=request.decision_id, policy_version="x", actor=held.controllers[0], at=NOON
            )


def test_several_assets_and_a_key_of_many_characters(held: Held) -> None:
    key = "ü " * 99 + "k!"
    made = held.ask(payout(key, payment_id=None, amount=10**20))
    for controller in held.controllers:
        done = held.decide(made, controller)
    assert (done.state, held.book()) == ("executed", [key])


def test_nobody_makes_a_token_that_another_answers_for(held: Held) -> None:
    with pytest.raises(NotPermitted):
        held.token("theirs", held.tara, answered_by=held.controllers[0].id)
    assert held.token("mine", held.tara, answered_by=held.tara.id)


def test_on_a_restricted_account_only_those_with_the_right_approve_it(held: Held) -> None:
    first, second = held.controllers
    held.force({**LARGE, "approval": {"roles": ["controller"], "quorum": 1}})
    waits = held.ask(payout("before", metadata={"account_id": 0}))
    for n, (change, email) in enumerate((("restrict", ""), ("give", first.id))):
        with tenant(held.tenant_id):
            made = request_access(
                change=change, on="account", name="btc", email=email, note="only some", idempotency_key=f"a{n}",
                actor=held.admins[0], at=NOON,
            )  # fmt: skip
        held.decide(made, second)
    for made in (waits, held.ask(payout("after"))):
        with pytest.raises(NotPermitted, match="no right on account btc"):
            held.decide(made, second)
        assert held.decide(made, first).state == "executed"
