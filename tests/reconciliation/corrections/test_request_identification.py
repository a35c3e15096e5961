"""S20, whole: a receipt that nobody knew is booked on suspense, and given to its payment by two people until suspense is 0."""

import json
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.models import AuditEntry, LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.corrections.receipt import in_suspense, since
from reconciliation.corrections.request_identification import request_identification
from reconciliation.errors import (
    AlreadyRequested,
    BadInput,
    CheckerIsMaker,
    ForbiddenByPolicy,
    NoCorrection,
    NotFound,
    NotPermitted,
    ReasonMissing,
)
from tests.checkpoints import Document, checkpoint, put_in_force, two_admins
from tests.people import UserMaker
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.corrections.batches.test_walls import RawAs
from tests.reconciliation.corrections.test_request_booking import book, entries, set_accounts

ON_17 = NOW.replace(day=17)


@pytest.fixture
def receipt(books: Books, maker: Actor, checker: Actor) -> LedgerTransaction:
    """S20 up to N1: 45 in suspense since the 10th, and p8 known on the 17th."""
    set_accounts(books)
    books.play('L1 cash 10 +45 "TRF"').check_day("cash", "10")
    made = book(books, books.case("cash", "10").number, maker, reason_code="UNIDENTIFIED_RECEIPT")
    books.approve(made, checker)
    assert books.check_day("cash", "10").verdict == "CLEAN"
    books.play("T8 09 receipt ap/ar 45 p8")
    with tenant(books.tenant_id):
        return LedgerTransaction.objects.get(use_case="suspense_receipt")


def identify(books: Books, receipt: LedgerTransaction, by: Actor, **more: Any) -> Made:
    said: dict[str, Any] = {
        "receipt": str(receipt.public_id), "payment_id": "p8", "counter": "ar", "reason_code": "RECEIPT_IDENTIFIED",
        "note": "the payer wrote", "idempotency_key": "known", "at": ON_17,
    } | more  # fmt: skip
    with tenant(books.tenant_id):
        return request_identification(actor=by, **said)


def identified(books: Books) -> list[LedgerTransaction]:
    with tenant(books.tenant_id):
        return list(LedgerTransaction.objects.filter(use_case="identify", reverses=None).order_by("id"))


def test_the_receipt_is_given_to_its_payment_and_suspense_is_0(
    books: Books, maker: Actor, checker: Actor, receipt: LedgerTransaction
) -> None:
    with tenant(books.tenant_id):
        (waits,) = in_suspense()
    assert (waits.public_id, waits.amount_minor, waits.currency, waits.bank) == (receipt.public_id, 45, "ETB", "cash")
    assert (since(waits, ON_17), waits.asked) == (7, None)
    made = identify(books, receipt, maker)
    assert (made.state, made.quorum, identified(books)) == ("open", 1, [])
    with tenant(books.tenant_id):
        assert in_suspense()[0].asked == made.number
    assert abs(books.balance("sus")) == 45
    assert books.approve(made, checker, at=ON_17).state == "executed"
    (posted,) = identified(books)
    assert entries(books, posted) == [("sus", "DEBIT", 45), ("ar", "CREDIT", 45)]
    assert (posted.payment_id, posted.effective_on, posted.status) == ("p8", date(2026, 3, 17), "POSTED")
    assert posted.metadata["receipt"] == str(receipt.public_id)
    assert books.balance("sus") == 0
    with tenant(books.tenant_id):
        assert in_suspense() == []
        trail = AuditEntry.objects.filter(subject=f"CR-{made.number}").order_by("id").values_list("action", flat=True)
        assert list(trail) == ["request.made", "request.decided", "request.executed"]
    assert books.check_day("cash", "10").verdict == "CLEAN", "no day of the bank's account moves"


