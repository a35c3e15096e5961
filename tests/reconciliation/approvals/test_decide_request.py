from datetime import timedelta

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalDecision, ApprovalExecution
from reconciliation.approvals.step_up import StepUp
from reconciliation.errors import (
    AlreadyDecided,
    CheckerIsMaker,
    NotFound,
    NotPermitted,
    ReasonMissing,
    ReauthenticationNeeded,
    RequestNotOpen,
)
from reconciliation.people.end_role import end_role
from reconciliation.people.models import User
from tests.people import SET_UP, UserMaker, acting
from tests.reconciliation.approvals.desk import Desk, Trial

MINUTE = timedelta(minutes=1)


def test_the_approval_that_completes_the_quorum_executes_as_frozen(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor
) -> None:
    made = desk.ask(maker)
    decided = desk.decide(made, checker)
    assert (decided.state, decided.approvals, decided.changed) == ("executed", 1, ())
    assert trial.ran == [({"n": 1, "text": "Bole"}, checker.id)]
    assert trial.ended == [("CR-1", "executed")]
    with tenant(desk.tenant_id):
        decision, execution = ApprovalDecision.objects.get(), ApprovalExecution.objects.get()
        assert (decision.decided_by_id, decision.role, decision.verdict) == (checker.person_id, "controller", "approve")
        assert (execution.approved_by, execution.made_by) == (checker.person_id, maker.person_id)
        assert [a.action for a in AuditEntry.objects.filter(subject="CR-1").order_by("id")] == [
            "request.made", "request.decided", "request.executed",
        ]  # fmt: skip


def test_a_rejection_says_why_and_ends_it(desk: Desk, trial: Trial, maker: Actor, checker: Actor) -> None:
    made = desk.ask(maker)
    with pytest.raises(ReasonMissing):
        desk.decide(made, checker, "reject", "  ")
    assert desk.decide(made, checker, "reject", "the receipt is missing").state == "rejected"
    assert (trial.ran, trial.ended) == ([], [("CR-1", "rejected")])
    with pytest.raises(RequestNotOpen, match="rejected"):
        desk.decide(made, checker)


def test_two_approvals_are_two_persons(
    desk: Desk, trial: Trial, two_needed: None, maker: Actor, checker: Actor, user_of: UserMaker
) -> None:
    made = desk.ask(maker)
    assert (made.quorum, desk.decide(made, checker).state, trial.ran) == (2, "open", [])
    with pytest.raises(AlreadyDecided):
        desk.decide(made, checker)
    with tenant(desk.tenant_id):
        twin_of = User.objects.get(email=checker.id)
    twin = acting(user_of("Checker Twin", "controller", same_as=twin_of), desk.tenant_id)
    with pytest.raises(AlreadyDecided):
        desk.decide(made, twin)
    second = acting(user_of("Second", "controller"), desk.tenant_id)
    assert (desk.decide(made, second).state, len(trial.ran)) == ("executed", 1)


def test_it_refuses_whoever_does_not_hold_the_role(
    desk: Desk, trial: Trial, maker: Actor, support: Actor, admin: Actor, auditor: Actor, user_of: UserMaker
) -> None:
    made = desk.ask(maker)
    other = acting(user_of("Analyst", "analyst"), desk.tenant_id)
    for someone in (support, admin, auditor, other):
        with pytest.raises(NotPermitted):
            desk.decide(made, someone)
    assert trial.ran == []


def test_a_role_in_the_session_alone_is_no_role(desk: Desk, maker: Actor, support: Actor) -> None:
    made = desk.ask(maker)
    forged = Actor("person", support.id, frozenset({"controller"}), "Support", support.person_id)
    with pytest.raises(NotPermitted):
        desk.decide(made, forged)


def test_a_role_that_ended_between_load_and_click_is_gone(desk: Desk, maker: Actor, checker: Actor) -> None:
    made = desk.ask(maker)
    with tenant(desk.tenant_id):
        end_role(User.objects.get(email=checker.id), "controller", actor=SET_UP, at=desk.now)
    with pytest.raises(NotPermitted):
        desk.decide(made, checker)


