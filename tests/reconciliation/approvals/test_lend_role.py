"""A deciding role is lent by whoever holds it, to somebody else, for a time; whoever borrows it decides in the lender's name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from ledger.actors import Actor
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.approvals.end_delegation import end_delegation
from reconciliation.approvals.inbox import waiting
from reconciliation.approvals.lend_role import lend_role
from reconciliation.approvals.models import ApprovalDecision
from reconciliation.approvals.standing_models import Delegation
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.errors import (
    AlreadyDecided,
    BadInput,
    CheckerIsMaker,
    NotFound,
    NotHeld,
    NotPermitted,
    ReasonMissing,
    ReauthenticationNeeded,
)
from reconciliation.people.end_role import end_role
from reconciliation.people.models import User
from reconciliation.shell_figures import shell_figures
from tests.checkpoints import put_in_force, shipped, two_admins
from tests.people import SET_UP, UserMaker, acting
from tests.reconciliation.approvals.desk import Desk, Trial

DAY = timedelta(days=1)
Raw = Callable[..., psycopg.Connection[Any]]


@pytest.fixture
def deputy(user_of: UserMaker, desk: Desk) -> Actor:
    return acting(user_of("Deputy", "analyst"), desk.tenant_id)


def lend(desk: Desk, lender: Actor, to: str, **changed: Any) -> Delegation:
    given = {"role": "controller", "from_at": desk.now, "until_at": desk.now + 7 * DAY, "reason": "on leave",
             "proven_at": desk.now, "at": desk.now}  # fmt: skip
    with tenant(desk.tenant_id):
        return lend_role(delegate=to, actor=lender, **(given | changed))


def test_whoever_borrows_decides_in_the_lenders_name(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor, deputy: Actor
) -> None:
    with pytest.raises(NotPermitted):
        desk.decide(desk.ask(maker), deputy)
    lend(desk, checker, deputy.id)
    assert desk.decide(desk.ask(maker, key="k2", subject="LT-2"), deputy).state == "executed"
    with tenant(desk.tenant_id):
        given = ApprovalDecision.objects.get()
        assert (given.decided_by_id, given.on_behalf_of_id, given.role) == (
            deputy.person_id, checker.person_id, "controller",
        )  # fmt: skip
        trail = AuditEntry.objects.get(action="request.decided")
        assert (trail.actor, trail.detail["on_behalf_of"]) == (deputy.id, checker.person_id)
        lent = AuditEntry.objects.get(action="role.lent")
        assert (lent.actor, lent.subject, lent.why, lent.detail["role"]) == (
            checker.id,
            deputy.id,
            "on leave",
            "controller",
        )


def test_it_counts_from_its_first_instant_until_before_its_last(
    desk: Desk, maker: Actor, checker: Actor, deputy: Actor
) -> None:
    lend(desk, checker, deputy.id, from_at=desk.now + DAY / 2, until_at=desk.now + DAY * 3 / 4)
    made = desk.ask(maker)
    for at in (desk.now + DAY / 2 - timedelta(seconds=1), desk.now + DAY * 3 / 4):
        with pytest.raises(NotPermitted):
            desk.decide(made, deputy, at=at)
    assert desk.decide(made, deputy, at=desk.now + DAY / 2).state == "executed"


def test_one_right_approves_once(
    desk: Desk, trial: Trial, two_needed: None, maker: Actor, checker: Actor, deputy: Actor, user_of: UserMaker
) -> None:
    lend(desk, checker, deputy.id)
    made = desk.ask(maker)
    assert desk.decide(made, deputy).state == "open"
    with pytest.raises(AlreadyDecided):
        desk.decide(made, checker)
    other = desk.ask(maker, key="k2", subject="LT-2")
    assert desk.decide(other, checker).state == "open"
    with pytest.raises(AlreadyDecided, match="right of Checker"):
        desk.decide(other, deputy)
    assert trial.ran == []
    second = acting(user_of("Second", "controller"), desk.tenant_id)
    assert desk.decide(made, second).state == "executed"


def test_a_delegate_decides_neither_their_own_nor_the_lenders_request(
    desk: Desk, checker: Actor, deputy: Actor
) -> None:
    lend(desk, checker, deputy.id)
    with pytest.raises(CheckerIsMaker):
        desk.decide(desk.ask(deputy), deputy)
    with pytest.raises(CheckerIsMaker, match="Checker, who asked"):
        desk.decide(desk.ask(checker, key="k2", subject="LT-2"), deputy)


def test_with_two_lenders_the_right_of_the_one_who_did_not_ask_is_used(
    desk: Desk, checker: Actor, deputy: Actor, user_of: UserMaker
) -> None:
    second = acting(user_of("Second", "controller"), desk.tenant_id)
    lend(desk, checker, deputy.id)
    lend(desk, second, deputy.id)
    assert desk.decide(desk.ask(checker), deputy).state == "executed"
    with tenant(desk.tenant_id):
        assert ApprovalDecision.objects.get().on_behalf_of_id == second.person_id


def test_what_is_lent_is_not_lent_on_and_falls_with_the_lenders_role(
    desk: Desk, maker: Actor, checker: Actor, deputy: Actor, user_of: UserMaker
) -> None:
    lend(desk, checker, deputy.id)
    third = acting(user_of("Third", "analyst"), desk.tenant_id)
    with pytest.raises(NotPermitted, match="that one holds"):
        lend(desk, deputy, third.id)
    with tenant(desk.tenant_id):
        end_role(User.objects.get(email=checker.id), "controller", actor=SET_UP, at=desk.now)
    with pytest.raises(NotPermitted):
        desk.decide(desk.ask(maker), deputy)


def test_it_refuses_whoever_may_not_lend_and_what_may_not_be_lent(
    desk: Desk,
    maker: Actor,
    admin: Actor,
    checker: Actor,
    deputy: Actor,
    support: Actor,
    user_of: UserMaker,
    rival: Any,
) -> None:
    for someone in (maker, admin, Actor("person", checker.id, checker.roles, "", checker.person_id, token="script")):
        with pytest.raises(NotPermitted):
            lend(desk, someone, deputy.id)
    with pytest.raises(NotPermitted):
        lend(desk, checker, deputy.id, role="analyst")
    twin = user_of("Checker Twin", "analyst", same_as=User.objects.get(email=checker.id))
    foreign = user_of("Foreign", "controller", tenant_id=rival.id)
    for to in (checker.id, twin.email, foreign.email, "nobody@example.test", support.id):
        with pytest.raises(BadInput) as refused:
            lend(desk, checker, to)
        assert refused.value.where == "delegate"
    for dates in (
        {"until_at": desk.now + 31 * DAY + timedelta(seconds=1)},
        {"until_at": desk.now},
        {"from_at": desk.now - 3 * DAY, "until_at": desk.now - DAY},
    ):
        with pytest.raises(BadInput):
            lend(desk, checker, deputy.id, **dates)
    with pytest.raises(ReasonMissing):
        lend(desk, checker, deputy.id, reason=" ")
    for proof in (None, desk.now - timedelta(minutes=6), desk.now + DAY):
        with pytest.raises(ReauthenticationNeeded):
            lend(desk, checker, deputy.id, proven_at=proof)
    lend(desk, checker, deputy.id, until_at=desk.now + 31 * DAY)


def test_it_is_ended_early_by_lender_delegate_or_admin_once(
    desk: Desk, maker: Actor, checker: Actor, deputy: Actor, admin: Actor, auditor: Actor, user_of: UserMaker
) -> None:
    second = acting(user_of("Second", "controller"), desk.tenant_id)
    for who in (checker, deputy, admin):
        made = lend(desk, checker, deputy.id)
        with tenant(desk.tenant_id):
            for other, refusal in ((second, NotFound), (maker, NotPermitted), (auditor, NotPermitted)):
                with pytest.raises(refusal):
                    end_delegation(delegation_id=made.id, reason="", actor=other, at=desk.now)
            ended = end_delegation(delegation_id=made.id, reason="back", actor=who, at=desk.now)
            assert (ended.ended_at, ended.ended_by_id) == (desk.now, who.person_id)
            with pytest.raises(NotHeld):
                end_delegation(delegation_id=made.id, reason="", actor=who, at=desk.now)
        with pytest.raises(NotPermitted):
            desk.decide(desk.ask(maker, key=f"k{made.id}", subject=f"LT-{made.id}"), deputy)


ROWS = {
    "to oneself": ("{c}", "{c}", "controller", "1 day"),
    "a role not held": ("{c}", "{d}", "policy_admin", "1 day"),
    "of somebody without it": ("{d}", "{c}", "controller", "1 day"),
    "to a stranger": ("{c}", "{s}", "controller", "1 day"),
    "for too long": ("{c}", "{d}", "controller", "32 days"),
    "backwards": ("{c}", "{d}", "controller", "-1 day"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("row", ROWS)
def test_raw_sql_as_the_app_is_refused(
    desk: Desk, checker: Actor, deputy: Actor, raw_as: Raw, user_of: UserMaker, rival: Any, row: str
) -> None:
    stranger = user_of("Foreign", "controller", tenant_id=rival.id)
    ids = {"c": checker.person_id, "d": deputy.person_id, "s": stranger.person_id}
    raw = raw_as("app")
    raw.execute("SELECT set_config('app.tenant_id', %s, true)", [str(desk.tenant_id)])
    lender, delegate, role, lasts = (part.format(**ids) for part in ROWS[row])
    with pytest.raises(psycopg.errors.CheckViolation):
        raw.execute(
            "INSERT INTO approval_delegation (lender, delegate, role, from_at, until_at, reason, made_at) "
            "VALUES (%s, %s, %s, now(), now() + %s::interval, 'x', now() - interval '2 days')",
            [lender, delegate, role, lasts],
        )


@pytest.mark.django_db(transaction=True)
def test_a_delegation_changes_by_its_early_end_alone(desk: Desk, checker: Actor, deputy: Actor, raw_as: Raw) -> None:
    made = lend(desk, checker, deputy.id)
    attacks = (
        "UPDATE approval_delegation SET until_at = until_at + interval '1 day'",
        "UPDATE approval_delegation SET delegate = lender",
        "DELETE FROM approval_delegation",
        "UPDATE approval_delegation SET ended_at = now()",
        "UPDATE approval_delegation SET ended_at = NULL, ended_by = NULL",
    )
    for attack in attacks:
        raw = raw_as("app")
        raw.execute("SELECT set_config('app.tenant_id', %s, true)", [str(desk.tenant_id)])
        with pytest.raises(psycopg.errors.Error) as refused:
            raw.execute(attack)
        assert refused.value.sqlstate in ("42501", "23514", "23001"), refused.value
        raw.rollback()
    raw = raw_as("app")
    raw.execute("SELECT set_config('app.tenant_id', %s, true)", [str(desk.tenant_id)])
    raw.execute("UPDATE approval_delegation SET ended_at = now(), ended_by = lender WHERE id = %s", [made.id])
    with pytest.raises(psycopg.errors.RestrictViolation):
        raw.execute("UPDATE approval_delegation SET ended_at = NULL, ended_by = NULL")


def test_the_count_beside_the_page_and_the_list_agree(
    desk: Desk, two_needed: None, maker: Actor, checker: Actor, deputy: Actor, support: Actor, user_of: UserMaker
) -> None:
    second = acting(user_of("Second", "controller"), desk.tenant_id)
    desk.ask(maker)
    desk.ask(checker, key="k2", subject="LT-2")
    desk.ask(deputy, key="k3", subject="LT-3")
    decided = desk.ask(second, key="k4", subject="LT-4")
    people = (maker, checker, deputy, second, support)

    def counts() -> list[int]:
        found = []
        for who in people:
            with tenant(desk.tenant_id):
                listed = sum(w.for_reader for w in waiting(who, at=desk.now))
                assert listed == shell_figures(who, at=desk.now).to_decide, who.id
            found.append(listed)
        return found

    assert counts() == [0, 3, 0, 3, 0]
    lend(desk, checker, deputy.id)
    assert counts() == [0, 3, 2, 3, 0], "neither the lender's nor one's own"
    desk.decide(decided, deputy)
    assert counts() == [0, 2, 1, 3, 0], "the right was used, so the lender decides no more either"
    lend(desk, second, checker.id)
    assert counts() == [0, 2, 1, 3, 0], "what the lender asked for is not decided by their right"
    with tenant(desk.tenant_id):
        assert [w.lender for w in waiting(checker, at=desk.now) if w.for_reader] == ["", ""]
        assert [w.lender for w in waiting(deputy, at=desk.now) if w.for_reader] == ["Checker"]


def test_a_clause_that_no_delegate_may_approve_under_is_held_by_code_and_keys(
    desk: Desk, maker: Actor, checker: Actor, deputy: Actor, user_of: UserMaker
) -> None:
    lend(desk, checker, deputy.id)
    before = desk.ask(maker)
    one, other = two_admins(user_of, desk.tenant_id)
    strict = shipped("corrections", lambda d: d["clauses"][0].setdefault("never", []).append("delegate"))
    put_in_force(desk.tenant_id, strict, maker=one, checker=other, at=desk.now)
    made = desk.ask(maker, key="k2", subject="LT-2")
    with pytest.raises(NotPermitted, match="policy lets no delegate approve it"):
        desk.decide(made, deputy)
    with tenant(desk.tenant_id):
        assert who_could_decide(made.id, at=desk.now) == ["Checker"]
        listed = sum(w.for_reader for w in waiting(deputy, at=desk.now))
        assert (listed, shell_figures(deputy, at=desk.now).to_decide) == (1, 1), "the one asked for before"
        stored = desk.stored(made)
        with pytest.raises(IntegrityError, match="does not hold the role or right"), atomic():
            ApprovalDecision.objects.create(
                request_id=made.id, made_by=maker.person_id, payload_sha256=bytes(stored.payload_sha256),
                decided_by_id=deputy.person_id, on_behalf_of_id=checker.person_id, role="controller", verdict="approve",
                reason="", decided_at=desk.now,
            )  # fmt: skip
    assert desk.decide(before, deputy).state == "stale", "the policy changed meanwhile"
    assert desk.decide(made, checker).state == "executed"
