"""Postings that wait, sent and decided by rivals at once: one request, one posting, and no rival left with an error of ours."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from ledger.actors import Actor
from ledger.errors import LedgerRefusal
from ledger.models import AuditEntry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.approve_batch import approve_batch
from reconciliation.approvals.batch import BATCH, Chosen, batch_digest
from reconciliation.approvals.expire_requests import expire_requests
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalDecision, ApprovalExecution, ApprovalRequest
from reconciliation.approvals.step_up import StepUp
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.planes.set_recognition import set_recognition
from reconciliation.postings.confirm_transaction import confirm_transaction
from reconciliation.postings.held import hold
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.request_settling import request_settling
from tests.people import UserMaker
from tests.races.rivals import at_once
from tests.reconciliation.planes.shop import NOON, Shop
from tests.reconciliation.postings.test_held import LARGE, Held, payout

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
ONE: dict[str, Any] = {**LARGE, "approval": {"roles": ["controller"], "quorum": 1}}


@pytest.fixture
def held(transactional_db: None, acme: Tenant, user_of: UserMaker) -> Held:
    return Held(Shop(acme.id, recognises=False), user_of, ONE)


def raw(found: list[Any]) -> list[Any]:
    """What rose and is no refusal."""
    return [f for f in found if isinstance(f, Exception) and not isinstance(f, LedgerRefusal)]


def test_one_key_sent_by_many_is_one_request(held: Held) -> None:
    found = at_once(16, lambda n: held.ask(payout()), 16)
    assert not [f for f in found if isinstance(f, Exception)]
    assert len({f.id for f in found if isinstance(f, Made)}) == 1
    with tenant(held.tenant_id):
        assert ApprovalRequest.objects.filter(kind="posting.post").count() == 1
        assert AuditEntry.objects.filter(action="request.made", detail__kind="posting.post").count() == 1


def test_one_key_sent_by_two_systems_and_in_two_shapes_is_one_request(held: Held) -> None:
    held.force({**ONE, "moves": ["posting.post", "posting.plan"]})
    other = held.token("other", held.tara)
    sent = [(payout(), held.sender), (payout(), other), (payout(status="PENDING"), held.sender)]
    found = at_once(15, lambda n: held.ask(sent[n % 3][0], by=sent[n % 3][1]), 15)
    assert not raw(found)
    assert len({f.id for f in found if isinstance(f, Made)}) == 1


def test_an_approval_and_a_direct_posting_of_one_key_write_it_once(held: Held) -> None:
    for n in range(6):
        sent = payout(f"k{n}")
        made = held.ask(sent)
        held.force({**ONE, "when": {"use_case": ["payout"], "door": ["api"]}}) if n == 0 else None
        made = held.ask(sent) if n else made
        command = replace(held.sender, kind="operator", id="shell")

        def act(who: int, sent: Any = sent, made: Made = made, command: Any = command) -> Any:
            if who:
                return held.decide(made, held.controllers[0])
            with tenant(held.tenant_id):
                return post_transactions([sent], actor=command, at=NOON, day_of=settlement_day)

        found = at_once(2, act, 2)
        assert not raw(found), found
        with tenant(held.tenant_id):
            (posted,) = LedgerTransaction.objects.filter(idempotency_key=f"k{n}")
            execution = ApprovalExecution.objects.filter(request_id=made.id).first()
            written_by_request = posted.decision_id == ApprovalRequest.objects.get(id=made.id).decision_id
            assert (execution is not None) == written_by_request


def test_two_controllers_at_once_write_it_once(held: Held) -> None:
    made = held.ask(payout())
    found = at_once(2, lambda n: held.decide(made, held.controllers[n]), 2)
    assert not raw(found)
    assert held.book() == ["p1"]


def test_two_remainders_of_one_payment_approved_at_once_fit_once(held: Held) -> None:
    for n in range(8):
        with tenant(held.tenant_id):
            sent = [payout(f"r{n} {k}", payment_id=f"pay {n}") for k in range(2)]
            asked = [hold(r, NOON.date(), actor=held.sender, at=NOON, up_to=5000) for r in sent]

        def act(who: int, asked: list[Made] = asked) -> Any:
            return held.decide(asked[who], held.controllers[who])

        found = at_once(2, act, 2)
        assert not raw(found), found
        assert len(held.book()) == n + 1


def test_an_approval_and_the_clock_end_it_once(held: Held) -> None:
    clock = Actor("job", "clock", frozenset({"job"}))
    for n in range(4):
        made = held.ask(payout(f"k{n}"))

        def act(who: int, made: Made = made) -> Any:
            if who == 0:
                return held.decide(made, held.controllers[0], at=NOON + timedelta(hours=23))
            with tenant(held.tenant_id):
                return expire_requests(actor=clock, at=NOON + timedelta(hours=25))

        found = at_once(2, act, 2)
        assert not raw(found), found
        with tenant(held.tenant_id):
            state = ApprovalRequest.objects.get(id=made.id).state
        assert (state == "executed") == (f"k{n}" in held.book())


def test_a_failure_that_waits_and_its_system_that_confirms(held: Held) -> None:
    held.force({"moves": ["posting.fail"], "outcome": "approval", "approval": ONE["approval"], "reason": "One looks."})
    for n in range(4):
        with tenant(held.tenant_id):
            post_transactions([payout(f"k{n}", status="PENDING")], actor=held.sender, at=NOON, day_of=settlement_day)
            transaction = LedgerTransaction.objects.get(idempotency_key=f"k{n}")
            same: dict[str, Any] = {"effective_on": None, "actor": held.sender, "at": NOON, "day_of": settlement_day}
            made = request_settling(transaction, "posting.fail", **same)

        def act(who: int, transaction: Any = transaction, made: Made = made, same: Any = same) -> Any:
            if who == 0:
                return held.decide(made, held.controllers[0])
            with tenant(held.tenant_id):
                return confirm_transaction(transaction, **same)

        found = at_once(2, act, 2)
        assert not raw(found), found
        with tenant(held.tenant_id):
            transaction.refresh_from_db()
            executed = ApprovalExecution.objects.filter(request_id=made.id).exists()
            assert (transaction.status == "FAILED") == executed


def test_two_batches_of_the_same_in_other_orders(held: Held) -> None:
    asked = [held.ask(payout(f"k{n}")) for n in range(4)]

    def act(who: int) -> Any:
        mine = asked if who else asked[::-1]
        chosen = [Chosen(m.number, m.payload_sha256) for m in mine]
        proof = StepUp(NOON, BATCH, batch_digest((m.id, m.payload_sha256) for m in mine))
        with tenant(held.tenant_id):
            return approve_batch(chosen=chosen, reason="", step_up=proof, actor=held.controllers[who], at=NOON)

    found = at_once(2, act, 2)
    assert not raw(found), found
    assert sorted(held.book()) == ["k0", "k1", "k2", "k3"]
    with tenant(held.tenant_id):
        ours = ApprovalDecision.objects.filter(request__kind="posting.post")
        assert ours.count() == 4


def test_a_run_waits_for_who_approves_about_its_payment_and_then_posts_the_rest_alone(
    transactional_db: None, acme: Tenant, user_of: UserMaker, raw_as: Any
) -> None:
    looked = {
        "moves": ["posting.post"], "when": {"use_case": ["recognise"]}, "outcome": "approval",
        "approval": {"roles": ["controller"], "quorum": 1}, "reason": "Somebody looks at what is recognised.",
    }  # fmt: skip
    held = Held(Shop(acme.id, recognises=False), user_of, looked)
    shop = held.shop
    with tenant(acme.id):
        set_recognition(
            endpoint_id=shop.endpoint.id,
            asset="BTC",
            hold="btc",
            unapplied="unap",
            receivable="ar_b",
            actor=held.tara,
            at=NOON,
        )
    shop.order("o1")
    shop.receipt("0.0005", "tx1", ref="o1")
    shop.event("InvoiceSettled", "inv_1", "o1", minute=3)
    shop.match(minute=4)
    approving = raw_as("superuser")
    approving.execute("SELECT pg_advisory_xact_lock(7010, hashtext('p-o1'))")
    ended = threading.Event()

    def run() -> None:
        try:
            shop.match(minute=5)
        finally:
            connection.close()
            ended.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert not ended.wait(1), "the run went on beside an approval"
    approving.rollback()
    assert ended.wait(20)
    thread.join()
    assert [use_case for use_case, *_ in shop.posted()] == ["deposit"]
