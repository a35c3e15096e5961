"""An account is open to every controller, or restricted to those who hold the right on it; two people say which."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.contrib.auth.models import Permission as LibraryPermission
from django.db import connection
from guardian.core import ObjectPermissionChecker

from ledger.actors import Actor
from ledger.models import Account, AuditEntry
from ledger.tenancy import tenant
from reconciliation.approvals.access_kind import has_right, restriction_on
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.lend_role import lend_role
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.request_access import request_access
from reconciliation.approvals.standing_models import RIGHT, Restriction, Right
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.errors import (
    AlreadyRequested,
    ApprovalLapsed,
    BadInput,
    CheckerIsMaker,
    NotPermitted,
    ReasonMissing,
    Refusal,
)
from reconciliation.people.models import User
from reconciliation.postings.open_account import open_account
from tests.people import INTEGRATION, SET_UP, UserMaker, acting
from tests.reconciliation.approvals.desk import Desk, Trial

Raw = Callable[..., psycopg.Connection[Any]]
CODE = "1042"


@pytest.fixture
def account(desk: Desk) -> Account:
    with tenant(desk.tenant_id):
        return open_account(code=CODE, name="Payout clearing", kind="ASSET", asset="ETB", actor=SET_UP, at=desk.now)


@pytest.fixture
def second(user_of: UserMaker, desk: Desk) -> Actor:
    return acting(user_of("Second", "controller"), desk.tenant_id)


class Access:
    """Asks as an admin does, and has a controller agree."""

    def __init__(self, desk: Desk, admin: Actor, checker: Actor) -> None:
        self.desk, self.admin, self.checker, self.asked = desk, admin, checker, 0

    def ask(self, change: str, email: str = "", by: Actor | None = None, **changed: Any) -> Made:
        self.asked += 1
        given = {"on": "account", "name": CODE, "note": "dual control", "idempotency_key": f"a{self.asked}"}
        with tenant(self.desk.tenant_id):
            return request_access(
                change=change, email=email, actor=by or self.admin, at=self.desk.now, **(given | changed)
            )  # fmt: skip

    def set(self, change: str, email: str = "", by: Actor | None = None, **changed: Any) -> Decided:
        return self.desk.decide(self.ask(change, email, **changed), by or self.checker)


@pytest.fixture
def access(desk: Desk, admin: Actor, checker: Actor, account: Account) -> Access:
    return Access(desk, admin, checker)


def about(account: Account, n: int = 1) -> dict[str, Any]:
    return {
        "payload": {"n": n, "entries": [{"account_id": account.id, "amount_minor": "5"}]},
        "subject": f"LT-{n}",
        "key": f"t{n}",
    }


def test_whoever_has_no_right_on_a_restricted_account_does_not_decide_about_it(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor, second: Actor, access: Access, account: Account
) -> None:
    open_to_all = desk.ask(maker, **about(account))
    assert access.set("restrict").state == "executed"
    assert access.set("give", second.id).state == "executed"
    for verdict in ("approve", "reject"):
        with pytest.raises(NotPermitted, match="Checker has no right on account 1042 Payout clearing"):
            desk.decide(open_to_all, checker, verdict, "because")
    with tenant(desk.tenant_id):
        assert who_could_decide(open_to_all.id, at=desk.now) == ["Second"]
    other = desk.ask(maker, **(about(account, 2) | {"payload": {"entries": [{"account_id": account.id + 1}]}}))
    assert desk.decide(other, checker).state == "executed", "another account is open as ever"
    assert desk.decide(open_to_all, second).state == "executed"
    with tenant(desk.tenant_id):
        rows = AuditEntry.objects.filter(action__in=("access.restricted", "right.given")).order_by("id")
        assert [(r.action, r.subject, r.why, r.actor) for r in rows] == [
            ("access.restricted", "account 1042", "dual control", checker.id),
            ("right.given", "account 1042", "dual control", checker.id),
        ]


def test_a_policy_is_restricted_by_its_key(
    desk: Desk, maker: Actor, checker: Actor, second: Actor, access: Access
) -> None:
    made = desk.ask(maker)
    access.set("restrict", on="policy", name="corrections")
    with tenant(desk.tenant_id):
        assert who_could_decide(made.id, at=desk.now) == []
    with pytest.raises(NotPermitted, match="no right on policy corrections"):
        desk.decide(made, second)
    access.set("give", second.id, on="policy", name="corrections")
    assert desk.decide(made, second).state == "executed"
    with pytest.raises(BadInput, match="nobody could give a right"):
        access.ask("restrict", on="policy", name="settings")
    with pytest.raises(BadInput, match="no checkpoint"):
        access.ask("restrict", on="policy", name="nothing")


def test_taking_the_last_right_away_opens_nothing(
    desk: Desk, maker: Actor, checker: Actor, second: Actor, access: Access, account: Account
) -> None:
    access.set("restrict")
    access.set("give", second.id)
    access.set("take", second.id)
    made = desk.ask(maker, **about(account))
    for someone in (checker, second):
        with pytest.raises(NotPermitted, match="no right on account"):
            desk.decide(made, someone)
    access.set("open")
    assert desk.decide(made, checker).state == "executed"


def test_a_right_taken_between_two_approvals_refuses_the_execution(
    desk: Desk, trial: Trial, maker: Actor, checker: Actor, second: Actor, access: Access, account: Account,
    user_of: UserMaker, request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    third = acting(user_of("Third", "controller"), desk.tenant_id)
    access.set("restrict")
    for who in (second, third):
        access.set("give", who.id)
    request.getfixturevalue("two_needed")
    made = desk.ask(maker, **about(account))
    assert desk.decide(made, second).state == "open"
    taken = access.ask("take", second.id)
    desk.decide(taken, checker)
    with pytest.raises(ApprovalLapsed, match="Second has no right on account 1042"):
        desk.decide(made, third)
    assert trial.ran == []


def test_a_delegate_needs_the_lenders_right_and_uses_it(
    desk: Desk, maker: Actor, checker: Actor, second: Actor, access: Access, account: Account, user_of: UserMaker
) -> None:
    deputy = acting(user_of("Deputy", "analyst"), desk.tenant_id)
    access.set("restrict")
    access.set("give", second.id)
    first, other = desk.ask(maker, **about(account)), desk.ask(maker, **about(account, 2))
    for lender, says in ((checker, "decides for Checker, who has no right"), (second, "")):
        with tenant(desk.tenant_id):
            lend_role(
                role="controller", delegate=deputy.id, from_at=desk.now, until_at=desk.now.replace(hour=23), reason="away",
                proven_at=desk.now, actor=lender, at=desk.now,
            )  # fmt: skip
        if says:
            with pytest.raises(NotPermitted, match=says):
                desk.decide(first, deputy)
    assert desk.decide(first, deputy).state == "executed"
    with pytest.raises(NotPermitted):
        desk.decide(other, checker)


def test_nobody_gives_or_agrees_to_a_right_of_their_own(
    desk: Desk, access: Access, admin: Actor, checker: Actor, second: Actor, user_of: UserMaker
) -> None:
    access.set("restrict")
    both = acting(user_of("Both", "policy_admin", "controller"), desk.tenant_id)
    with pytest.raises(NotPermitted, match="somebody else"):
        access.ask("give", both.id, by=both)
    twin = user_of("Admin Twin", "controller", same_as=User.objects.get(email=admin.id))
    with pytest.raises(NotPermitted, match="somebody else"):
        access.ask("give", twin.email)
    made = access.ask("give", checker.id)
    with pytest.raises(NotPermitted, match="whom it is about"):
        desk.decide(made, checker)
    with tenant(desk.tenant_id):
        lend_role(
            role="controller", delegate=both.id, from_at=desk.now, until_at=desk.now.replace(hour=23), reason="away",
            proven_at=desk.now, actor=checker, at=desk.now,
        )  # fmt: skip
    with pytest.raises(CheckerIsMaker):
        desk.decide(access.ask("open", by=both), both)
    assert desk.decide(made, second).state == "executed"


def test_it_refuses_whom_the_permission_is_not_given(
    desk: Desk, access: Access, maker: Actor, checker: Actor, support: Actor, auditor: Actor
) -> None:
    for someone in (maker, checker, support, auditor, INTEGRATION, SET_UP):
        with pytest.raises(NotPermitted):
            access.ask("restrict", by=someone)


def test_it_refuses_what_is_so_already_and_what_is_not_there(
    desk: Desk, access: Access, checker: Actor, maker: Actor, rival: Any, user_of: UserMaker
) -> None:
    foreign = user_of("Foreign", "controller", tenant_id=rival.id)
    refused: list[tuple[type[Refusal], dict[str, Any]]] = [
        (BadInput, {"change": "open"}),
        (BadInput, {"change": "give", "email": checker.id}),
        (BadInput, {"change": "restrict", "name": "9999"}),
        (BadInput, {"change": "shut"}),
        (BadInput, {"change": "restrict", "on": "tenant"}),
        (ReasonMissing, {"change": "restrict", "note": " "}),
    ]
    for refusal, given in refused:
        with pytest.raises(refusal):
            access.ask(**given)
    access.set("restrict")
    for email in (maker.id, foreign.email, "nobody@example.test", ""):
        with pytest.raises(BadInput):
            access.ask("give", email)
    with pytest.raises(BadInput, match="restricted already"):
        access.ask("restrict")
    with pytest.raises(BadInput, match="has no right"):
        access.ask("take", checker.id)
    access.ask("give", checker.id)
    with pytest.raises(AlreadyRequested):
        access.ask("give", checker.id)


def test_the_library_answers_and_nobody_stands_above_it(
    desk: Desk, access: Access, checker: Actor, second: Actor, account: Account
) -> None:
    access.set("restrict")
    access.set("give", second.id)
    with tenant(desk.tenant_id):
        found = restriction_on("account", CODE)
        assert found is not None
        has, has_not = User.objects.get(email=second.id), User.objects.get(email=checker.id)
        assert (has_right(has, found), has_right(has_not, found)) == (True, False)
        assert ObjectPermissionChecker(has).get_user_perms(found).filter(codename=RIGHT).exists()
        with pytest.raises(AttributeError):
            has_not.is_superuser = True  # type: ignore[misc]
        vars(has_not)["is_superuser"] = True
        assert (has_not.is_superuser, has_right(has_not, found)) == (False, False)
        has.is_active = False
        has.save(update_fields=["is_active"])
    with pytest.raises(NotPermitted):
        desk.decide(desk.ask(checker, **about(account)), second)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('guardian_userobjectpermission'), to_regclass('guardian_groupobjectpermission')"
        )
        assert cursor.fetchone() == (None, None), "the tables that know no tenant are never made"
    assert apps.is_installed("guardian")
    assert LibraryPermission.objects.get(codename=RIGHT).content_type.model == "restriction"


@pytest.mark.django_db(transaction=True)
def test_raw_sql_as_the_app_changes_no_access_alone(
    desk: Desk, access: Access, maker: Actor, checker: Actor, second: Actor, account: Account, raw_as: Raw
) -> None:
    access.set("restrict")
    access.set("give", second.id)
    access.ask("open")  # asked for, and not agreed to
    access.ask("give", checker.id)
    with tenant(desk.tenant_id):
        right, found = Right.objects.get(), Restriction.objects.get()
        user = User.objects.get(email=checker.id).pk
    columns, values = "user_id, permission_id, content_object_id", f"{user}, {right.permission_id}, {found.id}"
    attacks = {
        "open": "UPDATE approval_restriction SET ended_at = now()",
        "take": "DELETE FROM approval_right",
        "give": f"INSERT INTO approval_right ({columns}) VALUES ({values})",
        "restrict": "INSERT INTO approval_restriction (policy, made_at, decision_id) "
        f"VALUES ('x', now(), {found.decision_id})",
    }
    for attack in attacks.values():
        raw = raw_as("app")
        raw.execute("SELECT set_config('app.tenant_id', %s, true)", [str(desk.tenant_id)])
        with pytest.raises(psycopg.errors.CheckViolation, match="approved request alone"):
            raw.execute(attack)
        raw.rollback()
    made = desk.ask(maker, **about(account))
    raw = raw_as("app")
    raw.execute("SELECT set_config('app.tenant_id', %s, true)", [str(desk.tenant_id)])
    with pytest.raises(psycopg.errors.CheckViolation, match="does not hold the role or right"):
        raw.execute(
            "INSERT INTO approval_decision (request_id, made_by, payload_sha256, decided_by, role, verdict, reason, decided_at) "
            "SELECT id, made_by, payload_sha256, %s, 'controller', 'approve', '', now() FROM approval_request WHERE id = %s",
            [checker.person_id, made.id],
        )
