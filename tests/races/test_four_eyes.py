"""The self-approval matrix: every way in which one person might move money alone. Nothing is executed, whichever is
tried."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.utils.timezone import now

from ledger.actors import Actor
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalDecision, ApprovalExecution
from reconciliation.errors import CheckerIsMaker, NotPermitted, ReauthenticationNeeded, Refusal
from reconciliation.people.end_role import end_role
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import User
from reconciliation.people.who import tenant_and_actor_of_token
from tests.architecture.sources import imported, python
from tests.people import PASSWORD, SET_UP, UserMaker, acting
from tests.reconciliation.approvals.desk import Desk, Trial

pytestmark = pytest.mark.django_db(transaction=True)
Raw = Callable[..., psycopg.Connection[Any]]
AS_TENANT = "SELECT set_config('app.tenant_id', %s, true)"


@pytest.fixture
def both(user_of: UserMaker, desk: Desk) -> Actor:
    """An analyst who is a controller too."""
    return acting(user_of("Both", "analyst", "controller"), desk.tenant_id)


def user(actor: Actor) -> User:
    return User.objects.get(email=actor.id)


def nothing_ran(desk: Desk, trial: Trial, made: Made) -> None:
    with tenant(desk.tenant_id):
        assert not ApprovalExecution.objects.exists()
        assert not ApprovalDecision.objects.filter(verdict="approve").exists()
    assert trial.ran == []
    assert desk.stored(made).state == "open"


def refuse(desk: Desk, made: Made, by: Actor, refusal: type[Refusal], **how: Any) -> None:
    with pytest.raises(refusal):
        desk.decide(made, by, **how)


def test_the_same_sign_in_in_its_second_role(desk: Desk, trial: Trial, both: Actor) -> None:
    made = desk.ask(both)
    refuse(desk, made, both, CheckerIsMaker)
    refuse(desk, made, Actor("person", both.id, frozenset({"controller"}), "Both", both.person_id), CheckerIsMaker)
    nothing_ran(desk, trial, made)


def test_a_role_granted_after_asking(desk: Desk, trial: Trial, maker: Actor, user_of: UserMaker) -> None:
    made = desk.ask(maker)
    refuse(desk, made, acting(user_of("Maker", "controller"), desk.tenant_id), CheckerIsMaker)
    nothing_ran(desk, trial, made)


def test_a_second_sign_in_of_the_same_person(desk: Desk, trial: Trial, maker: Actor, user_of: UserMaker) -> None:
    made = desk.ask(maker)
    twin = acting(user_of("Maker Private", "controller", same_as=user(maker)), desk.tenant_id)
    assert (twin.id, twin.person_id) != (maker.id, None)
    refuse(desk, made, twin, CheckerIsMaker)
    nothing_ran(desk, trial, made)


def test_a_session_that_claims_another_person(desk: Desk, trial: Trial, both: Actor, checker: Actor) -> None:
    made = desk.ask(both)
    refuse(desk, made, Actor("person", both.id, both.roles, "Both", checker.person_id), NotPermitted)
    refuse(desk, made, Actor("person", checker.id, both.roles, "Both", both.person_id), NotPermitted)
    nothing_ran(desk, trial, made)


def test_an_admin_an_auditor_and_support(
    desk: Desk, trial: Trial, maker: Actor, admin: Actor, auditor: Actor, support: Actor
) -> None:
    made = desk.ask(maker)
    for someone in (admin, auditor, support):
        refuse(desk, made, someone, NotPermitted)
    nothing_ran(desk, trial, made)


@pytest.mark.parametrize("kind", ["token", "job", "operator"])
def test_whoever_is_not_a_person(desk: Desk, trial: Trial, maker: Actor, checker: Actor, kind: Any) -> None:
    made = desk.ask(maker)
    refuse(desk, made, Actor(kind, checker.id, frozenset({"controller"}), "", checker.person_id), NotPermitted)
    refuse(desk, made, Actor(kind, kind, frozenset({"controller", "policy_admin"})), NotPermitted)
    nothing_ran(desk, trial, made)


def test_a_controller_who_comes_by_a_token(desk: Desk, trial: Trial, maker: Actor, checker: Actor) -> None:
    made = desk.ask(maker)
    with tenant(desk.tenant_id):
        secret = make_own_token(name="script", proven_at=desk.now, actor=checker, at=desk.now)
    found = tenant_and_actor_of_token(secret, desk.now)
    assert found and (found[1].id, found[1].roles) == (checker.id, checker.roles)
    refuse(desk, made, found[1], NotPermitted)
    nothing_ran(desk, trial, made)


def test_the_maker_who_asked_by_a_token(desk: Desk, trial: Trial, both: Actor, user_of: UserMaker) -> None:
    with tenant(desk.tenant_id):
        secret = make_own_token(name="script", proven_at=desk.now, actor=both, at=desk.now)
    found = tenant_and_actor_of_token(secret, desk.now)
    assert found
    made = desk.ask(found[1])
    twin = acting(user_of("Both Private", "controller", same_as=user(both)), desk.tenant_id)
    for someone in (both, twin):
        refuse(desk, made, someone, CheckerIsMaker)
    refuse(desk, made, found[1], NotPermitted)
    nothing_ran(desk, trial, made)


def test_the_api_asks_and_its_addresses_decide_nothing(desk: Desk, trial: Trial, maker: Actor, checker: Actor) -> None:
    made = desk.ask(maker)
    for someone in (maker, checker):
        with tenant(desk.tenant_id):
            secret = make_own_token(name="script", proven_at=now(), actor=someone, at=now())
        bearer = Client(headers={"Authorization": f"Bearer {secret}"})
        for verb in ("approve", "decision", "decide", "reject", "execute"):
            address = f"/api/v1/corrections/CR-{made.number}/{verb}/"
            assert bearer.post(address, {"decision": "approve"}, "application/json").status_code == 404
        form = {"decision": "approve", "password": PASSWORD, "digest": made.payload_sha256, "reason": ""}
        assert bearer.post(f"/approvals/{made.number}/decision/", form).status_code == 302, "to sign in"
        body = {"kind": "approve", "transaction": "x", "reason_code": "OTHER", "note": "", "key": "k"}
        assert bearer.post("/api/v1/corrections/", body, "application/json").status_code == 400
        with tenant(desk.tenant_id):
            rows = AuditEntry.objects.filter(action="attempt.refused", actor=someone.id)
            assert rows.count() == 6, "each attempt at an address that decides is on the trail"
            assert {r.detail["through_token"] for r in rows} == {"script"}
    assert Client(headers={"Authorization": "Bearer pl_nobody"}).post("/api/v1/approve/").status_code == 404
    nothing_ran(desk, trial, made)


DECIDING = {"decide_request", "approve_batch"}


def test_two_pages_alone_decide_and_no_command_job_or_api_does() -> None:
    """Whatever else reaches a deciding use case would be another way in, and belongs into this matrix."""
    found = {
        file for file in python("console", "reconciliation")
        if any(name.rpartition(".")[2] in DECIDING and "approvals" in name for name in imported(file))
    }  # fmt: skip
    ours = {
        str(file) for file in found if file.parts[:2] != ("console", "demo")
    }  # which plays people, by the same rules
    assert ours == {"console/views/approvals.py", "console/views/batch.py"}


def test_a_role_lost_between_two_approvals(
    desk: Desk, trial: Trial, two_needed: None, maker: Actor, checker: Actor, user_of: UserMaker
) -> None:
    made = desk.ask(maker)
    second = acting(user_of("Second", "controller"), desk.tenant_id)
    desk.decide(made, checker)
    with tenant(desk.tenant_id):
        end_role(user(second), "controller", actor=SET_UP, at=desk.now)
    refuse(desk, made, second, NotPermitted)
    assert trial.ran == []


def test_a_sign_in_that_was_switched_off(desk: Desk, trial: Trial, maker: Actor, checker: Actor) -> None:
    made = desk.ask(maker)
    User.objects.filter(email=checker.id).update(is_active=False)
    refuse(desk, made, checker, NotPermitted)
    nothing_ran(desk, trial, made)


def test_a_role_of_another_tenant(desk: Desk, trial: Trial, maker: Actor, user_of: UserMaker, rival: Any) -> None:
    made = desk.ask(maker)
    foreign = acting(user_of("Foreign", "controller", tenant_id=rival.id), rival.id)
    assert foreign.roles == {"controller"}
    refuse(desk, made, foreign, NotPermitted)
    nothing_ran(desk, trial, made)


def test_a_proof_of_identity_for_another_request(desk: Desk, trial: Trial, maker: Actor, checker: Actor) -> None:
    from reconciliation.approvals.step_up import StepUp

    other, made = desk.ask(maker, key="a", subject="LT-A"), desk.ask(maker, key="b", subject="LT-B", payload={"n": 2})
    refuse(desk, made, checker, ReauthenticationNeeded, step_up=StepUp(desk.now, other.id, other.payload_sha256))
    refuse(desk, made, checker, ReauthenticationNeeded, step_up=StepUp(desk.now, made.id, other.payload_sha256))
    refuse(
        desk,
        made,
        checker,
        ReauthenticationNeeded,
        step_up=StepUp(desk.now - timedelta(minutes=6), made.id, made.payload_sha256),
    )
    nothing_ran(desk, trial, made)


DECISION = """
INSERT INTO approval_decision
       (request_id, made_by, payload_sha256, decided_by, role, verdict, reason, decided_at)
