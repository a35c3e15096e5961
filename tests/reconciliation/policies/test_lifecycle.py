"""A checkpoint's life: drafted by one, evaluated in the shadow, in force by a second, retired by the next. Does it, refuses whom,
refuses when, does it once."""

from datetime import datetime
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.step_up import StepUp
from reconciliation.checkpoints.documents import digest_of
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.errors import (
    AlreadyRequested,
    BadInput,
    ChangedSinceAsked,
    CheckerIsMaker,
    NotPermitted,
    ReasonMissing,
    RequestNotOpen,
)
from reconciliation.policies.discard_version import discard_version
from reconciliation.policies.request_activation import request_activation, request_retirement
from reconciliation.policies.save_draft import save_draft
from reconciliation.policies.start_evaluation import start_evaluation
from tests.checkpoints import checkpoint, put_in_force, shipped, two_admins
from tests.people import UserMaker, acting

KEY = "trial-checkpoint"
NEVER = {
    "moves": ["posting.post"],
    "when": {"use_case": ["deposit"]},
    "outcome": "forbidden",
    "reason": "Deposits wait.",
}
LOAN = NEVER | {"when": {"use_case": ["loan"]}}


@pytest.fixture
def admins(user_of: UserMaker, acme: Tenant) -> tuple[Actor, Actor]:
    return two_admins(user_of, acme.id)


class Table:
    """Acts, each in a scope of its own."""

    def __init__(self, tenant_id: int, at: datetime) -> None:
        self.tenant_id, self.at = tenant_id, at

    def save(self, by: Actor, document: dict[str, Any], seen: int | None = None) -> CheckpointVersion:
        with tenant(self.tenant_id):
            return save_draft(document=document, seen_edits=seen, actor=by, at=self.at)

    def evaluate(self, by: Actor, number: int = 1) -> CheckpointVersion:
        with tenant(self.tenant_id):
            return start_evaluation(key=KEY, number=number, actor=by, at=self.at)

    def ask(self, by: Actor, document: dict[str, Any], number: int = 1, **changed: Any) -> Made:
        given = {
            "note": "because",
            "idempotency_key": f"k{number}",
            "backtest": {"document_sha256": digest_of(document).hex()},
        }
        with tenant(self.tenant_id):
            return request_activation(key=KEY, number=number, actor=by, at=self.at, **(given | changed))  # type: ignore[arg-type]

    def approve(self, made: Made, by: Actor) -> str:
        with tenant(self.tenant_id):
            proof = StepUp(self.at, made.id, made.payload_sha256)
            return decide_request(
                request_id=made.id, verdict="approve", reason="", step_up=proof, actor=by, at=self.at
            ).state

    def states(self) -> dict[int, str]:
        with tenant(self.tenant_id):
            rows = CheckpointVersion.objects.filter(policy__key=KEY).order_by("number")
            return {v.number: v.state for v in rows}


@pytest.fixture
def table(acme: Tenant, noon: datetime) -> Table:
    return Table(acme.id, noon)


def test_it_goes_from_draft_to_active_and_retires_the_one_before(table: Table, admins: tuple[Actor, Actor]) -> None:
    first, second = admins
    put_in_force(table.tenant_id, checkpoint(NEVER), maker=first, checker=second, at=table.at)
    table.save(second, checkpoint(LOAN))
    table.evaluate(second, 2)
    assert table.states() == {1: "active", 2: "evaluate"}
    made = table.ask(second, checkpoint(LOAN), 2)
    assert table.approve(made, first) == "executed"
    assert table.states() == {1: "retired", 2: "active"}
    with tenant(table.tenant_id):
        told = list(
            AuditEntry.objects.filter(action__startswith="checkpoint.").order_by("id").values_list("action", flat=True)
        )
    assert told[-4:] == ["checkpoint.drafted", "checkpoint.evaluated", "checkpoint.retired", "checkpoint.activated"]


def test_a_draft_is_edited_by_its_maker_and_seen_as_it_was(table: Table, admins: tuple[Actor, Actor]) -> None:
    first, second = admins
    made = table.save(first, checkpoint(NEVER))
    assert table.save(first, checkpoint(LOAN), seen=0).edits == 1
    assert table.save(first, checkpoint(LOAN), seen=1).edits == 1, "the same words are no edit"
    with pytest.raises(ChangedSinceAsked, match="another window"):
        table.save(first, checkpoint(NEVER), seen=0)
    with pytest.raises(NotPermitted, match="who alone edits it"):
        table.save(second, checkpoint(NEVER), seen=1)
    with pytest.raises(AlreadyRequested):
        table.save(first, checkpoint(NEVER))
    with tenant(table.tenant_id):
        discard_version(key=KEY, number=made.number, actor=first, at=table.at)
    with pytest.raises(ChangedSinceAsked):
        table.save(first, checkpoint(NEVER), seen=1)


