"""Until when a token opens anything, and what is kept of its use."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.people.end_role import end_role
from reconciliation.people.issue_token import issue_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import ApiToken, User
from reconciliation.people.store_token import LIFETIME, OWN_LIFETIME
from reconciliation.people.who import tenant_and_actor_of_token
from tests.people import SET_UP

MINUTE = timedelta(minutes=1)


@pytest.fixture
def issued(acme: Tenant, noon: datetime) -> str:
    with tenant(acme.id):
        return issue_token(name="core", actor=SET_UP, at=noon)


def used(acme: Tenant) -> datetime | None:
    with tenant(acme.id):
        return ApiToken.objects.get().last_used_at


def test_an_integrations_lasts_a_year(issued: str, noon: datetime) -> None:
    assert tenant_and_actor_of_token(issued, noon + LIFETIME - MINUTE)
    assert tenant_and_actor_of_token(issued, noon + LIFETIME) is None


def test_a_persons_lasts_ninety_days(acme: Tenant, maker: Actor, noon: datetime) -> None:
    with tenant(acme.id):
        own = make_own_token(name="script", proven_at=noon, actor=maker, at=noon)
    assert tenant_and_actor_of_token(own, noon + OWN_LIFETIME - MINUTE)
    assert tenant_and_actor_of_token(own, noon + OWN_LIFETIME) is None


def test_no_token_lasts_for_ever(acme: Tenant, issued: str, noon: datetime) -> None:
    with tenant(acme.id), pytest.raises(IntegrityError, match="expires_at"):
        ApiToken.objects.create(name="x", token_sha256=b"x", created_at=noon, expires_at=None)


def test_its_use_is_noted_once_an_hour(acme: Tenant, issued: str, noon: datetime) -> None:
    assert used(acme) is None
    for minutes, noted in ((0, 0), (1, 0), (59, 0), (60, 60), (61, 60), (200, 200)):
        tenant_and_actor_of_token(issued, noon + minutes * MINUTE)
        assert used(acme) == noon + noted * MINUTE


def test_a_busy_hour_costs_no_write(issued: str, noon: datetime, django_assert_num_queries: object) -> None:
    tenant_and_actor_of_token(issued, noon)
    with django_assert_num_queries(1):  # type: ignore[operator]
        tenant_and_actor_of_token(issued, noon + MINUTE)


def test_what_opened_nothing_was_no_use(acme: Tenant, maker: Actor, noon: datetime) -> None:
    with tenant(acme.id):
        own = make_own_token(name="script", proven_at=noon, actor=maker, at=noon)
        end_role(User.objects.get(email=maker.id), "analyst", actor=SET_UP, at=noon)
    assert tenant_and_actor_of_token(own, noon) is None
    assert used(acme) is None
