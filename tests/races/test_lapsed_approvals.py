"""An approval counts at the moment of execution or not at all: what its giver lost in between, two people did not approve."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.approvals.end_delegation import end_delegation
from reconciliation.approvals.lend_role import lend_role
from reconciliation.approvals.models import ApprovalDecision, ApprovalExecution
from reconciliation.errors import ApprovalLapsed
from reconciliation.people.end_role import end_role
from reconciliation.people.models import User
from tests.people import SET_UP, UserMaker, acting
from tests.races.test_four_eyes import AS_TENANT, DECISION, EXECUTION, USUAL
from tests.reconciliation.approvals.desk import Desk, Trial

pytestmark = pytest.mark.django_db(transaction=True)
Raw = Callable[..., psycopg.Connection[Any]]
DAY = timedelta(days=1)


@pytest.fixture
def second(user_of: UserMaker, desk: Desk) -> Actor:
    return acting(user_of("Second", "controller"), desk.tenant_id)


@pytest.fixture
def deputy(user_of: UserMaker, desk: Desk) -> Actor:
    return acting(user_of("Deputy", "analyst"), desk.tenant_id)


def lend(desk: Desk, lender: Actor, to: Actor) -> int:
    with tenant(desk.tenant_id):
        made = lend_role(
            role="controller", delegate=to.id, from_at=desk.now, until_at=desk.now + DAY / 2, reason="on leave",
            proven_at=desk.now, actor=lender, at=desk.now,
        )  # fmt: skip
    return int(made.id)


def role_ends(desk: Desk, who: Actor, role: str = "controller") -> None:
    with tenant(desk.tenant_id):
        end_role(User.objects.get(email=who.id), role, actor=SET_UP, at=desk.now)


def ends(desk: Desk, delegation: int, by: Actor) -> None:
    with tenant(desk.tenant_id):
        end_delegation(delegation_id=delegation, reason="", actor=by, at=desk.now)


LOST: dict[str, tuple[bool, Callable[[Desk, Actor, Actor, int], None], str]] = {
    "the role ended": (False, lambda d, c, dep, n: role_ends(d, c), "Checker holds the role controller no more"),
    "the sign-in was closed": (
        False, lambda d, c, dep, n: User.objects.filter(email=c.id).update(is_active=False) and None,
        "Checker holds the role controller no more",
    ),
    "the delegation ended": (True, lambda d, c, dep, n: ends(d, n, c), "Deputy decided for Checker, who lends them"),
    "the lender's role ended": (True, lambda d, c, dep, n: role_ends(d, c), "Deputy decides for Checker, who holds the role"),
    "the delegate left": (True, lambda d, c, dep, n: role_ends(d, dep, "analyst"), "Deputy works here no more"),
}  # fmt: skip


@pytest.mark.parametrize("what", LOST)
def test_what_was_lost_in_between_refuses_the_execution_and_says_whose(
    desk: Desk, trial: Trial, two_needed: None, maker: Actor, checker: Actor, second: Actor, deputy: Actor, what: str
) -> None:
    lent, lose, says = LOST[what]
    delegation = lend(desk, checker, deputy)
    made = desk.ask(maker)
    assert desk.decide(made, deputy if lent else checker).state == "open"
    lose(desk, checker, deputy, delegation)
    with pytest.raises(ApprovalLapsed, match=says):
        desk.decide(made, second)
    assert (trial.ran, desk.stored(made).state) == ([], "open")
    with tenant(desk.tenant_id):
        assert not ApprovalExecution.objects.filter(request_id=made.id).exists()
        assert ApprovalDecision.objects.filter(request_id=made.id).count() == 1
    assert desk.decide(made, second, "reject", "ask again").state == "rejected", "it can still be refused for good"


def test_a_delegation_that_ran_out_in_between_counts_no_more(
    desk: Desk, trial: Trial, two_needed: None, maker: Actor, checker: Actor, second: Actor, deputy: Actor
) -> None:
    lend(desk, checker, deputy)
    made = desk.ask(maker)
    desk.decide(made, deputy)
    with pytest.raises(ApprovalLapsed, match="lends them the role controller no more"):
        desk.decide(made, second, at=desk.now + DAY / 2)
    assert trial.ran == []
    assert desk.decide(made, second, at=desk.now + DAY / 2 - timedelta(seconds=1)).state == "executed"


@pytest.mark.parametrize("what", LOST)
def test_raw_sql_as_the_app_executes_nothing_by_an_approval_that_lapsed(
    desk: Desk, trial: Trial, two_needed: None, maker: Actor, checker: Actor, second: Actor, deputy: Actor, raw_as: Raw,
    what: str,
) -> None:  # fmt: skip
    lent, lose, _ = LOST[what]
    delegation = lend(desk, checker, deputy)
    made = desk.ask(maker)
    desk.decide(made, deputy if lent else checker)
    lose(desk, checker, deputy, delegation)
    raw = raw_as("app")
    raw.execute(AS_TENANT, [str(desk.tenant_id)])
    at = {"now()": f"'{desk.now.isoformat()}'::timestamptz"}
    for statement in (DECISION.format(**USUAL, decided_by=second.person_id),):
        raw.execute(statement.replace("now()", at["now()"]), [made.id])
    with pytest.raises(psycopg.errors.CheckViolation, match="approvals it needs"):
        execution = EXECUTION.format(**USUAL, approved_by=second.person_id).replace("now()", at["now()"])
        raw.execute(execution, [made.id])
    raw.rollback()
    assert trial.ran == []


def test_raw_sql_as_the_app_decides_in_no_role_that_is_not_held(
    desk: Desk, maker: Actor, checker: Actor, deputy: Actor, admin: Actor, raw_as: Raw
) -> None:
    made = desk.ask(maker)
    lend(desk, checker, deputy)
    usual = DECISION.format(**USUAL, decided_by="{who}").replace("now()", f"'{desk.now.isoformat()}'")
    forged = usual.replace("decided_by, role", "decided_by, on_behalf_of, role")
    attacks = [
        usual.replace("{who}", str(deputy.person_id)),
        usual.replace("{who}", str(checker.person_id)).replace("'controller'", "'policy_admin'"),
        usual.replace("{who}", str(admin.person_id)).replace("'controller'", "'policy_admin'"),
        forged.replace("{who}", f"{admin.person_id}, {checker.person_id}"),
        forged.replace("{who}", f"{deputy.person_id}, {admin.person_id}"),
        forged.replace("{who}", f"{deputy.person_id}, {deputy.person_id}"),
        forged.replace("{who}", f"{deputy.person_id}, {maker.person_id}"),
    ]
    for attack in attacks:
        raw = raw_as("app")
        raw.execute(AS_TENANT, [str(desk.tenant_id)])
        with pytest.raises(psycopg.errors.CheckViolation):
            raw.execute(attack, [made.id])
        raw.rollback()
    raw = raw_as("app")
    raw.execute(AS_TENANT, [str(desk.tenant_id)])
    raw.execute(forged.replace("{who}", f"{deputy.person_id}, {checker.person_id}"), [made.id])
    with pytest.raises(psycopg.errors.UniqueViolation, match="decision_once_per_right"):
        raw.execute(usual.replace("{who}", str(checker.person_id)), [made.id])


def test_a_role_cannot_end_between_the_look_and_the_execution(
    desk: Desk, trial: Trial, two_needed: None, maker: Actor, checker: Actor, second: Actor
) -> None:
    """While the second approval executes, the end of the first one's role waits."""
    made = desk.ask(maker)
    desk.decide(made, checker)
    order: list[str] = []
    started = threading.Event()

    def end() -> None:
        started.set()
        role_ends(desk, checker)
        order.append("ended")
        connection.close()

    rival = threading.Thread(target=end)

    def effect(payload: dict[str, Any], **_: Any) -> list[int]:
        rival.start()
        started.wait(5)
        rival.join(0.5)
        order.append("executed")
        return []

    from dataclasses import replace

    from reconciliation.approvals.kinds import KINDS

    kept = KINDS["trial"]
    KINDS["trial"] = replace(kept, effect=effect)
    try:
        assert desk.decide(made, second).state == "executed"
    finally:
        KINDS["trial"] = kept
    rival.join(10)
    assert order == ["executed", "ended"]