def test_it_refuses_its_maker(desk: Desk, user_of: UserMaker) -> None:
    both = acting(user_of("Both", "analyst", "controller"), desk.tenant_id)
    with pytest.raises(CheckerIsMaker):
        desk.decide(desk.ask(both), both)


def test_it_refuses_an_unknown_request(desk: Desk, maker: Actor, checker: Actor) -> None:
    made = desk.ask(maker)
    with tenant(desk.tenant_id), pytest.raises(NotFound):
        from reconciliation.approvals.decide_request import decide_request

        decide_request(request_id=made.id + 1, verdict="approve", reason="", step_up=None, actor=checker, at=desk.now)


def test_it_needs_a_fresh_proof_bound_to_this_request(desk: Desk, maker: Actor, checker: Actor) -> None:
    made = desk.ask(maker)
    for step_up in (
        None,
        StepUp(desk.now - 5 * MINUTE - timedelta(seconds=1), made.id, made.payload_sha256),
        StepUp(desk.now + MINUTE, made.id, made.payload_sha256),
        StepUp(desk.now, made.id + 1, made.payload_sha256),
        StepUp(desk.now, made.id, "00" * 32),
    ):
        with pytest.raises(ReauthenticationNeeded):
            desk.decide(made, checker, step_up=step_up)
    assert (
        desk.decide(made, checker, step_up=StepUp(desk.now - 5 * MINUTE, made.id, made.payload_sha256)).state
        == "executed"
    )


def test_it_refuses_after_expiry(desk: Desk, trial: Trial, maker: Actor, checker: Actor) -> None:
    made = desk.ask(maker)
    with pytest.raises(RequestNotOpen, match="expired"):
        desk.decide(made, checker, at=made.expires_at)
    assert desk.decide(made, checker, at=made.expires_at - MINUTE).state == "executed"


def test_a_changed_precondition_makes_it_stale_and_is_remembered(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor
) -> None:
    made = desk.ask(maker)
    trial.facts = {"status": "FAILED"}
    decided = desk.decide(made, checker)
    assert decided.state == "stale"
    assert [(c.fact, c.was, c.now) for c in decided.changed] == [("status", "POSTED", "FAILED")]
    assert (trial.ran, trial.ended, desk.stored(made).state) == ([], [("CR-1", "stale")], "stale")
    trial.facts = {"status": "POSTED"}
    with pytest.raises(RequestNotOpen, match="stale"):
        desk.decide(made, checker)


def test_another_policy_makes_it_stale(
    desk: Desk, maker: Actor, checker: Actor, request: pytest.FixtureRequest
) -> None:
    made = desk.ask(maker)
    request.getfixturevalue("two_needed")
    decided = desk.decide(made, checker)
    assert (decided.state, [c.fact for c in decided.changed]) == ("stale", ["policy"])


def test_a_changed_request_can_still_be_rejected(desk: Desk, trial: Trial, maker: Actor, checker: Actor) -> None:
    made = desk.ask(maker)
    trial.facts = {"status": "FAILED"}
    assert desk.decide(made, checker, "reject", "no longer so").state == "rejected"


def test_it_happens_once(desk: Desk, trial: Trial, maker: Actor, checker: Actor, user_of: UserMaker) -> None:
    made = desk.ask(maker)
    desk.decide(made, checker)
    second = acting(user_of("Second", "controller"), desk.tenant_id)
    for someone in (checker, second):
        with pytest.raises(RequestNotOpen, match="executed"):
            desk.decide(made, someone)
    assert len(trial.ran) == 1


def test_what_the_effect_refuses_leaves_nothing(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk.ask(maker)

    def refuse(*_: object, **__: object) -> list[int]:
        raise ReasonMissing("no")

    from dataclasses import replace

    from reconciliation.approvals.kinds import KINDS

    monkeypatch.setitem(KINDS, "trial", replace(KINDS["trial"], effect=refuse))
    with pytest.raises(ReasonMissing):
        desk.decide(made, checker)
    with tenant(desk.tenant_id):
        assert not ApprovalDecision.objects.exists()
    assert desk.stored(made).state == "open"
