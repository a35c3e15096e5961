"""Several people at once ask for the same re-post: one request; approved by several at once: one reversal and one new posting."""

import pytest

from ledger.actors import Actor
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.made_before import Made
from reconciliation.corrections.request_repost import request_repost
from tests.people import UserMaker, acting
from tests.races.rivals import at_once
from tests.reconciliation.books import NOW, Books

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


def test_another_amount_is_put_right_once(books: Books, maker: Actor, user_of: UserMaker) -> None:
    books.play("T1 10 ewa 4500 @D1\nL1 clr 10 -5400 @D1").check_day("clr", "10")
    case = int(books.case("clr", "10").number)
    checkers = [acting(user_of(f"Checker {n}", "controller"), books.tenant_id) for n in range(3)]

    def ask(n: int) -> Made:
        with tenant(books.tenant_id):
            return request_repost(
                transaction=books.ids["T1"], case=case, reason_code="WRONG_AMOUNT", note="", idempotency_key=f"form {n}",
                actor=maker, at=NOW,
            )  # fmt: skip

    made = [f for f in at_once(4, ask, 4) if isinstance(f, Made)]
    assert len(made) == 1
    done = [f for f in at_once(4, lambda n: books.approve(made[0], checkers[n % 3]), 4) if isinstance(f, Decided)]
    assert [d.state for d in done] == ["executed"]
    with tenant(books.tenant_id):
        assert LedgerTransaction.objects.filter(use_case="ewa").count() == 3
    assert books.check_day("clr", "10").verdict == "CLEAN"
