"""Interest accrued for a period: the figure, the posting and its sign, once for an account and a period."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.models import AuditEntry, LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.bank.set_booking_account import set_booking_account
from reconciliation.corrections.accrual import Period
from reconciliation.corrections.accrue import Accrued, accrue
from reconciliation.corrections.interest import interest, rate_from_text
from reconciliation.errors import BadInput, CannotBe, ForbiddenByPolicy, NotPermitted
from reconciliation.postings.correct_transaction import reverse_transaction
from tests.checkpoints import Document, checkpoint, put_in_force, two_admins
from tests.people import INTEGRATION, SET_UP, UserMaker
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.corrections.test_request_booking import entries
from tests.stories.world import on

APRIL = datetime(2026, 4, 2, 12, tzinfo=UTC)
MARCH = Period(on("2026-03-01"), on("2026-04-01"))


@pytest.mark.parametrize(
    ("principal", "days", "rate", "basis", "expected"),
    [
        (1_200_000_000, 31, "7", "act/365", 7_134_247),
        (1_200_000_000, 31, "7", "act/360", 7_233_333),
        (-1_200_000_000, 31, "7", "act/365", -7_134_247),
        (1_200_000_000, 31, "-7", "act/365", -7_134_247),
        (36_500, 1, "0.5", "act/365", 0),  # a half goes to the even neighbour: 0.5 to 0, 1.5 to 2, 2.5 to 2
        (36_500, 1, "1.5", "act/365", 2),
        (36_500, 1, "2.5", "act/365", 2),
        (-36_500, 1, "2.5", "act/365", -2),
        (36_500, 1, "2.50000001", "act/365", 3),
        (10**30, 366, "0.00000001", "act/360", 101_666_666_666_666_666_667),
    ],
)
def test_the_figure_is_exact_and_rounded_once(principal: int, days: int, rate: str, basis: str, expected: int) -> None:
    assert interest(principal * days, rate_from_text(rate), basis) == expected


@pytest.mark.parametrize("text", ["", "7%", "1e3", "7,5", "NaN", "1000", "0.000000001", "٧", "7\n"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        rate_from_text(text)


@pytest.fixture(autouse=True)
def _accrues(books: Books) -> None:
    with tenant(books.tenant_id):
        for account in ("cash", "clr"):
            set_booking_account(
                bank_account=account, use_case="interest", counter="acc", true_up="int", actor=SET_UP, at=NOW
            )


def run(
    books: Books, account: str = "cash", period: Period = MARCH, actor: Actor = INTEGRATION, **more: Any
) -> Accrued:
    given: dict[str, Any] = {
        "percent": Decimal(7), "basis": "act/365", "principal": 1_200_000_000, "dry_run": False, "at": APRIL
    } | more  # fmt: skip
    with tenant(books.tenant_id):
        return accrue(account, period, actor=actor, **given)


def standing(books: Books) -> LedgerTransaction:
    with tenant(books.tenant_id):
        return LedgerTransaction.objects.get(use_case="interest_accrual", reverses=None)


def test_the_story_s_month_is_posted_once(books: Books) -> None:
    assert run(books, dry_run=True).posted == ""
    with tenant(books.tenant_id):
        assert not LedgerTransaction.objects.exists()
    first, again = run(books), run(books)
    assert (first.created, again.created, again.posted) == (True, False, first.posted)
    found = standing(books)
    assert (found.effective_on, entries(books, found)) == (
        on("2026-03-31"), [("acc", "DEBIT", 7134247), ("int", "CREDIT", 7134247)],
    )  # fmt: skip
    with tenant(books.tenant_id):
        assert AuditEntry.objects.filter(action="transaction.posted", subject=first.posted).count() == 1
    with pytest.raises(KeyReusedForAnotherPayload):
        run(books, percent=Decimal(8))


@pytest.mark.parametrize(
    ("account", "rows", "expected"),
    [
        # 365,000 for 11 of 31 days, and 73,000 more from the 20th: 12 days. At 10 % a year: 100 and 20 a day.
        ("cash", "T1 21 receipt 365000 @A\nT2 20 receipt 73000 @B", 1100 + 240),
        ("cash", "T1 31 receipt 365000 @A\nT2 04-01 receipt 73000 @B\nT3 10 PENDING receipt 73000 @C", 100),
        ("clr", "T1 22 ewa 365000 @A", -1000),
    ],
)
def test_the_principal_is_what_the_book_shows_each_day(books: Books, account: str, rows: str, expected: int) -> None:
    books.play(rows)
    run(books, account, percent=Decimal(10), principal=None)
    sides = [("acc", "DEBIT"), ("int", "CREDIT")] if expected > 0 else [("int", "DEBIT"), ("acc", "CREDIT")]
    assert entries(books, standing(books)) == [(*side, abs(expected)) for side in sides]


def test_what_was_reversed_is_accrued_anew_and_periods_do_not_overlap(books: Books) -> None:
    first = run(books)
    with pytest.raises(CannotBe, match="accrued from 2026-03-01 until 2026-04-01"):
        run(books, period=Period(on("2026-03-31"), on("2026-04-02")))
    run(books, account="clr")
    run(books, period=Period(on("2026-04-01"), on("2026-04-02")))
    _reverse(books, first.posted)
    assert run(books, percent=Decimal(8)).created
    assert not run(books, percent=Decimal(8)).created


def _reverse(books: Books, public_id: str) -> None:
    with tenant(books.tenant_id):
        found = LedgerTransaction.objects.get(public_id=public_id)
        reverse_transaction(
            found.id, effective_on=found.effective_on, key="undo", why="wrong rate", decision_id=found.decision_id,
            policy_version="test", actor=SET_UP, at=APRIL,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"period": Period(on("2026-04-01"), on("2026-04-01"))}, "until"),
        ({"period": Period(on("2025-01-01"), on("2026-04-01"))}, "until"),
        ({"period": Period(on("2026-04-01"), on("2026-04-04"))}, "until"),
        ({"basis": "30/360"}, "basis"), ({"principal": 0}, "rate"), ({"account": "usd"}, "account"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(books: Books, changed: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as refused:
        run(books, **changed)
    assert refused.value.where == where


def test_it_is_posted_under_policy_by_who_may_post(books: Books, maker: Actor, user_of: UserMaker) -> None:
    with pytest.raises(NotPermitted):
        run(books, actor=maker)
    never: Document = {
        "moves": ["posting.post"], "when": {"use_case": ["interest_accrual"]}, "outcome": "forbidden",
        "reason": "Interest is accrued at the year's end.",
    }  # fmt: skip
    first, second = two_admins(user_of, books.tenant_id)
    put_in_force(books.tenant_id, checkpoint(never), maker=first, checker=second, at=NOW)
    with pytest.raises(ForbiddenByPolicy, match="the year's end"):
        run(books)