SELECT id, {made_by}, {sha}, {decided_by}, 'controller', 'approve', '', now() FROM approval_request WHERE id = %s"""
EXECUTION = """
INSERT INTO approval_execution
       (request_id, payload_sha256, made_by, approved_by, decision_id, executed_at, transaction_ids)
SELECT id, {sha}, {made_by}, {approved_by}, decision_id, now(), '{{}}' FROM approval_request WHERE id = %s"""
USUAL = {"made_by": "made_by", "sha": "payload_sha256"}
ATTACKS = {
    "decide on one's own": [DECISION.format(**USUAL, decided_by="made_by")],
    "decide under a forged maker": [DECISION.format(made_by="{checker}", sha="payload_sha256", decided_by="made_by")],
    "decide on another payload": [DECISION.format(made_by="made_by", sha="'\\x00'", decided_by="{checker}")],
    "execute without a decision": [EXECUTION.format(**USUAL, approved_by="{checker}")],
    "execute as if nobody had to be asked": [EXECUTION.format(**USUAL, approved_by="NULL")],
    "execute one's own": [EXECUTION.format(**USUAL, approved_by="made_by")],
    "execute another payload": [
        DECISION.format(**USUAL, decided_by="{checker}"),
        EXECUTION.format(made_by="made_by", sha="'\\x00'", approved_by="{checker}"),
    ],
    "execute after a rejection": [
        DECISION.format(**USUAL, decided_by="{checker}").replace("'approve', ''", "'reject', 'no'"),
        EXECUTION.format(**USUAL, approved_by="{checker}"),
    ],
    "decide twice": [DECISION.format(**USUAL, decided_by="{checker}")] * 2,
    "change the payload": ["UPDATE approval_request SET payload = '{{}}' WHERE id = %s"],
    "change the digest": ["UPDATE approval_request SET payload_sha256 = '\\x00' WHERE id = %s"],
    "change the maker": ["UPDATE approval_request SET made_by = {checker} WHERE id = %s"],
    "lower the quorum": ["UPDATE approval_request SET quorum = 0 WHERE id = %s"],
    "lengthen its life": ["UPDATE approval_request SET expires_at = now() + interval '9 days' WHERE id = %s"],
    "open it again": [
        "UPDATE approval_request SET state = 'rejected', ended_at = now() WHERE id = %s",
        "UPDATE approval_request SET state = 'open', ended_at = NULL WHERE id = %s",
    ],
    "turn one end into another": [
        "UPDATE approval_request SET state = 'rejected', ended_at = now() WHERE id = %s",
        "UPDATE approval_request SET state = 'executed' WHERE id = %s",
    ],
    "delete it": ["DELETE FROM approval_request WHERE id = %s"],
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_raw_sql_as_the_app_is_refused_by_the_keys(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor, raw_as: Raw, attack: str
) -> None:
    made = desk.ask(maker)
    raw = raw_as("app")
    raw.execute(AS_TENANT, [str(desk.tenant_id)])
    with pytest.raises(psycopg.errors.Error) as refused:
        for statement in ATTACKS[attack]:
            raw.execute(statement.replace("{checker}", str(checker.person_id)).replace("{{}}", "{}"), [made.id])
        raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert refused.value.sqlstate is not None
    assert refused.value.sqlstate[:2] in ("23", "42"), (
        refused.value
    )  # a constraint, or no privilege; never a slip of the test
    assert refused.value.sqlstate not in ("42601", "42703", "42P01"), refused.value
    raw.rollback()
    nothing_ran(desk, trial, made)


def test_two_approvals_of_one_person_are_no_quorum_in_raw_sql_either(
    desk: Desk, trial: Trial, two_needed: None, maker: Actor, checker: Actor, raw_as: Raw
) -> None:
    made = desk.ask(maker)
    desk.decide(made, checker)
    raw = raw_as("app")
    raw.execute(AS_TENANT, [str(desk.tenant_id)])
    with pytest.raises(psycopg.errors.CheckViolation, match="approvals it needs"):
        raw.execute(EXECUTION.format(**USUAL, approved_by=checker.person_id), [made.id])
    assert trial.ran == []


FORGED = """
WITH said AS (
    INSERT INTO checkpoint_decision (at, policy, policy_version, move, inputs, outcome, rule, reason, quorum,
           subject_count, subjects_sha256)
    VALUES (now(), 'forged', 1, 'policy.activate', '{}', %(outcome)s, '1', 'forged', %(decided)s, 1, '') RETURNING id)
