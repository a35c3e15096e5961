"""A checkpoint is lifted for a time by two people, never for what may not be skipped; each use is counted by role."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.step_up import StepUp
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import (
    BadInput,
    CheckerIsMaker,
    ForbiddenByPolicy,
    NotPermitted,
    ReasonMissing,
    RequestNotOpen,
)
from reconciliation.policies.end_override import end_override
from reconciliation.policies.overrides import all_overrides, by_role, standing_for
from reconciliation.policies.request_override import request_override
from reconciliation.policies.versions import policy_named
from tests.checkpoints import checkpoint, put_in_force, two_admins
from tests.people import UserMaker, acting

KEY = "trial-checkpoint"
NEVER = {
    "moves": ["posting.post"],
    "when": {"use_case": ["deposit"]},
    "outcome": "forbidden",
    "reason": "Deposits wait.",
}
PLAN = {"moves": ["posting.plan"], "outcome": "forbidden", "reason": "Nothing is planned.", "never": ["override"]}


@pytest.fixture
def admins(user_of: UserMaker, acme: Tenant, noon: datetime) -> tuple[Actor, Actor]:
    first, second = two_admins(user_of, acme.id)
    put_in_force(acme.id, checkpoint(NEVER, PLAN), maker=first, checker=second, at=noon)
    return first, second


def ask(tenant_id: int, by: Actor, at: datetime, **changed: Any) -> Made:
    given: dict[str, Any] = {
        "key": KEY, "move": "posting.post", "payment_id": "p1", "hours": 4, "reason_code": "PROVIDER_OUTAGE", "ticket": "INC-7",
        "note": "the provider is down", "idempotency_key": "o1",
    }  # fmt: skip
    with tenant(tenant_id):
        return request_override(**(given | changed), actor=by, at=at)


def approve(tenant_id: int, made: Made, by: Actor, at: datetime) -> str:
    with tenant(tenant_id):
        proof = StepUp(at, made.id, made.payload_sha256)
        return decide_request(request_id=made.id, verdict="approve", reason="", step_up=proof, actor=by, at=at).state


def post(tenant_id: int, at: datetime, payment_id: str = "p1") -> str:
    with tenant(tenant_id):
        return record_decision(
            Move("posting.post", {"use_case": "deposit"}, payment_id), at=at, subjects=["posting"]
        ).decision.outcome


def test_it_lifts_the_checkpoint_for_its_payment_and_time(
    acme: Tenant, noon: datetime, admins: tuple[Actor, Actor], checker: Actor
) -> None:
    made = ask(acme.id, admins[0], noon)
    with pytest.raises(ForbiddenByPolicy):
        post(acme.id, noon)
    assert approve(acme.id, made, checker, noon) == "executed"
    assert post(acme.id, noon) == "automatic"
    with pytest.raises(ForbiddenByPolicy):
        post(acme.id, noon, "p2")
    with pytest.raises(ForbiddenByPolicy):
        post(acme.id, noon + timedelta(hours=4))
    with tenant(acme.id):
        (found,) = all_overrides(noon)
        assert (found.state, found.uses, found.override.role, found.override.ticket) == (
            "on",
            1,
            "policy_admin",
            "INC-7",
        )
        assert [(r.role, r.overrides, r.uses, r.per_thousand) for r in by_role(noon - timedelta(days=1))] == [
            ("policy_admin", 1, 1, None)
        ]
        assert [str(o) for o in standing_for(policy_named(KEY).id, noon)] == ["OV-1"]


def test_it_ends_before_its_time_by_one_person_once(
    acme: Tenant, noon: datetime, admins: tuple[Actor, Actor], checker: Actor
) -> None:
    approve(acme.id, ask(acme.id, admins[0], noon), checker, noon)
    with tenant(acme.id):
        end_override(number=1, actor=checker, at=noon)
    with pytest.raises(ForbiddenByPolicy):
        post(acme.id, noon)
    with pytest.raises(RequestNotOpen), tenant(acme.id):
        end_override(number=1, actor=checker, at=noon)


def test_nobody_lifts_alone(acme: Tenant, noon: datetime, user_of: UserMaker, admins: tuple[Actor, Actor]) -> None:
    controller = acting(user_of("Lone", "controller"), acme.id)
    made = ask(acme.id, controller, noon)
    with pytest.raises(CheckerIsMaker):
        approve(acme.id, made, controller, noon)
    with pytest.raises(NotPermitted, match="controller"):
        approve(acme.id, made, admins[0], noon)


@pytest.mark.parametrize("role", ["support", "analyst", "auditor"])
def test_other_roles_lift_nothing(acme: Tenant, noon: datetime, user_of: UserMaker, admins: Any, role: str) -> None:
    with pytest.raises(NotPermitted):
        ask(acme.id, acting(user_of("Other", role), acme.id), noon)


@pytest.mark.parametrize(
    ("changed", "refusal", "where"),
    [
        ({"move": "posting.plan"}, BadInput, "move"),
        ({"move": "posting.imagine"}, BadInput, "move"),
        ({"key": "corrections", "move": "correction.reverse"}, BadInput, "move"),
        ({"hours": 0}, BadInput, "hours"),
        ({"hours": 169}, BadInput, "hours"),
        ({"reason_code": "BECAUSE"}, BadInput, "reason_code"),
        ({"ticket": " "}, BadInput, "ticket"),
        ({"note": " "}, ReasonMissing, ""),
    ],
)
def test_what_may_not_be_lifted_is_refused_with_the_field(
    acme: Tenant,
    noon: datetime,
    admins: tuple[Actor, Actor],
    changed: dict[str, Any],
    refusal: type[Exception],
    where: str,
) -> None:
    with pytest.raises(refusal) as refused:
        ask(acme.id, admins[0], noon, **changed)
    assert getattr(refused.value, "where", "") == where


def test_the_database_holds_its_length_and_reason(
    acme: Tenant, noon: datetime, admins: tuple[Actor, Actor], checker: Actor
) -> None:
    from django.db import IntegrityError, connection
    from django.db.transaction import atomic

    approve(acme.id, ask(acme.id, admins[0], noon), checker, noon)
    insert = (
        "INSERT INTO checkpoint_override (number, policy_id, move, payment_id, starts_at, ends_at, reason_code, ticket, note, "
        "asked_by, role, decision_id) SELECT 9, policy_id, move, '', starts_at, {until}, {reason}, ticket, note, asked_by, role, "
        "decision_id FROM checkpoint_override"
    )
    for until, reason in (
        ("starts_at + interval '8 days'", "reason_code"),
        ("ends_at", "''"),
        ("starts_at", "reason_code"),
    ):
        with pytest.raises(IntegrityError), tenant(acme.id), atomic(), connection.cursor() as cursor:
            cursor.execute(insert.format(until=until, reason=reason))
