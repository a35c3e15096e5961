"""A callback's confirmation that waits for an approval: never silently lost, however its request ends."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.expire_requests import expire_requests
from reconciliation.approvals.inbox import waiting
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.withdraw_request import withdraw_request
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.errors import CheckerIsMaker, NotPermitted
from reconciliation.planes.watch_provider import watch_provider
from reconciliation.provider.add_key import add_key
from tests.people import UserMaker, acting
from tests.reconciliation.planes.shop import NOON
from tests.reconciliation.planes.test_confirm_settlement import KEY, Partner, pay, status_of
from tests.reconciliation.postings.test_held import Held
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)
CLOCK = Actor("job", "clock", frozenset({"job"}))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Called:
    """A bank whose callbacks wait for one controller; Tara opened its endpoint."""

    def __init__(self, tenant_id: int, user_of: UserMaker, *, by_a_person: bool = True, calls: bool = True) -> None:
        self.world = World(tenant_id)
        one = {
            "moves": ["posting.confirm"], "outcome": "approval", "approval": {"roles": ["controller"], "quorum": 1},
            "reason": "One looks at what the bank says.",
        }  # fmt: skip
        self.held = Held(self.world, user_of, one)  # type: ignore[arg-type]  of a shop it needs the tenant alone
        opener = {"by": self.held.tara} if by_a_person else {}
        self.partner = Partner(tenant_id, key=KEY, name="Bank partner", scheme="bank", **opener)
        pay(self.world)
        if calls:
            self.partner.call("COMPLETED", amount="50.00")

    def waiting(self) -> list[Made]:
        with tenant(self.held.tenant_id):
            rows = ApprovalRequest.objects.filter(kind="posting.confirm", state="open")
            return [Made(r.id, r.number, "open", False, 1, (), "", NOON, bytes(r.payload_sha256).hex()) for r in rows]

    def cases(self, after: timedelta) -> list[tuple[str, str]]:
        with tenant(self.held.tenant_id):
            watch_provider(actor=CLOCK, at=NOON + after)
            return [(c.kind, CaseEvent.objects.filter(case=c).latest("id").text) for c in ExceptionCase.objects.all()]


@pytest.fixture
def called(acme: Tenant, user_of: UserMaker) -> Called:
    return Called(acme.id, user_of)


def test_it_is_confirmed_once_another_than_who_opened_the_endpoint_agreed(called: Called) -> None:
    assert called.partner.work() == [("done", "")]
    (made,) = called.waiting()
    assert called.held.decide(made, called.held.controllers[0]).state == "executed"
    assert (status_of(called.world), len(called.partner.work())) == ("POSTED", 1)


def test_when_its_time_is_over_it_is_asked_for_again(called: Called) -> None:
    called.partner.work()
    (first,) = called.waiting()
    with tenant(called.held.tenant_id):
        assert expire_requests(actor=CLOCK, at=NOON + DAY) == 1
    called.partner.work(DAY)
    (again,) = called.waiting()
    assert again.id != first.id
    called.held.decide(again, called.held.controllers[0], at=NOON + DAY)
    assert status_of(called.world) == "POSTED"


def test_one_that_was_withdrawn_is_asked_for_again(called: Called) -> None:
    called.partner.work()
    (first,) = called.waiting()
    with tenant(called.held.tenant_id):
        withdraw_request(request_id=first.id, actor=called.held.tara, at=NOON)
    called.partner.work()
    (again,) = called.waiting()
    assert again.id != first.id


def test_one_that_was_rejected_is_a_case(called: Called) -> None:
    called.partner.work()
    (made,) = called.waiting()
    called.held.decide(made, called.held.controllers[0], "reject")
    assert (
        "waiting",
        f"RequestNotOpen: CR-{made.number} was rejected by Controller A: not this one",
    ) in (called.partner.work())
    ((kind, text),) = called.cases(MINUTE)
    assert (kind, "was rejected by Controller A" in text) == ("confirmation_failed", True)


def test_one_that_nobody_answers_for_is_a_case(acme: Tenant, user_of: UserMaker) -> None:
    called = Called(acme.id, user_of, by_a_person=False)
    called.partner.work()
    ((kind, text),) = called.cases(MINUTE)
    assert (kind, "One looks at what the bank says" in text) == ("confirmation_failed", True)


def test_what_the_bank_took_back_meanwhile_is_stale(called: Called) -> None:
    called.partner.work()
    (made,) = called.waiting()
    called.partner.call("REJECTED", number=2)
    done = called.held.decide(made, called.held.controllers[0])
    assert (done.state, status_of(called.world)) == ("stale", "PENDING")
    assert called.partner.work()[-1] == ("done", ""), "what is not confirmed any more is not asked for"
    assert called.waiting() == []


def test_whoever_set_the_key_that_signed_it_approves_none_of_it(acme: Tenant, user_of: UserMaker) -> None:
    called = Called(acme.id, user_of, calls=False)
    forger = acting(user_of("Key Keeper", "policy_admin", "controller"), acme.id)
    with tenant(acme.id):
        add_key(endpoint_id=called.partner.endpoint.id, secret="a key that one person knows", actor=forger, at=NOON)
    called.partner.key = "a key that one person knows"
    called.partner.call("COMPLETED", amount="50.00")
    called.partner.work()
    (made,) = called.waiting()
    with pytest.raises(CheckerIsMaker):
        called.held.decide(made, forger)
    assert called.held.decide(made, called.held.controllers[0]).state == "executed"


RAW = """
INSERT INTO approval_decision (request_id, made_by, payload_sha256, decided_by, role, verdict, reason, decided_at)
SELECT id, made_by, payload_sha256, %s, 'controller', 'approve', '', now() FROM approval_request WHERE id = %s"""


def test_nor_does_anybody_else_who_could_have_signed_it_nor_who_opened_the_endpoint(
    acme: Tenant, user_of: UserMaker, raw_as: Any
) -> None:
    called = Called(acme.id, user_of, calls=False)
    keepers = [acting(user_of(f"Keeper {n}", "policy_admin", "controller"), acme.id) for n in (1, 2)]
    for n, keeper in enumerate(keepers):
        with tenant(acme.id):
            add_key(endpoint_id=called.partner.endpoint.id, secret=f"secret of keeper {n}", actor=keeper, at=NOON)
    called.partner.key = "secret of keeper 0"
    called.partner.call("COMPLETED", amount="50.00")
    called.partner.work()
    (made,) = called.waiting()
    with tenant(acme.id):
        request = ApprovalRequest.objects.get(id=made.id)
    assert request.made_by_id == keepers[0].person_id
    assert request.payload["behind"] == sorted([keepers[1].person_id, called.held.tara.person_id])
    for someone in (keepers[1], called.held.tara):
        with pytest.raises(NotPermitted, match="stands behind what asks for it"):
            called.held.decide(made, someone)
        with tenant(acme.id):
            assert not [w for w in waiting(someone, at=NOON) if w.for_reader]
        raw = raw_as("app")
        raw.execute("SELECT set_config('app.tenant_id', %s, true)", [str(acme.id)])
        with pytest.raises(psycopg.errors.CheckViolation, match="does not hold the role or right"):
            raw.execute(RAW, [someone.person_id, made.id])
        raw.rollback()
    assert called.held.decide(made, called.held.controllers[0]).state == "executed"
