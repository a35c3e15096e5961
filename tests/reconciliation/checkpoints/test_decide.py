"""What policy said is recorded under what is in force, beside what a version under evaluation would have said."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.checkpoints import in_force
from reconciliation.checkpoints.decide import ask, record_decision, record_refused, record_whatever
from reconciliation.checkpoints.models import CheckpointDecision, CheckpointShadow
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import ForbiddenByPolicy
from reconciliation.policies.discard_version import discard_version
from reconciliation.policies.save_draft import save_draft
from reconciliation.policies.start_evaluation import start_evaluation
from tests.checkpoints import checkpoint, put_in_force, two_admins
from tests.people import UserMaker

NEVER = {
    "moves": ["posting.post"],
    "when": {"use_case": ["deposit"]},
    "outcome": "forbidden",
    "reason": "Deposits wait.",
}
DEPOSIT = Move("posting.post", {"use_case": "deposit"})


@pytest.fixture
def admins(user_of: UserMaker, acme: Tenant) -> tuple[Actor, Actor]:
    return two_admins(user_of, acme.id)


def test_what_was_said_is_kept_with_count_and_digest(acme: Tenant, noon: datetime) -> None:
    with tenant(acme.id):
        made = record_decision(DEPOSIT, at=noon, subjects=["a", "b"])
        stored = CheckpointDecision.objects.get(id=made.id)
    assert (stored.policy, stored.policy_version, stored.outcome, stored.subject_count) == (
        "Postings",
        1,
        "automatic",
        2,
    )
    assert (stored.inputs, stored.rule, stored.at) == ({"use_case": "deposit"}, "1", noon)


def test_a_new_checkpoint_decides_the_next_move(acme: Tenant, noon: datetime, admins: tuple[Actor, Actor]) -> None:
    with tenant(acme.id):
        record_decision(DEPOSIT, at=noon)
    put_in_force(acme.id, checkpoint(NEVER), maker=admins[0], checker=admins[1], at=noon)
    with (
        pytest.raises(ForbiddenByPolicy, match="Trial checkpoint v1, clause 1: Deposits wait") as refused,
        tenant(acme.id),
    ):
        record_decision(DEPOSIT, at=noon)
    with tenant(acme.id):
        number = record_refused(refused.value.decision, at=noon)
        assert CheckpointDecision.objects.get(id=number).outcome == "forbidden"
        assert record_whatever(DEPOSIT, at=noon, subjects=[]).decision.outcome == "forbidden"
        assert record_decision(Move("posting.post", {"use_case": "ewa"}), at=noon).decision.outcome == "automatic"


def test_a_process_that_has_not_heard_of_the_change_decides_by_it_all_the_same(
    acme: Tenant, noon: datetime, admins: tuple[Actor, Actor]
) -> None:
    with tenant(acme.id):
        before = in_force.in_force()
    put_in_force(acme.id, checkpoint(NEVER), maker=admins[0], checker=admins[1], at=noon)
    in_force._known[acme.id] = before  # another process
    with pytest.raises(ForbiddenByPolicy), tenant(acme.id):
        record_decision(Move("posting.post", {"use_case": "deposit", "again": 1}), at=noon)
    in_force._known[acme.id] = before
    with tenant(acme.id):
        assert ask(DEPOSIT, noon).outcome == "forbidden"


def test_another_tenant_s_checkpoints_are_its_own(
    acme: Tenant, rival: Tenant, noon: datetime, admins: tuple[Actor, Actor]
) -> None:
    put_in_force(acme.id, checkpoint(NEVER), maker=admins[0], checker=admins[1], at=noon)
    with tenant(rival.id):
        assert record_decision(DEPOSIT, at=noon).decision.outcome == "automatic"


def test_a_version_under_evaluation_decides_beside(acme: Tenant, noon: datetime, admins: tuple[Actor, Actor]) -> None:
    with tenant(acme.id):
        draft = save_draft(document=checkpoint(NEVER), seen_edits=None, actor=admins[0], at=noon)
        before = record_decision(DEPOSIT, at=noon)
        start_evaluation(key="trial-checkpoint", number=1, actor=admins[0], at=noon)
        live = record_decision(DEPOSIT, at=noon)
        other = record_decision(Move("posting.post", {"use_case": "ewa"}), at=noon)
        said = {s.decision_id: s for s in CheckpointShadow.objects.filter(version=draft)}
        discard_version(key="trial-checkpoint", number=1, actor=admins[0], at=noon)
        after = record_decision(DEPOSIT, at=noon)
    assert live.decision.outcome == "automatic"
    assert before.id not in said
    assert after.id not in said
    assert (said[live.id].outcome, said[live.id].reason, said[live.id].differs) == ("forbidden", "Deposits wait.", True)
    assert (said[other.id].outcome, said[other.id].policy, said[other.id].differs) == ("automatic", "Postings", False)


def test_an_override_lifts_it_for_its_time_alone(
    acme: Tenant, noon: datetime, admins: tuple[Actor, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_force(acme.id, checkpoint(NEVER), maker=admins[0], checker=admins[1], at=noon)
    over = in_force.Override(3, "trial-checkpoint", "posting.post")
    with tenant(acme.id):
        standing = in_force.in_force(sure=True)
    spans: Any = ((over, noon, noon + timedelta(hours=1)),)
    monkeypatch.setitem(
        in_force._known, acme.id,
        in_force.Standing(standing.stamp, standing.asked, standing.shadows, spans, standing.reads),
    )  # fmt: skip
    with tenant(acme.id):
        lifted = record_decision(DEPOSIT, at=noon)
        assert CheckpointDecision.objects.get(id=lifted.id).override_number == 3
    with pytest.raises(ForbiddenByPolicy), tenant(acme.id):
        record_decision(DEPOSIT, at=noon + timedelta(hours=1))