INSERT INTO approval_request (number, kind, title, subject, payload, payload_sha256, precondition, amount_minor, currency,
       payment_id, reason_code, note, made_by, made_by_label, made_at, expires_at, decision_id, quorum, idempotency_key)
SELECT 999, %(kind)s, 't', 's', '{}', sha256('{}'), '{}', 0, '', '', '', '', %(maker)s, 'm', now(), now() + interval '1 hour', id,
       %(quorum)s, 'forged' FROM said"""


@pytest.mark.parametrize(
    ("kind", "outcome", "decided", "quorum", "wall"),
    [
        ("activate_checkpoint", "automatic", 0, 0, "request_asks_for_someone"),
        ("activate_checkpoint", "automatic", 0, 1, "request_asks_as_decided"),
        ("set_access", "automatic", 0, 0, "request_asks_for_someone"),
        ("reverse", "approval", 1, 0, "request_asks_as_decided"),
        ("reverse", "approval", 2, 1, "request_asks_as_decided"),
        ("reverse", "forbidden", 0, 0, "request_asks_as_decided"),
    ],
)
def test_a_request_asks_for_no_fewer_than_policy_decided(
    desk: Desk, maker: Actor, raw_as: Raw, kind: str, outcome: str, decided: int, quorum: int, wall: str
) -> None:
    raw = raw_as("app")
    raw.execute(AS_TENANT, [str(desk.tenant_id)])
    given = {"kind": kind, "outcome": outcome, "decided": decided, "quorum": quorum, "maker": maker.person_id}
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        raw.execute(FORGED, given)
    assert refused.value.diag.constraint_name == wall
