import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from tests.people import UserMaker, acting
from tests.reconciliation.recovery.incidents import S05, Scene


@pytest.fixture
def scene(acme: Tenant) -> Scene:
    """S05, both accounts checked."""
    made = Scene(acme.id)
    made.play(S05)
    made.check_day("clr", "10")
    made.check_day("cash", "10")
    return made


@pytest.fixture
def controller(user_of: UserMaker, acme: Tenant) -> Actor:
    """Asks where an analyst may not; the checker is another one."""
    return acting(user_of("Cora Controller", "controller"), acme.id)
