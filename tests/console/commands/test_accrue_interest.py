from collections.abc import Callable
from typing import Any

from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.set_booking_account import set_booking_account
from tests.people import SET_UP
from tests.reconciliation.books import NOW, Books

MONTH = ("--tenant", "acme", "--account", "cash", "--from", "2026-03-01", "--until", "2026-04-01", "--json")
STORY = (*MONTH, "--rate", "7", "--principal", "1200000000")


def test_a_month_is_accrued_once_and_tried_before(run: Callable[..., Any], acme: Tenant) -> None:
    books = Books(acme.id)
    refused = run("accrue_interest", *STORY)
    assert (refused.code, refused.json["error"]["where"]) == (1, "account")
    with tenant(books.tenant_id):
        set_booking_account(
            bank_account="cash", use_case="interest", counter="acc", true_up="int", actor=SET_UP, at=NOW
        )
    tried = run("accrue_interest", *STORY, "--dry-run")
    assert tried.code == 0, tried.err
    assert [(e["account"], e["direction"], e["amount_minor"]) for e in tried.json["entries"]] == [
        ("acc", "DEBIT", "7134247"), ("int", "CREDIT", "7134247"),
    ]  # fmt: skip
    with tenant(books.tenant_id):
        assert not LedgerTransaction.objects.exists()
    done, again = run("accrue_interest", *STORY), run("accrue_interest", *STORY)
    assert (done.json["created"], again.json["created"]) == (True, False)
    assert done.json["transaction"] == again.json["transaction"]
    assert books.balance("acc") == 7134247
    assert run("accrue_interest", *MONTH, "--rate", "7%").json["error"]["where"] == "rate"
    assert run("accrue_interest", *STORY[:-1], "1.5").json["error"]["where"] == "principal"
