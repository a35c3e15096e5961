import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from tests.people import UserMaker, acting
from tests.reconciliation.recovery.runs.drifted import Drifted


@pytest.fixture
def controller(user_of: UserMaker, acme: Tenant) -> Actor:
    return acting(user_of("Cora Controller", "controller"), acme.id)


@pytest.fixture
def second(user_of: UserMaker, acme: Tenant) -> Actor:
    return acting(user_of("Sela Second", "controller"), acme.id)


@pytest.fixture
def author(user_of: UserMaker, acme: Tenant) -> Actor:
    return acting(user_of("Ada Author", "policy_admin"), acme.id)


@pytest.fixture
def analyst(user_of: UserMaker, acme: Tenant) -> Actor:
    return acting(user_of("Anna Analyst", "analyst"), acme.id)


@pytest.fixture
def shop(acme: Tenant, controller: Actor) -> Drifted:
    made = Drifted(acme.id)
    made.drift(controller)
    return made
