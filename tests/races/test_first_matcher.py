"""The first terms between ledger and bank, set by two admins at once: one version, and the other is told."""

from datetime import UTC, datetime

import pytest

from ledger.errors import LedgerRefusal
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.matching.models import MatcherVersion
from reconciliation.matching.set_matcher import set_matcher
from tests.people import UserMaker, acting
from tests.races.rivals import at_once

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


def test_the_first_terms_are_set_once(acme: Tenant, user_of: UserMaker) -> None:
    admins = [acting(user_of(f"Admin {n}", "policy_admin"), acme.id) for n in range(8)]

    def act(who: int) -> int:
        with tenant(acme.id):
            return set_matcher(actor=admins[who], at=NOW, value_date_days=who).number

    found = at_once(8, act, 8)
    assert not [f for f in found if isinstance(f, Exception) and not isinstance(f, LedgerRefusal)], found
    with tenant(acme.id):
        assert MatcherVersion.objects.filter(plane_pair="ledger-bank").count() == 1
