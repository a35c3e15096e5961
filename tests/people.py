"""People as fixtures: each acts in one role of one tenant. The clock is passed in, so tests own it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.people.add_person import add_person
from reconciliation.people.models import User
from reconciliation.people.set_up_tenant import set_up_tenant
from reconciliation.people.who import actor_of

SET_UP = Actor("operator", "set-up", frozenset({"policy_admin"}))
INTEGRATION = Actor("token", "core-banking", frozenset({"integration"}))
PASSWORD = "correct-horse-battery"

UserMaker = Callable[..., User]


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def acme(db: None, noon: datetime) -> Tenant:
    return set_up_tenant(slug="acme", name="Acme Testing", at=noon)


@pytest.fixture
def rival(db: None, noon: datetime) -> Tenant:
    return set_up_tenant(slug="rival", name="Rival Testing", at=noon)


@pytest.fixture
def user_of(acme: Tenant, noon: datetime) -> UserMaker:
    def make(name: str, *roles: str, tenant_id: int | None = None, same_as: User | None = None) -> User:
        with tenant(tenant_id or acme.id):
            email = f"{name.lower().replace(' ', '.')}@example.test"
            person = same_as.person if same_as else None
            return add_person(
                name=name, email=email, roles=roles, password=PASSWORD, actor=SET_UP, at=noon, same_as=person
            )

    return make


def acting(user: User, tenant_id: int) -> Actor:
    """The user as an actor of the tenant, from the memberships held now."""
    with tenant(tenant_id):
        return actor_of(user)


@pytest.fixture
def maker(user_of: UserMaker, acme: Tenant) -> Actor:
    return acting(user_of("Maker", "analyst"), acme.id)


@pytest.fixture
def checker(user_of: UserMaker, acme: Tenant) -> Actor:
    return acting(user_of("Checker", "controller"), acme.id)


@pytest.fixture
def support(user_of: UserMaker, acme: Tenant) -> Actor:
    return acting(user_of("Support", "support"), acme.id)


@pytest.fixture
def admin(user_of: UserMaker, acme: Tenant) -> Actor:
    return acting(user_of("Admin", "policy_admin"), acme.id)


@pytest.fixture
def auditor(user_of: UserMaker, acme: Tenant) -> Actor:
    return acting(user_of("Auditor", "auditor"), acme.id)