def test_once_per_receipt(books: Books, maker: Actor, checker: Actor, receipt: LedgerTransaction) -> None:
    made = identify(books, receipt, maker)
    assert identify(books, receipt, maker).id == made.id, "the same form sent twice is one request"
    with pytest.raises(KeyReusedForAnotherPayload):
        identify(books, receipt, maker, counter="ap")
    with pytest.raises(AlreadyRequested):
        identify(books, receipt, checker, idempotency_key="twice")
    books.approve(made, checker, at=ON_17)
    with pytest.raises(NoCorrection, match="it was identified as p8"):
        identify(books, receipt, maker, idempotency_key="thrice")
    assert len(identified(books)) == 1


def test_a_wrong_identification_that_was_reversed_is_made_anew(
    books: Books, maker: Actor, checker: Actor, receipt: LedgerTransaction
) -> None:
    books.approve(identify(books, receipt, maker), checker, at=ON_17)
    books.ids["I1"] = str(identified(books)[0].public_id)
    books.approve(books.reverse("I1", by=maker, code="POSTED_IN_ERROR", at=ON_17), checker, at=ON_17)
    with tenant(books.tenant_id):
        assert [w.public_id for w in in_suspense()] == [receipt.public_id], "the money is in suspense again"
    books.approve(identify(books, receipt, maker, idempotency_key="anew"), checker, at=ON_17)
    assert (len(identified(books)), books.balance("sus")) == (2, 0)


def test_a_receipt_that_was_reversed_meanwhile_makes_it_stale(
    books: Books, maker: Actor, checker: Actor, receipt: LedgerTransaction
) -> None:
    made = identify(books, receipt, maker)
    books.ids["S1"] = str(receipt.public_id)
    books.approve(books.reverse("S1", by=maker, code="POSTED_IN_ERROR", at=ON_17), checker, at=ON_17)
    assert books.approve(made, checker, at=ON_17 + timedelta(minutes=1)).state == "stale"
    assert identified(books) == []
    with pytest.raises(NoCorrection, match="reversed it"):
        identify(books, receipt, maker, idempotency_key="late")


