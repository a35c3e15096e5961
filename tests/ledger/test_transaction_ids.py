"""A transaction by its whole id or by the short one that pages show."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from ledger.errors import AmbiguousTransaction, UnknownTransaction
from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from ledger.transaction_ids import MOST_NAMED, span_of, whole_id
from tests.reconciliation.books import Books

pytestmark = pytest.mark.django_db(transaction=True)
SHARED = "1a2b3c4d-0000-4000-8000-00000000000"
TWINS = """
INSERT INTO ledger_transaction (tenant_id, public_id, status, use_case, effective_on, recorded_at, decision_id,
                                idempotency_key, fingerprint)
SELECT %s, (%s || n)::uuid, 'PENDING', 'ewa', '2026-03-10', now(), 1, 'twin ' || n, '' FROM generate_series(1, %s) n
"""


@pytest.fixture
def books(acme: Tenant) -> Books:
    return Books(acme.id).play("T1 10 ewa 900 @D1")


def twins(raw_as: Any, books: Books, number: int) -> list[str]:
    """Transactions whose short ids are the same: what chance makes of a few billions, written past the checks."""
    with raw_as("superuser", autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(TWINS, [books.tenant_id, SHARED, number])
    return [f"{SHARED}{n}" for n in range(1, number + 1)]


def test_a_short_id_names_the_whole_one(books: Books) -> None:
    whole = books.ids["T1"]
    with tenant(books.tenant_id):
        shown = str(LedgerTransaction.objects.get())
        for said in (shown, shown.lower(), f"LT-{whole[:13]}", f"LT-{whole}", whole.upper()):
            assert whole_id(said) == whole


@pytest.mark.parametrize(
    "wrong", ["LT-00000000", "LT-1A2B3C4", "LT-", "LT-1A2B3C4G", "LT-" + "a" * 33, "C-1", "", "LT--------"]
)
def test_what_names_nothing_is_unknown(books: Books, wrong: str) -> None:
    with tenant(books.tenant_id), pytest.raises(UnknownTransaction, match="no transaction has the id"):
        whole_id(wrong)


def test_one_of_another_tenant_is_unknown(books: Books, rival: Tenant) -> None:
    with tenant(rival.id), pytest.raises(UnknownTransaction):
        whole_id(f"LT-{books.ids['T1'][:8]}")


def test_an_ambiguous_one_names_the_candidates_and_more_digits_decide(books: Books, raw_as: Any) -> None:
    one, other = twins(raw_as, books, 2)
    with tenant(books.tenant_id):
        with pytest.raises(AmbiguousTransaction) as refused:
            whole_id("LT-1A2B3C4D")
        assert str(refused.value) == f"LT-1A2B3C4D may be any of {one}, {other}; give the whole id"
        assert whole_id(f"LT-{other}") == whole_id(other) == other


def test_of_very_many_candidates_a_few_are_named(books: Books, raw_as: Any) -> None:
    found = twins(raw_as, books, 9)
    with tenant(books.tenant_id), pytest.raises(AmbiguousTransaction) as refused:
        whole_id("LT-1A2B3C4D")
    assert str(refused.value).count(SHARED) == MOST_NAMED
    assert found[MOST_NAMED] not in str(refused.value)
    assert "and more" in str(refused.value)


def test_it_is_looked_up_by_index(books: Books) -> None:
    span = span_of("LT-1A2B3C4D")
    assert span == (UUID("1a2b3c4d" + "0" * 24), UUID("1a2b3c4d" + "f" * 24))
    with tenant(books.tenant_id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = LedgerTransaction.objects.filter(public_id__range=span).order_by("public_id")[:6].explain()
    assert "transaction_public_id" in plan
    assert "public_id >=" in plan.split("Index Cond", 1)[1].splitlines()[0]
    assert "Sort" not in plan
