"""Races need rows that other connections see: every test here is a committed one."""

import pytest

from ledger.models import Tenant
from tests.reconciliation.approvals.desk import desk, trial, two_needed
from tests.reconciliation.books import Books


@pytest.fixture
def books(transactional_db: None, acme: Tenant) -> Books:
    return Books(acme.id)


__all__ = ["desk", "trial", "two_needed"]
