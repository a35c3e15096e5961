from datetime import datetime

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.errors import NotFound, NotPermitted
from reconciliation.people.end_own_token import end_own_token
from reconciliation.people.issue_token import issue_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import ApiToken, User
from reconciliation.people.who import tenant_and_actor_of_token
from tests.people import INTEGRATION, SET_UP, UserMaker, acting


@pytest.fixture
def secret(acme: Tenant, maker: Actor, noon: datetime) -> str:
    with tenant(acme.id):
        return make_own_token(name="script", proven_at=noon, actor=maker, at=noon)


def end(acme: Tenant, by: Actor, at: datetime, token_id: int | None = None) -> str:
    with tenant(acme.id):
        known = ApiToken.objects.order_by("id").first()
        assert known
        return end_own_token(token_id=known.id if token_id is None else token_id, actor=by, at=at)


def test_it_ends_once_and_is_on_the_trail(acme: Tenant, maker: Actor, secret: str, noon: datetime) -> None:
    assert end(acme, maker, noon) == "script"
    assert tenant_and_actor_of_token(secret, noon) is None
    with tenant(acme.id):
        row = AuditEntry.objects.get(action="own_token.ended")
    assert (row.actor, row.subject) == (maker.id, "script")
    with pytest.raises(NotFound):
        end(acme, maker, noon)


def test_it_is_nobody_elses_to_end(
    acme: Tenant, checker: Actor, admin: Actor, maker: Actor, secret: str, noon: datetime, user_of: UserMaker
) -> None:
    twin = acting(user_of("Maker Two", "analyst", same_as=User.objects.get(email=maker.id)), acme.id)
    for someone in (checker, admin, twin):
        with pytest.raises(NotFound):
            end(acme, someone, noon)
    with pytest.raises(NotPermitted):
        end(acme, INTEGRATION, noon)
    assert tenant_and_actor_of_token(secret, noon)


@pytest.mark.parametrize("token_id", [0, 2**63 - 1, 2**70])
def test_an_unknown_one_is_not_found(acme: Tenant, maker: Actor, secret: str, noon: datetime, token_id: int) -> None:
    with pytest.raises(NotFound):
        end(acme, maker, noon, token_id)


def test_an_integrations_token_is_none_of_theirs(acme: Tenant, maker: Actor, noon: datetime) -> None:
    with tenant(acme.id):
        issue_token(name="core", actor=SET_UP, at=noon)
    with pytest.raises(NotFound):
        end(acme, maker, noon)
