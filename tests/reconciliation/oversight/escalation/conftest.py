import pytest

from ledger.models import Tenant
from tests.reconciliation.oversight.escalation.watch import Watch


@pytest.fixture
def watch(acme: Tenant) -> Watch:
    return Watch(acme.id)
