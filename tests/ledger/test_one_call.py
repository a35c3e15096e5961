"""A scope in one round trip: what it refuses, what it leaves behind, and that it knows one tenant only."""

import pytest
from django.db import ProgrammingError, connection

from ledger.errors import TenantSwitchRefused, UnknownAccount
from ledger.models import LedgerTransaction, Tenant
from ledger.one_call import call_alone
from ledger.tenancy import tenant
from reconciliation.postings.one_round_trip import post_alone
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from tests.ledger.test_append_only import world  # noqa: F401  a fixture
from tests.people import INTEGRATION
from tests.stories.world import World, on

pytestmark = pytest.mark.django_db(transaction=True)


def request(key: str, debit: str = "emp") -> PostingRequest:
    entries = [RequestedEntry(debit, "DEBIT", 5), RequestedEntry("clr", "CREDIT", 5)]
    return PostingRequest(key=key, use_case="ewa", entries=entries, effective_on=on("2026-03-10"))


def test_it_commits_and_names_no_tenant_afterwards(world: World) -> None:
    posted = post_alone(world.tenant_id, request("one"), actor=INTEGRATION, at=world.clock)
    assert posted.created
    assert not post_alone(world.tenant_id, request("one"), actor=INTEGRATION, at=world.clock).created
    with tenant(world.tenant_id):
        assert LedgerTransaction.objects.get(idempotency_key="one").public_id == posted.public_id
    with pytest.raises(ProgrammingError, match="no tenant"):
        LedgerTransaction.objects.count()


def test_a_refused_one_leaves_nothing(world: World) -> None:
    with pytest.raises(UnknownAccount, match="no account has the code nowhere"):
        post_alone(world.tenant_id, request("two", debit="nowhere"), actor=INTEGRATION, at=world.clock)
    with tenant(world.tenant_id):
        assert not LedgerTransaction.objects.filter(idempotency_key="two").exists()


def test_another_tenants_account_is_unknown(world: World, rival: Tenant) -> None:
    with pytest.raises(UnknownAccount):
        post_alone(rival.id, request("three"), actor=INTEGRATION, at=world.clock)


def test_inside_a_scope_it_is_refused(world: World) -> None:
    with tenant(world.tenant_id), pytest.raises(TenantSwitchRefused):
        call_alone(world.tenant_id, "post_one", ["{}", world.clock.isoformat()])


@pytest.mark.parametrize("text", ["", "a b-c/d.e_f:g#h", "ÄÖ ß", "x" * 140, "  ", "#"])
def test_the_stored_reference_key_is_the_functions(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid "
            "AND a.attnum = d.adnum WHERE a.attrelid = 'ledger_transaction'::regclass AND attname = 'reference_key'"
        )
        (expression,) = cursor.fetchone()
        cursor.execute(
            f"SELECT {expression} = reference_key(partner_reference) FROM (SELECT %s::text AS partner_reference) x",
            [text],
        )
        assert cursor.fetchone() == (True,)
