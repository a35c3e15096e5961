"""Sixteen people at once ask for the same receipt: one request; approved by several at once: one posting."""

import pytest

from ledger.actors import Actor
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.made_before import Made
from reconciliation.corrections.request_identification import request_identification
from tests.people import UserMaker, acting
from tests.races.rivals import at_once
from tests.reconciliation.books import NOW, Books

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


def test_a_receipt_leaves_suspense_once(books: Books, maker: Actor, user_of: UserMaker) -> None:
    books.play("T91 10 suspense_receipt cash/sus 45 @X1\nT2 10 receipt ap/ar 45 p8")
    checkers = [acting(user_of(f"Checker {n}", "controller"), books.tenant_id) for n in range(4)]

    def ask(n: int) -> Made:
        with tenant(books.tenant_id):
            return request_identification(
                receipt=books.ids["T91"], payment_id="p8", counter="ar", reason_code="RECEIPT_IDENTIFIED", note="",
                idempotency_key=f"form {n}", actor=maker, at=NOW,
            )  # fmt: skip

    made = [f for f in at_once(16, ask) if isinstance(f, Made)]
    assert len(made) == 1
    done = [f for f in at_once(16, lambda n: books.approve(made[0], checkers[n % 4])) if isinstance(f, Decided)]
    assert [d.state for d in done] == ["executed"]
    with tenant(books.tenant_id):
        assert LedgerTransaction.objects.filter(use_case="identify").count() == 1
    assert books.balance("sus") == 0
