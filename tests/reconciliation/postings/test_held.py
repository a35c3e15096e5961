"""Postings that policy lets nobody make alone: frozen as they were sent, made once others have approved them, and by nobody who
answers for their sender."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.book import Posted
from ledger.errors import KeyReusedForAnotherPayload, NotPending, Unbalanced, UnknownAccount
from ledger.models import AuditEntry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalExecution, ApprovalRequest
from reconciliation.approvals.step_up import StepUp
from reconciliation.approvals.withdraw_request import withdraw_request
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.errors import CheckerIsMaker, NeedsApproval, NotPermitted, RequestNotOpen
from reconciliation.outbox_models import OutboxItem
from reconciliation.people.issue_token import issue_token
from reconciliation.people.who import tenant_and_actor_of_token
from reconciliation.planes.set_recognition import set_recognition
from reconciliation.postings.confirm_transaction import confirm_transaction, fail_transaction
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.request_posting import request_posting
from reconciliation.postings.request_settling import request_settling
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from tests.checkpoints import Document, checkpoint, put_in_force, two_admins
from tests.people import INTEGRATION, SET_UP, UserMaker, acting
from tests.reconciliation.planes.shop import NOON, Shop

DAY = NOON.date()
LARGE: Document = {
    "moves": ["posting.post"], "when": {"use_case": ["payout"]}, "amounts": {"BTC": {"from": "1000"}},
    "outcome": "approval", "approval": {"roles": ["controller"], "quorum": 2}, "reason": "Two look at a large payout.",
}  # fmt: skip


class Held:
    """A tenant in which large payouts need two controllers; `sender` is a token that Tara Token made."""

    def __init__(self, shop: Shop, user_of: UserMaker, *clauses: Document) -> None:
        self.shop, self.tenant_id = shop, shop.tenant_id
        self.admins = two_admins(user_of, self.tenant_id)
        self.tara = acting(user_of("Tara Token", "policy_admin", "controller"), self.tenant_id)
        self.controllers = [acting(user_of(f"Controller {n}", "controller"), self.tenant_id) for n in "AB"]
        self.sender = self.token("core", self.tara)
        self.force(*(clauses or (LARGE,)))

    def force(self, *clauses: Document, at: datetime = NOON) -> None:
        maker, checker = self.admins
        put_in_force(self.tenant_id, checkpoint(*clauses), maker=maker, checker=checker, at=at)

    def token(self, name: str, by: Actor, **answers: str) -> Actor:
        with tenant(self.tenant_id):
            secret = issue_token(name=name, actor=by, at=NOON, **answers)
        found = tenant_and_actor_of_token(secret, NOON)
        assert found
        return found[1]

    def ask(self, r: PostingRequest, by: Actor | None = None, at: datetime = NOON) -> Made:
        with tenant(self.tenant_id):
            made = request_posting(r, actor=by or self.sender, at=at, day_of=settlement_day)
        assert isinstance(made, Made)
        return made

    def decide(self, made: Made, by: Actor, verdict: Any = "approve", at: datetime = NOON) -> Decided:
        with tenant(self.tenant_id):
            proof, why = StepUp(at, made.id, made.payload_sha256), "not this one" if verdict == "reject" else ""
            return decide_request(request_id=made.id, verdict=verdict, reason=why, step_up=proof, actor=by, at=at)

    def book(self) -> list[str]:
        with tenant(self.tenant_id):
            return list(LedgerTransaction.objects.order_by("id").values_list("idempotency_key", flat=True))


@pytest.fixture
def shop(acme: Tenant) -> Shop:
    return Shop(acme.id, recognises=False)


@pytest.fixture
def held(shop: Shop, user_of: UserMaker) -> Held:
    return Held(shop, user_of)


def payout(key: str = "p1", amount: int = 5000, **more: Any) -> PostingRequest:
    entries = [RequestedEntry("unap", "DEBIT", amount), RequestedEntry("btc", "CREDIT", amount)]
    given: dict[str, Any] = {"effective_on": DAY, "payment_id": f"pay-{key}", "metadata": {"batch": "7"}} | more
    return PostingRequest(key=key, use_case="payout", entries=entries, **given)


def test_it_is_posted_exactly_as_sent_once_two_others_have_approved(held: Held) -> None:
    with tenant(held.tenant_id), pytest.raises(NeedsApproval, match="Two look at a large payout"):
        post_transactions([payout()], actor=held.sender, at=NOON, day_of=settlement_day)
    made = held.ask(payout(partner_reference="REF 1"))
    assert (made.state, made.quorum, made.roles, made.created) == ("open", 2, ("controller",), True)
    assert held.book() == []
    first, second = held.controllers
    assert held.decide(made, first).state == "open"
    assert held.book() == []
    later = NOON + timedelta(hours=20)
    done = held.decide(made, second, at=later)
    with tenant(held.tenant_id):
        posted = LedgerTransaction.objects.get(id=done.transaction_ids[0])
        request = ApprovalRequest.objects.get(id=made.id)
        assert (posted.idempotency_key, posted.use_case, posted.effective_on) == ("p1", "payout", DAY)
        assert (posted.payment_id, posted.partner_reference, posted.metadata) == ("pay-p1", "REF 1", {"batch": "7"})
        assert posted.decision_id == request.decision_id
        assert CheckpointDecision.objects.get(id=posted.decision_id).outcome == "approval"
        assert (request.made_by_id, request.made_by_label) == (held.tara.person_id, "core, for Tara Token")
        assert (request.title, int(request.amount_minor), request.currency) == ("Post pay-p1, payout", 5000, "BTC")
        trail = AuditEntry.objects.filter(subject=str(request)).order_by("id")
        said = [(a.action, a.actor_kind, a.actor) for a in trail]
    assert said == [
        ("request.made", "token", "core"), ("request.decided", "person", first.id),
        ("request.decided", "person", second.id), ("request.executed", "person", second.id),
    ]  # fmt: skip
    with tenant(held.tenant_id):
        again = request_posting(payout(partner_reference="REF 1"), actor=held.sender, at=later, day_of=settlement_day)
    assert isinstance(again, Posted)
    assert (again.id, again.created) == (posted.id, False)


def test_below_the_band_it_is_posted_at_once(held: Held) -> None:
    with tenant(held.tenant_id):
        (done,) = post_transactions([payout(amount=999)], actor=held.sender, at=NOON, day_of=settlement_day)
    assert done.created


def test_whoever_answers_for_the_token_approves_none_of_it(held: Held, user_of: UserMaker) -> None:
    made = held.ask(payout())
    with pytest.raises(CheckerIsMaker):
        held.decide(made, held.tara)
    twin = user_of("Tara Private", "controller", same_as=_user(held.tara))
    with pytest.raises(CheckerIsMaker):
        held.decide(made, acting(twin, held.tenant_id))
    named = held.token("other", SET_UP, answered_by=held.controllers[0].id)
    mine = held.ask(payout("p2"), by=named)
    with pytest.raises(CheckerIsMaker):
        held.decide(mine, held.controllers[0])
    assert held.book() == []


def _user(actor: Actor) -> Any:
    from reconciliation.people.models import User

    return User.objects.get(email=actor.id)


def test_nobody_asks_for_whom_nobody_answers(held: Held) -> None:
    nameless = held.token("nameless", SET_UP)
    operator = Actor("operator", "shell", frozenset({"integration"}))
    for someone in (nameless, operator, INTEGRATION, Actor("job", "match", frozenset({"job"}))):
        with pytest.raises(NotPermitted):
            held.ask(payout(), by=someone)
    with tenant(held.tenant_id):
        assert not ApprovalRequest.objects.filter(kind="posting.post").exists()


def test_sent_again_it_is_the_same_request_and_another_content_is_refused(held: Held) -> None:
    made = held.ask(payout())
    again = held.ask(payout())
    assert (again.id, again.created) == (made.id, False)
    with pytest.raises(KeyReusedForAnotherPayload):
        held.ask(payout(amount=5001))
    with tenant(held.tenant_id):
        assert ApprovalRequest.objects.filter(kind="posting.post").count() == 1


def test_a_no_stands_for_the_key(held: Held) -> None:
    made = held.ask(payout())
    held.decide(made, held.controllers[0], "reject")
    with pytest.raises(RequestNotOpen, match="rejected by Controller A: not this one"):
        held.ask(payout())
    assert held.book() == []


def test_what_expired_or_was_withdrawn_is_asked_anew(held: Held) -> None:
    made = held.ask(payout())
    later = NOON + timedelta(hours=25)
    anew = held.ask(payout(), at=later)
    assert (anew.id != made.id, anew.created) == (True, True)
    with tenant(held.tenant_id):
        assert ApprovalRequest.objects.get(id=made.id).state == "expired"
        withdraw_request(request_id=anew.id, actor=held.tara, at=later)
    assert held.ask(payout(), at=later).created


def test_what_the_book_would_refuse_is_refused_before_anybody_is_asked(held: Held) -> None:
    short = payout()
    short = replace(short, entries=[short.entries[0], replace(short.entries[1], amount_minor=4999)])
    with pytest.raises(Unbalanced):
        held.ask(short)
    with pytest.raises(UnknownAccount):
        held.ask(replace(payout(), entries=[replace(e, account="nowhere") for e in payout().entries]))
    with tenant(held.tenant_id):
        assert not ApprovalRequest.objects.filter(kind="posting.post").exists()
        assert not CheckpointDecision.objects.filter(policy="preview").exists()


def test_what_its_provider_says_by_now_makes_it_stale(held: Held, shop: Shop) -> None:
    shop.order("o1")
    shop.receipt("0.0005", "tx1", ref="o1")
    shop.match(minute=4)
    made = held.ask(payout(payment_id="p-o1"))
    shop.event("InvoiceSettled", "inv_1", "o1", minute=5)
    done = held.decide(made, held.controllers[0], at=NOON + timedelta(minutes=6))
    assert (done.state, [c.fact for c in done.changed]) == ("stale", ["payment_state"])
    assert held.book() == []


def test_a_key_posted_meanwhile_makes_it_stale(held: Held) -> None:
    made = held.ask(payout())
    held.force({**LARGE, "amounts": {"BTC": {"from": "1000000"}}}, at=NOON + timedelta(minutes=1))
    with tenant(held.tenant_id):
        post_transactions([payout()], actor=held.sender, at=NOON + timedelta(minutes=2), day_of=settlement_day)
    done = held.decide(made, held.controllers[0], at=NOON + timedelta(minutes=3))
    assert done.state == "stale"
    assert held.book() == ["p1"]


def test_without_a_day_it_is_dated_when_it_was_sent(held: Held) -> None:
    undated = payout(effective_on=None)
    made = held.ask(undated)
    late = NOON + timedelta(hours=23)
    held.decide(made, held.controllers[0], at=late)
    done = held.decide(made, held.controllers[1], at=late)
    with tenant(held.tenant_id):
        assert LedgerTransaction.objects.get(id=done.transaction_ids[0]).effective_on == DAY
        again = request_posting(undated, actor=held.sender, at=late, day_of=settlement_day)
    assert isinstance(again, Posted), "its key is known, so nobody is asked again"
    assert not again.created


def test_plans_and_their_ends_wait_too(held: Held) -> None:
    moves = ["posting.plan", "posting.confirm", "posting.fail"]
    one = {"roles": ["controller"], "quorum": 1}
    held.force({"moves": moves, "outcome": "approval", "approval": one, "reason": "One looks at each step."})
    first = held.controllers[0]
    for key, move in (("a", "posting.confirm"), ("b", "posting.fail")):
        planned = held.ask(payout(key, status="PENDING"))
        held.decide(planned, first)
        with tenant(held.tenant_id):
            transaction = LedgerTransaction.objects.get(idempotency_key=key)
            act = confirm_transaction if move == "posting.confirm" else fail_transaction
            more: dict[str, Any] = {"effective_on": date(2026, 3, 22), "day_of": settlement_day}
            with pytest.raises(NeedsApproval):
                act(transaction, actor=held.sender, at=NOON, **(more if act is confirm_transaction else {}))  # type: ignore[operator]
            asked = {"actor": held.sender, "at": NOON, "why": "the bank says so", **more}
            made = request_settling(transaction, move, **asked)  # type: ignore[arg-type]
            assert request_settling(transaction, move, **asked).id == made.id  # type: ignore[arg-type]
        held.decide(made, first)
        with tenant(held.tenant_id):
            transaction.refresh_from_db()
            assert transaction.status == ("POSTED" if move == "posting.confirm" else "FAILED")
            if transaction.status == "POSTED":
                assert transaction.effective_on == date(2026, 3, 22)
            with pytest.raises(NotPending):
                request_settling(transaction, move, **asked)  # type: ignore[arg-type]


def test_the_checks_of_its_days_are_asked_for_with_it(held: Held) -> None:
    with tenant(held.tenant_id):
        before = OutboxItem.objects.filter(kind="reconcile").count()
    made = held.ask(payout())
    for controller in held.controllers:
        held.decide(made, controller)
    with tenant(held.tenant_id):
        assert OutboxItem.objects.filter(kind="reconcile").count() == before, "no account of these has a bank"
        execution = ApprovalExecution.objects.get(request_id=made.id)
        assert len(execution.transaction_ids) == 1


def test_what_a_rule_would_post_waits_in_the_name_of_whoever_set_it(acme: Tenant, user_of: UserMaker) -> None:
    shop = Shop(acme.id, recognises=False)
    one = {"roles": ["controller", "policy_admin"], "quorum": 1}
    looked = {
        "moves": ["posting.post"], "when": {"use_case": ["recognise"]}, "outcome": "approval", "approval": one,
        "reason": "Somebody looks at what is recognised.",
    }  # fmt: skip
    held = Held(shop, user_of, looked)
    with tenant(acme.id):
        set_recognition(
            endpoint_id=shop.endpoint.id, asset="BTC", hold="btc", unapplied="unap", receivable="ar_b", actor=held.tara,
            at=NOON,
        )  # fmt: skip
    shop.order("o1")
    shop.receipt("0.0005", "tx1", ref="o1")
    shop.event("InvoiceSettled", "inv_1", "o1", minute=3)
    shop.match(minute=4)
    shop.match(minute=5)
    assert [use_case for use_case, *_ in shop.posted()] == ["deposit"]
    with tenant(acme.id):
        (request,) = ApprovalRequest.objects.filter(kind="posting.post")
        assert request.made_by_id == held.tara.person_id
        assert request.made_by_label.endswith("set by Tara Token")
    made = Made(request.id, request.number, "open", False, 1, (), "", NOON, bytes(request.payload_sha256).hex())
    at = NOON + timedelta(minutes=6)
    with pytest.raises(CheckerIsMaker):
        held.decide(made, held.tara, at=at)
    assert held.decide(made, held.controllers[0], at=at).state == "executed"
    shop.match(minute=7)
    assert [use_case for use_case, *_ in shop.posted()] == ["deposit", "recognise"]
