"""Several requests are approved at once, exactly as they were on the screen, all or none."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.approvals.approve_batch import approve_batch
from reconciliation.approvals.batch import BATCH, Chosen, batch_digest, preview_batch
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.end_delegation import end_delegation
from reconciliation.approvals.lend_role import lend_role
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalDecision, ApprovalExecution
from reconciliation.approvals.step_up import StepUp
from reconciliation.approvals.withdraw_request import withdraw_request
from reconciliation.errors import BadInput, BatchRefused, NotFound, NotPermitted, ReasonMissing, ReauthenticationNeeded
from reconciliation.people.end_role import end_role
from reconciliation.people.models import User
from tests.people import SET_UP, UserMaker, acting
from tests.reconciliation.approvals.desk import Desk, Trial

MINUTE = timedelta(minutes=1)


def asked(desk: Desk, by: Actor, n: int, **changed: Any) -> Made:
    given = {"key": f"k{n}", "subject": f"LT-{n}", "payload": {"n": n}, "amount_minor": n * 100, **changed}
    return desk.ask(by, **given)


@pytest.fixture
def three(desk: Desk, maker: Actor) -> list[Made]:
    return [asked(desk, maker, n) for n in (1, 2, 3)]


def approve(desk: Desk, made: Sequence[Made], by: Actor, **changed: Any) -> list[Decided]:
    at = changed.get("at", desk.now)
    chosen = changed.get("chosen", [Chosen(m.number, m.payload_sha256) for m in made])
    proof = changed.get("step_up", StepUp(at, BATCH, batch_digest((m.id, m.payload_sha256) for m in made)))
    with tenant(desk.tenant_id):
        return approve_batch(chosen=chosen, reason=changed.get("reason", ""), step_up=proof, actor=by, at=at)


def nothing(desk: Desk, trial: Trial) -> None:
    assert trial.ran == []
    with tenant(desk.tenant_id):
        assert not ApprovalDecision.objects.exists()
        assert not ApprovalExecution.objects.exists()


def test_each_is_decided_and_executed_with_one_trail_of_the_set(
    desk: Desk, trial: Trial, checker: Actor, three: list[Made]
) -> None:
    done = approve(desk, three, checker, reason="month end")
    assert [(d.number, d.state) for d in done] == [(1, "executed"), (2, "executed"), (3, "executed")]
    assert [payload for payload, _ in trial.ran] == [{"n": 1}, {"n": 2}, {"n": 3}]
    with tenant(desk.tenant_id):
        digest = batch_digest((m.id, m.payload_sha256) for m in three)
        rows = AuditEntry.objects.filter(action="request.decided").order_by("id")
        assert [(r.subject, r.why, r.detail["batch"]) for r in rows] == [
            (f"CR-{n}", "month end", digest) for n in (1, 2, 3)
        ]
        one = AuditEntry.objects.get(action="batch.approved")
        assert (one.subject, one.detail["requests"], one.detail["batch"]) == (
            "3 requests",
            ["CR-1", "CR-2", "CR-3"],
            digest,
        )


def test_one_that_needs_two_waits_on_while_the_rest_runs(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor, user_of: UserMaker, two_needed: None
) -> None:
    made = [asked(desk, maker, n) for n in (1, 2)]
    desk.decide(made[0], acting(user_of("Second", "controller"), desk.tenant_id))
    assert [d.state for d in approve(desk, made, checker)] == ["executed", "open"]
    assert len(trial.ran) == 1


def test_one_row_refuses_the_whole_batch_and_is_named(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor, three: list[Made], user_of: UserMaker, rival: Any
) -> None:
    both = acting(user_of("Both", "controller", "analyst"), desk.tenant_id)
    own = asked(desk, both, 4)
    with pytest.raises(BatchRefused, match="CR-4: is your own"):
        approve(desk, [*three, own], both)
    with tenant(desk.tenant_id):
        withdraw_request(request_id=three[1].id, actor=maker, at=desk.now)
    with pytest.raises(BatchRefused, match="CR-2: was withdrawn"):
        approve(desk, three, checker)
    foreign = Desk(rival.id, desk.now)
    theirs = [
        asked(foreign, acting(user_of("Foreign", "analyst", tenant_id=rival.id), rival.id), n) for n in range(1, 6)
    ][-1]
    with pytest.raises(BatchRefused, match="CR-5: no request has this number"):
        approve(desk, [three[0], theirs], checker)
    with pytest.raises(BatchRefused, match="CR-999: no request has this number"):
        approve(desk, three[:1], checker, chosen=[Chosen(1, three[0].payload_sha256), Chosen(999, "00" * 32)])
    with pytest.raises(BatchRefused, match="CR-3: it changed since you looked"):
        approve(desk, [three[0], three[2]], checker,
                chosen=[Chosen(1, three[0].payload_sha256), Chosen(3, three[0].payload_sha256)])  # fmt: skip
    with pytest.raises(BatchRefused, match="CR-1: expired"):
        approve(desk, [three[0], three[2]], checker, at=three[0].expires_at)
    nothing(desk, trial)
    assert {desk.stored(three[n]).state for n in (0, 2)} == {"open"}


def test_a_fact_that_changed_refuses_all_and_leaves_the_row_open(
    desk: Desk, trial: Trial, checker: Actor, three: list[Made]
) -> None:
    trial.facts = {"status": "FAILED"}
    with pytest.raises(BatchRefused, match="CR-1: changed since asked: status"):
        approve(desk, three, checker)
    nothing(desk, trial)
    assert {desk.stored(m).state for m in three} == {"open"}


def test_a_right_that_was_lent_counts_and_its_end_refuses_all(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor, three: list[Made], user_of: UserMaker
) -> None:
    deputy = acting(user_of("Deputy", "analyst"), desk.tenant_id)
    with tenant(desk.tenant_id):
        lent = lend_role(
            role="controller", delegate=deputy.id, from_at=desk.now, until_at=desk.now + 60 * MINUTE, reason="away",
            proven_at=desk.now, actor=checker, at=desk.now,
        )  # fmt: skip
    theirs = asked(desk, checker, 4)
    with pytest.raises(BatchRefused, match="CR-4: Deputy would decide for Checker, who asked for it"):
        approve(desk, [*three, theirs], deputy)
    own = asked(desk, deputy, 5)
    with pytest.raises(BatchRefused, match="CR-5: is your own"):
        approve(desk, [*three, own], deputy)
    with tenant(desk.tenant_id):
        end_delegation(delegation_id=lent.id, reason="", actor=checker, at=desk.now)
    with pytest.raises(NotPermitted):
        approve(desk, three, deputy)
    nothing(desk, trial)


def test_what_an_effect_refuses_undoes_those_before_it(
    desk: Desk, trial: Trial, checker: Actor, three: list[Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from reconciliation.approvals.kinds import KINDS

    def third_fails(payload: dict[str, Any], **named: Any) -> list[int]:
        if payload["n"] == 3:
            raise ReasonMissing("not like this")
        return trial.effect(payload, **named)

    monkeypatch.setitem(KINDS, "trial", replace(KINDS["trial"], effect=third_fails))
    with pytest.raises(BatchRefused, match="CR-3: not like this"):
        approve(desk, three, checker)
    assert len(trial.ran) == 2, "two had run when the third refused"
    trial.ran.clear()
    nothing(desk, trial)
    assert {desk.stored(m).state for m in three} == {"open"}


def test_a_lapsed_approval_refuses_all(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor, user_of: UserMaker, two_needed: None
) -> None:
    made = [asked(desk, maker, n) for n in (1, 2)]
    second = acting(user_of("Second", "controller"), desk.tenant_id)
    approve(desk, made, second)
    with tenant(desk.tenant_id):
        end_role(User.objects.get(email=second.id), "controller", actor=SET_UP, at=desk.now)
    with pytest.raises(BatchRefused, match=r"CR-\d: is not executed, an earlier approval counts no more: Second holds"):
        approve(desk, made, checker)
    assert trial.ran == []


def test_the_proof_is_about_exactly_this_set(desk: Desk, trial: Trial, checker: Actor, three: list[Made]) -> None:
    def digest(made: Sequence[Made]) -> str:
        return batch_digest((m.id, m.payload_sha256) for m in made)

    for proof in (
        None,
        StepUp(desk.now, BATCH, digest(three[:2])),
        StepUp(desk.now, three[0].id, digest(three)),
        StepUp(desk.now, three[0].id, three[0].payload_sha256),
        StepUp(desk.now - 5 * MINUTE - timedelta(seconds=1), BATCH, digest(three)),
        StepUp(desk.now + MINUTE, BATCH, digest(three)),
        StepUp(desk.now, BATCH, "00" * 32),
    ):
        with pytest.raises(ReauthenticationNeeded):
            approve(desk, three, checker, step_up=proof)
    nothing(desk, trial)
    assert digest(three) == digest(three[::-1])
    assert approve(desk, three, checker, step_up=StepUp(desk.now - 5 * MINUTE, BATCH, digest(three)))


def test_it_happens_once(desk: Desk, trial: Trial, checker: Actor, three: list[Made]) -> None:
    approve(desk, three, checker)
    with pytest.raises(BatchRefused, match="CR-1: was executed"):
        approve(desk, three, checker)
    assert len(trial.ran) == 3


def test_it_refuses_none_too_many_and_one_twice(desk: Desk, checker: Actor, three: list[Made]) -> None:
    for made in ([], [three[0]] * 2):
        with pytest.raises(BadInput):
            approve(desk, made, checker)
    with pytest.raises(BadInput):
        approve(desk, [], checker, chosen=[Chosen(n, "") for n in range(51)])


def test_it_refuses_whoever_does_not_decide(
    desk: Desk,
    trial: Trial,
    maker: Actor,
    support: Actor,
    admin: Actor,
    auditor: Actor,
    checker: Actor,
    three: list[Made],
) -> None:
    by_token = Actor("person", checker.id, checker.roles, "Checker", checker.person_id, token="script")
    for someone in (maker, support, auditor, by_token, Actor("job", "batch", frozenset({"controller"}))):
        with pytest.raises(NotPermitted):
            approve(desk, three, someone)
    with pytest.raises(BatchRefused, match="CR-1: is decided by controller"):
        approve(desk, three, admin)  # who decides about checkpoints alone
    nothing(desk, trial)


def test_the_preview_totals_by_currency_and_says_what_each_comes_to(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor, three: list[Made], user_of: UserMaker
) -> None:
    later = asked(desk, maker, 4, currency="USD", amount_minor=55, at=desk.now + MINUTE)
    own = asked(desk, checker, 5)
    with tenant(desk.tenant_id):
        found = preview_batch([4, 1, 2, 5], checker, desk.now)
        assert [str(r.request) for r in found.rows] == ["CR-1", "CR-2", "CR-4", "CR-5"]
        assert found.totals == {"ETB": 100 + 200 + 500, "USD": 55}
        assert found.expires_at == three[0].expires_at < later.expires_at
        assert [r.bar for r in found.rows] == ["", "", "", "you: Checker asked for it"]
        assert found.digest == batch_digest((m.id, m.payload_sha256) for m in (three[0], three[1], later, own))
        trial.facts = {"status": "FAILED"}
        assert preview_batch([1], checker, desk.now).rows[0].bar == "changed since asked: status"
        with pytest.raises(NotFound):
            preview_batch([1, 77], checker, desk.now)
