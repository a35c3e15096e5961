"""Two hundred edits by a superuser are found, each named; twenty looks at what nobody touched find nothing."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ledger import audit
from ledger.actors import Actor
from ledger.anchors.anchor_chain import anchor_chain
from ledger.anchors.shelf import Shelf
from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from ledger.verify import verify_within
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.postings.confirm_transaction import confirm_transaction, fail_transaction
from reconciliation.postings.correct_transaction import reverse_transaction
from reconciliation.postings.open_account import open_account
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest
from tests.ledger.test_anchors import KEY
from tests.ledger.verify.tampering import KINDS
from tests.ledger.verify.test_verify import posting
from tests.people import INTEGRATION, SET_UP
from tests.sealing import seal_all

pytestmark = pytest.mark.django_db(transaction=True)
RawAs = Callable[..., psycopg.Connection[Any]]
CLOCK = Actor("job", "anchor_chain", frozenset({"job"}))
DAYS = 5


@pytest.fixture
def anchors(acme: Tenant, noon: datetime, tmp_path: Path) -> list[str]:
    """Books of some days, each sealed and anchored; answers the heads that are kept outside."""
    shelf = Shelf(tmp_path, KEY)
    with tenant(acme.id):
        for code, kind in (("cash", "ASSET"), ("rev", "REVENUE"), ("fees", "REVENUE")):
            open_account(code=code, name=code, kind=kind, asset="ETB", actor=SET_UP, at=noon)
    for day in range(DAYS):
        at = noon + timedelta(days=day)
        with tenant(acme.id):
            _work(day, at)
        with tenant(acme.id):
            seal_all(at)
        assert anchor_chain(acme.id, shelf=shelf, actor=CLOCK, at=at)
    return [anchor.named for anchor in shelf.anchors(acme.slug)]


def named(key: str, status: str = "POSTED", amount: int = 500) -> PostingRequest:
    return replace(posting(key, status, amount), partner_reference=f"P{key}", payment_id=f"pay-{key}")


def _work(day: int, at: datetime) -> None:
    def of(key: str) -> LedgerTransaction:
        return LedgerTransaction.objects.get(idempotency_key=f"{key}{day}")

    post_transactions(
        [named(f"{k}{day}", amount=100 + n) for n, k in enumerate("abcd")],
        actor=INTEGRATION,
        at=at,
        day_of=settlement_day,
    )
    planned = [named(f"{k}{day}", "PENDING", 200 + n) for n, k in enumerate("efg")]
    post_transactions(planned, actor=INTEGRATION, at=at, day_of=settlement_day)
    confirm_transaction(of("e"), effective_on=None, actor=INTEGRATION, at=at, day_of=settlement_day)
    fail_transaction(of("f"), actor=INTEGRATION, at=at, why="expired")
    reverse_transaction(
        of("a").id, effective_on=at.date(), key=f"ra{day}", why="so", policy_version="v1", decision_id=of("a").decision_id,
        actor=INTEGRATION, at=at,
    )  # fmt: skip
    audit.record(SET_UP, at, "case.noted", f"C-{day}", why="a note", n=day)
    audit.record(SET_UP, at, "case.noted", f"C-{day}", why="another", n=day)


def test_each_edit_is_found_and_named(
    acme: Tenant, anchors: list[str], raw_as: RawAs, sized: Callable[[int], int], capsys: pytest.CaptureFixture[str]
) -> None:
    seed = random.Random(40)
    kinds = sorted(KINDS)
    chosen = [kinds[n % len(kinds)] for n in range(200)] if sized(10) == 10 else seed.sample(kinds, sized(200))
    admin, found, escaped = raw_as("superuser", autocommit=True), [], []
    for name in chosen:
        with admin.transaction(force_rollback=True):
            admin.execute("SET LOCAL session_replication_role = replica")
            KINDS[name](admin, seed)
            found.append(verify_within(admin.cursor(), acme.id, anchors).first_bad)
        if not found[-1]:
            escaped.append(name)
    assert escaped == []
    assert len(found) == sized(200)
    named = ("audit block ", "transaction ", "entry ", "account ")
    assert [said for said in found if not str(said).startswith(named)] == []


def test_what_nobody_touched_is_never_accused(
    acme: Tenant, anchors: list[str], raw_as: RawAs, sized: Callable[[int], int], noon: datetime
) -> None:
    admin = raw_as("superuser", autocommit=True)
    for n in range(sized(20)):
        with admin.transaction(force_rollback=True):
            assert verify_within(admin.cursor(), acme.id, anchors).first_bad is None
        with tenant(acme.id):
            post_transactions([posting(f"more{n}")], actor=INTEGRATION, at=noon, day_of=settlement_day)


def test_what_only_an_anchor_can_know(acme: Tenant, anchors: list[str], raw_as: RawAs) -> None:
    """Without one, whoever makes every digest anew is believed: that is what the anchors are for."""
    admin = raw_as("superuser", autocommit=True)
    told = {}
    for name in sorted(KINDS):
        with admin.transaction(force_rollback=True):
            admin.execute("SET LOCAL session_replication_role = replica")
            KINDS[name](admin, random.Random(1))
            told[name] = verify_within(admin.cursor(), acme.id, []).first_bad is None
    assert [name for name, unseen in told.items() if unseen] == [
        "a tail cut off", "an act taken out and every digest made anew",
        "an amount with its audit row and every digest made anew", "an older dump put back and worked on", "everything gone",
    ]  # fmt: skip
