"""A superuser tampers; the verifier finds it and names the place."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from ledger import audit
from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from ledger.verify import Verdict, verify
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.postings.confirm_transaction import confirm_transaction, fail_transaction
from reconciliation.postings.correct_transaction import reverse_transaction
from reconciliation.postings.open_account import open_account
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from tests.people import INTEGRATION, SET_UP
from tests.sealing import seal_all

pytestmark = pytest.mark.django_db(transaction=True)
Tamper = Callable[..., None]


def posting(key: str, status: str = "POSTED", amount: int = 500) -> PostingRequest:
    entries = [RequestedEntry("cash", "DEBIT", amount), RequestedEntry("rev", "CREDIT", amount)]
    return PostingRequest(
        key=key, use_case="receipt", entries=entries, status=status,  # type: ignore[arg-type]
        metadata={"note": 'a "quoted" \\ word\nand a line', "n": 1}, partner_reference="é\tß",
    )  # fmt: skip


def transaction(key: str) -> LedgerTransaction:
    return LedgerTransaction.objects.get(idempotency_key=key)


@pytest.fixture
def books(acme: Tenant, noon: datetime) -> Tenant:
    """Every kind of audit row, sealed in several blocks, and one row that is not sealed yet."""
    with tenant(acme.id):
        open_account(code="cash", name="Cash", kind="ASSET", asset="ETB", actor=SET_UP, at=noon)
        open_account(code="rev", name="Revenue", kind="REVENUE", asset="ETB", actor=SET_UP, at=noon)
        post_transactions([posting("a"), posting("b")], actor=INTEGRATION, at=noon, day_of=settlement_day)
    seal(acme, noon)
    with tenant(acme.id):
        later = noon + timedelta(microseconds=1)
        planned = [posting(k, "PENDING") for k in "cde"]
        post_transactions(planned, actor=INTEGRATION, at=later, day_of=settlement_day)
        confirm_transaction(transaction("c"), effective_on=None, actor=INTEGRATION, at=later, day_of=settlement_day)
        fail_transaction(transaction("d"), actor=INTEGRATION, at=later, why="expired")
        reverse_transaction(
            transaction("a").id, effective_on=noon.date(), key="ra", why='"so"', policy_version="v1",
            decision_id=transaction("a").decision_id, actor=INTEGRATION, at=later,
        )  # fmt: skip
    seal(acme, noon)
    with tenant(acme.id):
        audit.record(SET_UP, noon, "case.noted", "C-1", why="back\\slash\nand line", nested={"tab\t": ["é", None]})
    seal(acme, noon)
    with tenant(acme.id):
        audit.record(SET_UP, noon, "case.noted", "C-2")
    return acme


def seal(acme: Tenant, at: datetime) -> None:
    with tenant(acme.id):
        seal_all(at)


@pytest.fixture
def look(raw_as: Callable[..., psycopg.Connection[Any]], books: Tenant) -> Callable[..., Verdict]:
    return lambda role="app", **how: verify(raw_as(role), books.id, **how)


@pytest.fixture
def tamper(raw_as: Callable[..., psycopg.Connection[Any]]) -> Tamper:
    def edit(*statements: str) -> None:
        with raw_as("superuser") as admin:
            admin.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                assert admin.execute(statement).rowcount != 0, statement

    return edit


@pytest.mark.parametrize("role", ["app", "audit"])
def test_what_nobody_touched_holds(look: Callable[..., Verdict], role: str) -> None:
    found = look(role)
    assert found.first_bad is None
    assert (found.blocks, found.unsealed, found.transactions) == (3, 1, 6)
    assert found.rows == 12


def test_an_empty_tenant_holds(rival: Tenant, look: Callable[..., Verdict], raw_as: Any) -> None:
    assert verify(raw_as("app"), rival.id) == Verdict(0, 0, 0, 0, "", None)


def test_it_sees_one_tenant_only(rival: Tenant, look: Callable[..., Verdict], noon: datetime) -> None:
    with tenant(rival.id):
        audit.record(SET_UP, noon, "case.noted", "theirs")
    seal(rival, noon)
    assert look().rows == 12


IN_BOOK = {
    "an amount": "UPDATE ledger_entry SET amount_minor = 501 WHERE leg = 1 AND transaction_id = {b}",
    "both amounts": "UPDATE ledger_entry SET amount_minor = 501 WHERE transaction_id = {b}",
    "an account": "UPDATE ledger_entry SET account_id = account_id + 1 WHERE leg = 1 AND transaction_id = {b}",
    "a direction": "UPDATE ledger_entry SET direction = 'CREDIT' WHERE leg = 1 AND transaction_id = {b}",
    "an entry gone": "DELETE FROM ledger_entry WHERE leg = 2 AND transaction_id = {b}",
    "a payment": "UPDATE ledger_transaction SET payment_id = 'p9' WHERE id = {b}",
    "a day": "UPDATE ledger_transaction SET effective_on = effective_on + 1 WHERE id = {b}",
    "a time": "UPDATE ledger_transaction SET recorded_at = recorded_at + interval '1 us' WHERE id = {b}",
    "metadata": "UPDATE ledger_transaction SET metadata = '{{}}' WHERE id = {b}",
    "a status": "UPDATE ledger_transaction SET status = 'FAILED', posted_at = NULL WHERE id = {b}",
    "posted at": "UPDATE ledger_transaction SET posted_at = posted_at + interval '1 day' WHERE id = {b}",
}


@pytest.mark.parametrize("edit", IN_BOOK)
def test_an_edited_posting_is_named(look: Callable[..., Verdict], tamper: Tamper, books: Tenant, edit: str) -> None:
    with tenant(books.id):
        b = transaction("b")
    tamper(IN_BOOK[edit].format(b=b.id))
    assert str(b.public_id) in str(look().first_bad)


MOVED = {
    "posted without a move": (
        "e", "UPDATE ledger_transaction SET status = 'POSTED', posted_at = now() WHERE id = {id}",
    ),
    "another day": ("c", "UPDATE ledger_transaction SET effective_on = effective_on - 1 WHERE id = {id}"),
    "failed made posted": (
        "d", "UPDATE ledger_transaction SET status = 'POSTED', posted_at = recorded_at WHERE id = {id}",
    ),
    "the move and the status": (
        "d",
        "UPDATE ledger_transaction SET status = 'POSTED', posted_at = recorded_at WHERE id = {id}; "
        "UPDATE ledger_transaction_move SET to_status = 'POSTED' WHERE transaction_id = {id}",
    ),
    "a move gone": ("c", "DELETE FROM ledger_transaction_move WHERE transaction_id = {id}"),
    "back to pending": (
        "c",
        "DELETE FROM ledger_transaction_move WHERE transaction_id = {id}; "
        "UPDATE ledger_transaction SET status = 'PENDING', posted_at = NULL WHERE id = {id}",
    ),
    "gone whole": (
        "b", "DELETE FROM ledger_entry WHERE transaction_id = {id}; DELETE FROM ledger_transaction WHERE id = {id}",
    ),
    "its header gone": ("b", "DELETE FROM ledger_transaction WHERE id = {id}"),
}  # fmt: skip


@pytest.mark.parametrize("edit", MOVED)
def test_an_edited_move_is_named(look: Callable[..., Verdict], tamper: Tamper, books: Tenant, edit: str) -> None:
    key, statements = MOVED[edit]
    with tenant(books.id):
        row = transaction(key)
    tamper(*statements.format(id=row.id).split("; "))
    assert str(row.public_id) in str(look().first_bad)


def test_a_posting_without_an_audit_row_is_named(look: Callable[..., Verdict], tamper: Tamper, books: Tenant) -> None:
    with tenant(books.id):
        b = transaction("b")
    names = "tenant_id, status, use_case, effective_on, recorded_at, posted_at, decision_id, fingerprint"
    tamper(
        f"INSERT INTO ledger_transaction ({names}, idempotency_key) SELECT {names}, 'x' FROM ledger_transaction "
        f"WHERE id = {b.id}",
        "INSERT INTO ledger_entry SELECT tenant_id, (SELECT max(id) FROM ledger_transaction), leg, account_id, "
        f"direction, amount_minor FROM ledger_entry WHERE transaction_id = {b.id}",
    )
    assert "has no audit row" in str(look().first_bad)


ROW_TWO = "(SELECT id FROM audit_entry ORDER BY id OFFSET 1 LIMIT 1)"
IN_CHAIN = {
    "a word": (f"UPDATE audit_entry SET why = 'other' WHERE id = {ROW_TWO}", "audit block 1"),
    "an actor": (f"UPDATE audit_entry SET actor = 'somebody' WHERE id = {ROW_TWO}", "audit block 1"),
    "detail": (f"UPDATE audit_entry SET detail = '{{}}' WHERE id = {ROW_TWO}", "audit block 1"),
    "two rows swapped": (
        "UPDATE audit_entry a SET subject = b.subject, action = b.action, content_sha256 = b.content_sha256 "
        "FROM audit_entry b WHERE a.action = 'transaction.posted' AND b.action = 'transaction.posted' AND a.id <> b.id",
        "audit block 1",
    ),
    "a row gone": (f"DELETE FROM audit_entry WHERE id = {ROW_TWO}", "audit block 1"),
    "the tail of a sealed block": (
        "DELETE FROM audit_entry WHERE id >= (SELECT last_id FROM audit_block WHERE number = 2)", "audit block 2",
    ),
    "a row slipped in": (
        "INSERT INTO audit_entry (tenant_id, xid, at, actor_kind, actor, role, action, subject, policy_version) SELECT "
        f"tenant_id, xid, at, 'person', 'x', 'x', 'case.noted', 'x', '-' FROM audit_entry WHERE id = {ROW_TWO}",
        "audit block 1",
    ),
    "a row moved behind the head": (f"UPDATE audit_entry SET xid = '900000000' WHERE id = {ROW_TWO}", "audit block 1"),
    "a block gone": ("DELETE FROM audit_block WHERE number = 2", "audit block 2 is missing"),
    "the first block gone": ("DELETE FROM audit_block WHERE number = 1", "audit block 1 is missing"),
    "a digest": ("UPDATE audit_block SET sha256 = sha256('x') WHERE number = 2", "audit block 2"),
    "a link": ("UPDATE audit_block SET previous = sha256('x') WHERE number = 2", "audit block 2"),
    "a count": ("UPDATE audit_block SET row_count = row_count - 1 WHERE number = 2", "audit block 2"),
    "another epoch": ("UPDATE audit_block SET epoch = '1' WHERE number = 3", "audit block 3"),
}  # fmt: skip


@pytest.mark.parametrize("edit", IN_CHAIN)
def test_an_edited_chain_is_named(look: Callable[..., Verdict], tamper: Tamper, edit: str) -> None:
    statement, named = IN_CHAIN[edit]
    tamper(statement)
    assert str(look().first_bad).startswith(named)


def test_a_whole_tail_cut_off_shows_against_the_anchor(look: Callable[..., Verdict], tamper: Tamper) -> None:
    head = look().head
    assert look(anchor=head).ok
    tamper(
        "DELETE FROM audit_entry WHERE subject IN ('C-1', 'C-2')", "DELETE FROM audit_block WHERE number = 3",
    )  # fmt: skip
    assert look().ok, "without an anchor nothing inside the database can know"
    assert str(look(anchor=head).first_bad).startswith("audit block 3 is anchored and gone")


def test_an_old_copy_put_back_shows_against_the_anchor(
    look: Callable[..., Verdict], tamper: Tamper, books: Tenant, noon: datetime
) -> None:
    head = look().head
    tamper("DELETE FROM audit_entry WHERE subject IN ('C-1', 'C-2')", "DELETE FROM audit_block WHERE number = 3")
    with tenant(books.id):
        audit.record(SET_UP, noon, "case.noted", "C-1", why="another story")
    seal(books, noon)
    assert look().ok
    assert "not the one that was anchored" in str(look(anchor=head).first_bad)
