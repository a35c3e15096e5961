"""Balances of accounts: POSTED entries alone, PENDING beside them, FAILED nowhere."""

from datetime import date

import pytest
from django.db import connection

from ledger.account_pages import BALANCES, accounts
from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.postings.confirm_transaction import confirm_transaction, fail_transaction
from tests.people import INTEGRATION
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = """
T1 10 ewa 900 @D1
T2 10 PENDING ewa 70 @D2
T3 10 PENDING ewa 5 @D3
T4 10 PENDING ewa 3 @D4
"""


def balances(books: Books) -> dict[str, tuple[int, int | None, int]]:
    with tenant(books.tenant_id):
        return {a.code: (a.balance, a.pending, a.entries) for a in accounts() if a.entries}


@pytest.fixture
def books(acme: Tenant) -> Books:
    return Books(acme.id).play(ROWS)


def test_only_posted_entries_count(books: Books) -> None:
    (codes,) = {frozenset(balances(books))}
    assert set(balances(books).values()) == {(900, 78, 4)}, codes
    with tenant(books.tenant_id):
        by_name = {name: LedgerTransaction.objects.get(public_id=books.ids[name]) for name in ("T2", "T3")}
        fail_transaction(by_name["T2"], actor=INTEGRATION, at=NOW)
        confirm_transaction(
            by_name["T3"], effective_on=date(2026, 3, 11), actor=INTEGRATION, at=NOW, day_of=lambda _, at: at.date()
        )
    assert set(balances(books).values()) == {(905, 3, 4)}
    with tenant(books.tenant_id):
        last = LedgerTransaction.objects.get(public_id=books.ids["T4"])
        fail_transaction(last, actor=INTEGRATION, at=NOW)
    assert set(balances(books).values()) == {(905, None, 4)}


def test_one_account_alone_says_the_same(books: Books) -> None:
    with tenant(books.tenant_id):
        for line in accounts():
            assert accounts(line.id) == [line]


def test_entries_are_read_without_their_headers_but_for_those_not_posted(books: Books) -> None:
    with tenant(books.tenant_id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + BALANCES, {"only": None})
        plan = "\n".join(row for (row,) in cursor.fetchall())
    assert plan.count("on ledger_transaction") == 1
