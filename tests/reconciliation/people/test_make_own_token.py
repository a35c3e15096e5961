from datetime import datetime, timedelta

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.errors import BadInput, NotPermitted, ReauthenticationNeeded
from reconciliation.people.end_role import end_role
from reconciliation.people.issue_token import issue_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import ApiToken, User
from reconciliation.people.who import tenant_and_actor_of_token
from tests.people import INTEGRATION, SET_UP, UserMaker, acting

MINUTE = timedelta(minutes=1)


def make(acme: Tenant, by: Actor, at: datetime, name: str = "script", proven_at: datetime | None = None) -> str:
    with tenant(acme.id):
        return make_own_token(name=name, proven_at=proven_at or at, actor=by, at=at)


def test_it_acts_as_the_person_who_made_it(acme: Tenant, maker: Actor, noon: datetime) -> None:
    found = tenant_and_actor_of_token(make(acme, maker, noon), noon)
    assert found is not None
    tenant_id, actor = found
    assert tenant_id == acme.id
    assert (actor.kind, actor.id, actor.name, actor.person_id) == ("person", maker.id, maker.name, maker.person_id)
    assert (actor.roles, actor.token) == (frozenset({"analyst"}), "script")


def test_the_trail_names_it_and_keeps_no_secret(acme: Tenant, maker: Actor, noon: datetime) -> None:
    secret = make(acme, maker, noon)
    with tenant(acme.id):
        row = AuditEntry.objects.get(action="own_token.made")
        assert (row.actor, row.subject) == (maker.id, "script")
        assert secret not in str(list(AuditEntry.objects.values()))
        assert secret.encode() not in bytes(ApiToken.objects.get().token_sha256)


def test_roles_are_those_held_at_the_moment(acme: Tenant, user_of: UserMaker, rival: Tenant, noon: datetime) -> None:
    user = user_of("Both", "analyst", "support")
    user_of("Both", "controller", tenant_id=rival.id)
    secret = make(acme, acting(user, acme.id), noon)
    with tenant(acme.id):
        end_role(user, "analyst", actor=SET_UP, at=noon)
    found = tenant_and_actor_of_token(secret, noon)
    assert found and found[1].roles == {"support"}, "neither the ended role nor the one of another tenant"
    with tenant(acme.id):
        end_role(user, "support", actor=SET_UP, at=noon)
    assert tenant_and_actor_of_token(secret, noon) is None


def test_a_sign_in_that_was_closed_has_no_token(acme: Tenant, maker: Actor, noon: datetime) -> None:
    secret = make(acme, maker, noon)
    User.objects.filter(email=maker.id).update(is_active=False)
    assert tenant_and_actor_of_token(secret, noon) is None
    with pytest.raises(NotPermitted):
        make(acme, maker, noon, "another")


def test_nobody_makes_one_for_another(acme: Tenant, maker: Actor, checker: Actor, noon: datetime) -> None:
    mixed = Actor("person", maker.id, maker.roles, "Maker", checker.person_id)
    operator = Actor("operator", maker.id, frozenset({"operator"}), "Maker", maker.person_id)
    job = Actor("job", "nightly", frozenset({"job"}))
    for someone in (mixed, operator, job, INTEGRATION, Actor("person", maker.id, frozenset(), "", maker.person_id)):
        with pytest.raises(NotPermitted):
            make(acme, someone, noon)
    with tenant(acme.id):
        assert not ApiToken.objects.exists()


def test_a_token_makes_no_further_token(acme: Tenant, maker: Actor, admin: Actor, noon: datetime) -> None:
    by_maker, by_admin = (tenant_and_actor_of_token(make(acme, who, noon), noon) for who in (maker, admin))
    assert by_maker and by_admin
    with pytest.raises(NotPermitted, match="no further token"):
        make(acme, by_maker[1], noon, "second")
    with tenant(acme.id), pytest.raises(NotPermitted, match="no further token"):
        issue_token(name="for a machine", actor=by_admin[1], at=noon)


@pytest.mark.parametrize("minutes", [None, 6, -1])
def test_it_needs_a_proof_not_older_than_five_minutes(
    acme: Tenant, maker: Actor, noon: datetime, minutes: int | None
) -> None:
    proven_at = None if minutes is None else noon - minutes * MINUTE
    with tenant(acme.id), pytest.raises(ReauthenticationNeeded):
        make_own_token(name="script", proven_at=proven_at, actor=maker, at=noon)


def test_a_name_is_used_once_by_each(acme: Tenant, maker: Actor, checker: Actor, noon: datetime) -> None:
    with tenant(acme.id):
        issue_token(name="script", actor=SET_UP, at=noon)
    make(acme, maker, noon)
    make(acme, checker, noon)
    for name in ("script", " script ", "", " ", "x" * 81, "a\nb"):
        with pytest.raises(BadInput):
            make(acme, maker, noon, name)
    with tenant(acme.id), pytest.raises(BadInput):
        issue_token(name="script", actor=SET_UP, at=noon)
    with tenant(acme.id):
        assert ApiToken.objects.count() == 3
