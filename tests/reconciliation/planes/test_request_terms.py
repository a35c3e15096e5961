from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.step_up import StepUp
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.errors import AlreadyRequested, BadInput, CheckerIsMaker, NotPermitted, ReasonMissing
from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.planes.request_terms import request_terms
from reconciliation.matching.planes.terms import pinned_at
from reconciliation.matching.set_matcher import set_matcher
from tests.people import SET_UP, UserMaker, acting
from tests.reconciliation.planes.shop import NOON, Shop

HOURS = {"pay": 48, "confirm": 6, "parts": 24, "gap": 2}


def ask(acme: Tenant, by: Actor, **changed: Any) -> Made:
    given: dict[str, Any] = {
        "plane_pair": "commerce-provider", "hours": HOURS, "tolerance": {}, "underpaid_up_to": {"BTC": "2000"},
        "note": "POL-3", "idempotency_key": "k1", "at": NOON,
    }  # fmt: skip
    with tenant(acme.id):
        return request_terms(actor=by, **(given | changed))


def decide(acme: Tenant, made: Made, by: Actor, verdict: Any = "approve") -> Decided:
    with tenant(acme.id):
        return decide_request(
            request_id=made.id, verdict=verdict, reason="no", actor=by, at=NOON, step_up=StepUp(NOON, made.id, made.payload_sha256)
        )  # fmt: skip


def test_the_second_person_puts_them_in_force(acme: Tenant, admin: Actor, checker: Actor) -> None:
    made = ask(acme, admin)
    with tenant(acme.id):
        assert pinned_at(NOON).numbers["commerce-provider"] == 0
    assert decide(acme, made, checker).state == "executed"
    with tenant(acme.id):
        pinned = pinned_at(NOON)
        terms = pinned.terms["commerce-provider"]
        assert pinned.numbers == {"commerce-provider": 1, "provider-ledger": 0}
        assert (terms.pay_within.total_seconds(), terms.underpaid_up_to) == (48 * 3600, {"BTC": 2000})
        version = MatcherVersion.objects.get()
        decided = CheckpointDecision.objects.get(id=version.decision_id)
        assert (decided.move, decided.outcome, decided.rule) == ("setting.terms", "approval", "2")
        row = AuditEntry.objects.get(action="matcher.set")
        assert (row.actor, row.subject, row.why) == (checker.id, "commerce-provider v1", "POL-3")


def test_a_rejection_leaves_them_as_they_are(acme: Tenant, admin: Actor, checker: Actor) -> None:
    assert decide(acme, ask(acme, admin), checker, "reject").state == "rejected"
    with tenant(acme.id):
        assert not MatcherVersion.objects.exists()


def test_nobody_widens_a_tolerance_alone(acme: Tenant, admin: Actor, maker: Actor, user_of: UserMaker) -> None:
    both = acting(user_of("Both Hats", "policy_admin", "controller"), acme.id)
    with pytest.raises(CheckerIsMaker):
        decide(acme, ask(acme, both), both)
    with tenant(acme.id), pytest.raises(NotPermitted, match="two people"):
        set_matcher(plane_pair="commerce-provider", underpaid_up_to={"BTC": "1"}, actor=admin, at=NOON)
    with pytest.raises(NotPermitted):
        ask(acme, maker, idempotency_key="k2")


def test_whoever_works_on_cases_cannot_close_them_by_a_threshold_of_their_own(acme: Tenant, user_of: UserMaker) -> None:
    shop = Shop(acme.id)
    shop.order()
    shop.receipt("0.000499", "X1")
    shop.event("InvoiceSettled", minute=3)
    shop.match(minute=4)
    worker = acting(user_of("Case Worker", "controller", "policy_admin"), acme.id)
    ask(acme, worker)
    shop.match(minute=5)
    assert len(shop.cases()) == 1


def test_other_terms_set_meanwhile_make_it_stale(acme: Tenant, admin: Actor, checker: Actor) -> None:
    made = ask(acme, admin)
    with tenant(acme.id):
        set_matcher(plane_pair="commerce-provider", actor=SET_UP, at=NOON)
    decided = decide(acme, made, checker)
    assert (decided.state, [c.fact for c in decided.changed]) == ("stale", ["version_in_force"])


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"plane_pair": "ledger-bank"}, BadInput),
        ({"hours": {"pay": 1}}, BadInput),
        ({"hours": HOURS | {"pay": -1}}, BadInput),
        ({"hours": HOURS | {"pay": 2161}}, BadInput),
        ({"underpaid_up_to": {"XXX": "1"}}, BadInput),
        ({"underpaid_up_to": {"BTC": "1.5"}}, BadInput),
        ({"tolerance": {"BTC": "-1"}}, BadInput),
        ({"tolerance": {"BTC": "１"}}, BadInput),
        ({"plane_pair": "provider-ledger", "hours": {"post": 24}}, BadInput),
        ({"hours": {"pay": 24, "confirm": 6, "parts": 24}, "underpaid_up_to": {}}, BadInput),
        ({"note": " "}, ReasonMissing),
    ],
)
def test_it_refuses_what_is_none(acme: Tenant, admin: Actor, changed: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(acme, admin, **changed)


def test_one_request_stands_for_a_pair_at_a_time(acme: Tenant, admin: Actor) -> None:
    made = ask(acme, admin)
    assert not ask(acme, admin).created
    with pytest.raises(AlreadyRequested, match=f"CR-{made.number}"):
        ask(acme, admin, idempotency_key="k2", note="another")
