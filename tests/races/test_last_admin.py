"""Admins who end each other at the same time: one of them stays."""

from datetime import datetime

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.errors import LastAdmin
from reconciliation.people.end_role import end_role
from reconciliation.people.models import Membership
from tests.people import SET_UP, UserMaker
from tests.races.rivals import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


def test_16_endings_at_once_leave_one(acme: Tenant, user_of: UserMaker, noon: datetime) -> None:
    admins = [user_of(f"Admin {n}", "policy_admin") for n in range(16)]

    def end(n: int) -> None:
        with tenant(acme.id):
            end_role(admins[n], "policy_admin", actor=SET_UP, at=noon)

    found = at_once(16, end)
    assert sum(isinstance(f, LastAdmin) for f in found) == 1, found
    assert [f for f in found if f is not None and not isinstance(f, LastAdmin)] == []
    with tenant(acme.id):
        assert Membership.objects.filter(role="policy_admin", ended_at=None).count() == 1