@pytest.mark.parametrize("role", ["support", "analyst", "controller", "auditor", "operator"])
def test_other_roles_change_no_checkpoint(
    table: Table, admins: tuple[Actor, Actor], user_of: UserMaker, role: str
) -> None:
    other = acting(user_of("Other", role), table.tenant_id)
    table.save(admins[0], checkpoint(NEVER))
    with pytest.raises(NotPermitted):
        table.save(other, checkpoint(NEVER))
    with pytest.raises(NotPermitted):
        table.evaluate(other)
    table.evaluate(admins[0])
    with pytest.raises(NotPermitted):
        table.ask(other, checkpoint(NEVER))
    with pytest.raises(NotPermitted), tenant(table.tenant_id):
        discard_version(key=KEY, number=1, actor=other, at=table.at)


def test_whoever_drafted_it_asks_and_somebody_else_decides(table: Table, admins: tuple[Actor, Actor]) -> None:
    first, second = admins
    table.save(first, checkpoint(NEVER))
    with pytest.raises(NotPermitted, match="who alone begins its evaluation"):
        table.evaluate(second)
    table.evaluate(first)
    with pytest.raises(NotPermitted, match="drafted by"):
        table.ask(second, checkpoint(NEVER))
    made = table.ask(first, checkpoint(NEVER))
    with pytest.raises(CheckerIsMaker):
        table.approve(made, first)
    assert table.approve(made, second) == "executed"


def test_a_controller_may_be_the_second_person(table: Table, admins: tuple[Actor, Actor], checker: Actor) -> None:
    table.save(admins[0], checkpoint(NEVER))
    table.evaluate(admins[0])
    assert table.approve(table.ask(admins[0], checkpoint(NEVER)), checker) == "executed"


def test_it_is_put_in_force_as_it_was_evaluated_and_backtested(table: Table, admins: tuple[Actor, Actor]) -> None:
    first, _ = admins
    table.save(first, checkpoint(NEVER))
    with pytest.raises(RequestNotOpen, match="under evaluation"):
        table.ask(first, checkpoint(NEVER))
    table.evaluate(first)
    with pytest.raises(BadInput, match="no backtest"):
        table.ask(first, checkpoint(NEVER), backtest={})
    with pytest.raises(BadInput, match="no backtest"):
        table.ask(first, checkpoint(LOAN))
    with pytest.raises(ReasonMissing):
        table.ask(first, checkpoint(NEVER), note=" ")
    with pytest.raises(RequestNotOpen):
        table.evaluate(first)


def test_what_changed_meanwhile_makes_the_request_stale(table: Table, admins: tuple[Actor, Actor]) -> None:
    first, second = admins
    table.save(first, checkpoint(NEVER))
    table.evaluate(first)
    made = table.ask(first, checkpoint(NEVER))
    with pytest.raises(AlreadyRequested, match="withdraw that first"), tenant(table.tenant_id):
        discard_version(key=KEY, number=1, actor=first, at=table.at)
    stricter = shipped("checkpoints", lambda d: d["clauses"][0]["approval"].update(quorum=2))
    put_in_force(table.tenant_id, stricter, maker=first, checker=second, at=table.at)
    assert table.approve(made, second) == "stale"
    assert table.states() == {1: "evaluate"}


def test_one_draft_and_one_under_evaluation_at_a_time(table: Table, admins: tuple[Actor, Actor]) -> None:
    first, second = admins
    table.save(first, checkpoint(NEVER))
    table.evaluate(first)
    table.save(second, checkpoint(LOAN))
    with pytest.raises(AlreadyRequested, match="discard it first"):
        table.evaluate(second, 2)
    with pytest.raises(NotPermitted, match="who alone discards it"), tenant(table.tenant_id):
        discard_version(key=KEY, number=1, actor=second, at=table.at)
    with tenant(table.tenant_id):
        discard_version(key=KEY, number=1, actor=first, at=table.at)
    assert table.evaluate(second, 2).state == "evaluate"


def test_what_says_the_same_is_not_evaluated(table: Table, admins: tuple[Actor, Actor]) -> None:
    put_in_force(table.tenant_id, checkpoint(NEVER), maker=admins[0], checker=admins[1], at=table.at)
    table.save(admins[0], checkpoint(NEVER))
    with pytest.raises(BadInput, match="says exactly what"):
        table.evaluate(admins[0], 2)


def test_a_checkpoint_of_one_s_own_ends_by_two_people_and_one_that_ships_never(
    table: Table, admins: tuple[Actor, Actor]
) -> None:
    first, second = admins
    put_in_force(table.tenant_id, checkpoint(NEVER), maker=first, checker=second, at=table.at)
    with tenant(table.tenant_id):
        made = request_retirement(key=KEY, note="not needed", idempotency_key="r1", actor=first, at=table.at)
        with pytest.raises(BadInput, match="changed"):
            request_retirement(key="corrections", note="x", idempotency_key="r2", actor=first, at=table.at)
    with pytest.raises(CheckerIsMaker):
        table.approve(made, first)
    assert table.approve(made, second) == "executed"
    assert table.states() == {1: "retired"}


def test_the_same_form_sent_twice_asks_once(table: Table, admins: tuple[Actor, Actor]) -> None:
    table.save(admins[0], checkpoint(NEVER))
    table.evaluate(admins[0])
    one, two = table.ask(admins[0], checkpoint(NEVER)), table.ask(admins[0], checkpoint(NEVER))
    assert (one.id, one.created, two.created) == (two.id, True, False)