@pytest.mark.parametrize(
    ("changed", "refusal", "says"),
    [
        ({"payment_id": "p404"}, BadInput, "no plane knows a payment 'p404'"),
        ({"counter": "none"}, BadInput, "no account has the code"),
        ({"counter": "sus"}, BadInput, "the one that the receipt waits on"),
        ({"counter": "pfee"}, BadInput, "is in USD"), ({"counter": "cash"}, BadInput, "is reconciled with"),
        ({"counter": "emp"}, BadInput, "is no receivable of this payment: it goes to ar"),
        ({"payment_id": "p9"}, BadInput, "p9 is a payment of ours that goes out"),
        ({"payment_id": "p77"}, BadInput, "p77 is in BTC, the receipt in ETB"),
        ({"payment_id": "p10", "counter": "fee", "note": "x"}, BadInput, "no receivable of this payment"),
        ({"payment_id": "p10", "counter": "emp", "note": " "}, ReasonMissing, "another amount: 0.46 ETB of it is expected"),
        ({"reason_code": "BANK_FEE"}, BadInput, "the reason to identify is one of"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    books: Books, maker: Actor, receipt: LedgerTransaction, changed: dict[str, str], refusal: Any, says: str
) -> None:
    books.play("T9 09 supplier 45 p9\nT10 09 deposit 45 p77\nT11 09 accrue rev/ap 46 p10")
    with pytest.raises(refusal, match=says):
        identify(books, receipt, maker, **changed)


def test_what_is_received_in_full_is_asked_for_with_a_note_and_goes_stale_with_the_payment(
    books: Books, maker: Actor, checker: Actor, receipt: LedgerTransaction
) -> None:
    made = identify(books, receipt, maker, note="")
    books.play("T12 17 receipt 45 p8")
    assert books.approve(made, checker, at=ON_17).state == "stale", "its payment has come meanwhile"
    with pytest.raises(ReasonMissing, match="received in full"):
        identify(books, receipt, maker, note="", idempotency_key="again")
    again = identify(books, receipt, maker, note="paid twice, mail of 16 March", idempotency_key="again")
    with tenant(books.tenant_id):
        fact = ApprovalRequest.objects.get(id=again.id).precondition["payment_expects"]
    assert (fact["amount"], fact["received"], fact["receivables"]) == ("45", "45", ["ar"])
    assert len(fact["warnings"]) == 1
    assert books.approve(again, checker, at=ON_17).state == "executed"


@pytest.mark.parametrize(
    "change", ["amount", "account", "income", "receipt", "payment", "split", "pending", "twice", "nothing"]
)
def test_the_database_takes_no_other_way_out_of_suspense(
    books: Books, maker: Actor, checker: Actor, receipt: LedgerTransaction, raw_as: RawAs, change: str
) -> None:
    """Below the product: under the decision of the request, within the tenant, by the product's own role."""
    made = identify(books, receipt, maker)
    with tenant(books.tenant_id):
        request = ApprovalRequest.objects.get(id=made.id)
    of = {code: account.id for code, account in books.accounts.items()}
    legs = {
        "amount": [[of["sus"], "DEBIT", "44"], [of["ar"], "CREDIT", "44"]],
        "account": [[of["ap"], "DEBIT", "45"], [of["ar"], "CREDIT", "45"]],
        "income": [[of["sus"], "DEBIT", "45"], [of["rev"], "CREDIT", "45"]],
        "split": [[of["sus"], "DEBIT", "45"], [of["ar"], "CREDIT", "40"], [of["acc"], "CREDIT", "5"]],
    }.get(change, [[of["sus"], "DEBIT", "45"], [of["ar"], "CREDIT", "45"]])
    if change == "twice":
        books.approve(made, checker, at=ON_17)
    item = {
        "n": 0, "key": "attack", "status": "PENDING" if change == "pending" else "POSTED", "use_case": "identify",
        "payment_id": "p9" if change == "payment" else "p8", "effective_on": "2026-03-17", "legs": legs,
        "metadata": {"receipt": str(books.transaction("T8").public_id if change == "receipt" else receipt.public_id)},
        "fingerprint": "00" * 32, "decision": request.decision_id,
    }  # fmt: skip
    link = raw_as("app", autocommit=True)
    link.execute("SELECT set_config('app.tenant_id', %s, false)", [str(books.tenant_id)])
    who = json.dumps({"kind": "person", "id": "x", "role": "controller", "policy_version": "x"})
    with pytest.raises(psycopg.Error) as refused, link.transaction():
        link.execute("SELECT * FROM ledger_post(%s::jsonb, %s::jsonb, now())", [json.dumps([item]), who])
    walls = {"payment": "identification_is_as_asked", "nothing": "move_has_its_approval"}
    assert refused.value.diag.constraint_name == walls.get(change, "identification_is_of_its_receipt")
    assert len(identified(books)) == (change == "twice")


def test_who_asks_and_who_agrees_are_two(
    books: Books, checker: Actor, support: Actor, receipt: LedgerTransaction
) -> None:
    with pytest.raises(NotPermitted):
        identify(books, receipt, support)
    made = identify(books, receipt, checker)
    with pytest.raises(CheckerIsMaker):
        books.approve(made, checker, at=ON_17)


def test_policy_speaks_about_it(books: Books, maker: Actor, receipt: LedgerTransaction, user_of: UserMaker) -> None:
    never: Document = {
        "moves": ["correction.identify"], "when": {"account": ["ar"]}, "outcome": "forbidden",
        "reason": "Receivables are left alone until the audit.",
    }  # fmt: skip
    first, second = two_admins(user_of, books.tenant_id)
    put_in_force(books.tenant_id, checkpoint(never), maker=first, checker=second, at=NOW)
    with pytest.raises(ForbiddenByPolicy, match="left alone until the audit"):
        identify(books, receipt, maker)


def test_only_a_receipt_is_identified(books: Books, maker: Actor, receipt: LedgerTransaction) -> None:
    sale = books.transaction("T8")
    with pytest.raises(NotFound, match="no unidentified receipt"):
        identify(books, sale, maker)
