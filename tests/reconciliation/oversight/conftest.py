import pytest

from ledger.models import Tenant
from tests.reconciliation.books import Books


@pytest.fixture
def books(acme: Tenant) -> Books:
    return Books(acme.id)
