from datetime import datetime

import pytest
from django.db.transaction import atomic

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.people.change_password import change_password
from reconciliation.people.end_role import end_role
from reconciliation.people.issue_token import issue_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import ApiToken, User
from reconciliation.people.who import tenant_and_actor_of_token
from tests.people import PASSWORD, SET_UP, UserMaker, acting

NEW = "another-horse-battery"


def own_token(tenant_id: int, user: User, at: datetime) -> str:
    who = acting(user, tenant_id)
    with tenant(tenant_id):
        return make_own_token(name="script", proven_at=at, actor=who, at=at)


def trail(tenant_id: int) -> list[tuple[str, str, str, str, str]]:
    with tenant(tenant_id):
        rows = AuditEntry.objects.filter(action__in=["password.changed", "own_token.ended"]).order_by("id")
        return [(r.action, r.actor_kind, r.role, r.subject, r.why) for r in rows]


def test_it_ends_the_sign_ins_tokens_in_every_tenant_and_each_trail_says_so(
    acme: Tenant, rival: Tenant, user_of: UserMaker, noon: datetime
) -> None:
    user = user_of("Both", "analyst", "support")
    user_of("Both", "controller", tenant_id=rival.id)
    secrets = [own_token(acme.id, user, noon), own_token(rival.id, user, noon)]
    assert change_password(user=user, password=NEW, at=noon) == 2
    assert User.objects.get(pk=user.pk).check_password(NEW)
    assert [tenant_and_actor_of_token(secret, noon) for secret in secrets] == [None, None]
    for place, role in ((acme, "analyst,support"), (rival, "controller")):
        assert sorted(trail(place.id)) == [
            ("own_token.ended", "person", role, "script", "the password was changed"),
            ("password.changed", "person", role, user.email, ""),
        ]


def test_a_role_given_again_wakes_no_token(acme: Tenant, user_of: UserMaker, noon: datetime) -> None:
    user = user_of("Anna", "analyst")
    secret = own_token(acme.id, user, noon)
    with tenant(acme.id):
        end_role(user, "analyst", actor=SET_UP, at=noon)
    change_password(user=user, password=NEW, at=noon)
    user_of("Anna", "analyst")
    assert tenant_and_actor_of_token(secret, noon) is None


def test_tokens_of_others_and_of_integrations_stay(
    acme: Tenant, user_of: UserMaker, maker: Actor, noon: datetime
) -> None:
    twin = user_of("Maker Two", "analyst", same_as=User.objects.get(email=maker.id))
    kept = own_token(acme.id, User.objects.get(email=maker.id), noon)
    with tenant(acme.id):
        core = issue_token(name="core", actor=SET_UP, at=noon)
    assert change_password(user=twin, password=NEW, at=noon) == 0
    assert tenant_and_actor_of_token(kept, noon) and tenant_and_actor_of_token(core, noon)


def test_all_of_it_or_none(acme: Tenant, user_of: UserMaker, noon: datetime) -> None:
    user = user_of("Anna", "analyst")
    secret = own_token(acme.id, user, noon)
    with pytest.raises(RuntimeError), atomic():
        change_password(user=user, password=NEW, at=noon)
        raise RuntimeError
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    assert tenant_and_actor_of_token(secret, noon)
    assert trail(acme.id) == []
    with tenant(acme.id):
        assert ApiToken.objects.get().ended_at is None
