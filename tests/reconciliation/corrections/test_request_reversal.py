from datetime import timedelta

import pytest

from ledger.actors import Actor
from ledger.errors import (
    AlreadyReversed,
    CannotReverseReversal,
    KeyReusedForAnotherPayload,
    NotPosted,
    UnknownTransaction,
)
from ledger.models import AuditEntry, Entry
from ledger.tenancy import tenant
from reconciliation.approvals.withdraw_request import withdraw_request
from reconciliation.cases.models import CaseEvent
from reconciliation.errors import (
    AlreadyRequested,
    BadInput,
    CaseNotOpen,
    Frozen,
    NotFound,
    NotPermitted,
    ReasonMissing,
    SecurityHold,
)
from reconciliation.outbox_models import OutboxItem
from reconciliation.work_off import work_off
from tests.people import INTEGRATION, SET_UP
from tests.reconciliation.books import NOW, Books, march

REJECTED = "T1 10 ewa 900 @D1 p1"


def test_an_approved_reversal_mirrors_the_original_on_its_own_day_and_the_check_closes_the_case(
    books: Books, maker: Actor, checker: Actor
) -> None:
    assert books.play(REJECTED).check_day("clr", "10").drift == 900
    case = books.case("clr", "10")
    made = books.reverse("T1", maker)
    waiting = books.again(case)
    assert (waiting.state, waiting.owner_id) == ("waiting_approval", maker.person_id)
    decided = books.approve(made, checker)
    reversal = books.reversal_of("T1")
    assert reversal is not None and decided.transaction_ids == (reversal.id,)
    assert (reversal.effective_on, reversal.status, reversal.payment_id) == (march("10"), "POSTED", "p1")
    with tenant(books.tenant_id):
        sides = list(
            Entry.objects.filter(transaction=reversal).order_by("leg").values_list("account__code", "direction")
        )
        assert sides == [("emp", "CREDIT"), ("clr", "DEBIT")]
    assert books.transaction("T1").status == "POSTED"
    assert books.again(case).state == "assigned"
    assert books.check_day("clr", "10").verdict == "CLEAN"
    assert (books.again(case).state, books.again(case).resolution) == ("resolved", "difference_gone")


def test_a_return_is_dated_on_the_line_s_day(books: Books, maker: Actor, checker: Actor) -> None:
    books.play("T1 10 ewa 90 @D1\nL1 clr 10 -90 @D1\nL2 clr 12 +90 @D1").check_day("clr", "12")
    books.approve(books.reverse("T1", maker, books.case("clr", "12").number, "BANK_RETURNED"), checker)
    reversal = books.reversal_of("T1")
    assert reversal is not None and reversal.effective_on == march("12")
    assert [books.check_day("clr", d).verdict for d in ("10", "12")] == ["CLEAN", "CLEAN"]


def test_any_single_posted_transaction_can_be_reversed_without_a_case(
    books: Books, maker: Actor, checker: Actor
) -> None:
    books.play("T1 10 settle 250 @B1 p2")
    assert books.approve(books.reverse("T1", maker, code="POSTED_IN_ERROR"), checker).state == "executed"


def test_it_records_the_bank_s_rejection_on_the_payment(books: Books, maker: Actor, checker: Actor) -> None:
    books.play(REJECTED)
    books.approve(books.reverse("T1", maker), checker)
    with tenant(books.tenant_id):
        row = AuditEntry.objects.get(action="payment.marked")
        assert (row.subject, row.detail["reason_code"], row.actor) == ("p1", "BANK_REJECTED", checker.id)


def test_it_asks_for_the_check_in_the_same_transaction_and_the_worker_makes_it(
    books: Books, maker: Actor, checker: Actor
) -> None:
    books.play(REJECTED).check_day("clr", "10")
    made = books.reverse("T1", maker)
    with tenant(books.tenant_id):
        assert not OutboxItem.objects.filter(kind="reconcile").exists()
    books.approve(made, checker)
    with tenant(books.tenant_id):
        (item,) = OutboxItem.objects.filter(kind="reconcile")
    assert (item.kind, item.payload["from"], item.payload["until"]) == ("reconcile", "2026-03-10", "2026-03-11")
    assert work_off(books.tenant_id, item.id, at=NOW + timedelta(seconds=1))
    assert books.case("clr", "10").state == "resolved"


def test_the_history_tells_who_asked_and_how_it_ended(books: Books, maker: Actor, checker: Actor) -> None:
    books.play(REJECTED).check_day("clr", "10")
    books.reject(books.reverse("T1", maker), checker)
    with tenant(books.tenant_id):
        said = list(CaseEvent.objects.order_by("id").values_list("kind", "text", "person_id"))[1:]
    name = str(books.transaction("T1"))
    assert said == [
        ("asked", f"CR-1 asks to reverse {name}", maker.person_id),
        ("answered", "CR-1 was rejected", checker.person_id),
    ]


def test_the_case_goes_back_to_work_when_the_request_ends_without_execution(
    books: Books, maker: Actor, checker: Actor
) -> None:
    books.play(REJECTED).check_day("clr", "10")
    case = books.case("clr", "10")
    made = books.reverse("T1", maker)
    with tenant(books.tenant_id):
        withdraw_request(request_id=made.id, actor=maker, at=NOW)
    assert (books.again(case).state, books.again(case).owner_id) == ("assigned", maker.person_id)
    books.reject(books.reverse("T1", maker, key="second"), checker)
    assert books.again(case).state == "assigned"


def test_a_case_waits_until_its_last_request_has_ended(books: Books, maker: Actor, checker: Actor) -> None:
    rows = "T1 10 settle 100 @B1 p1\nT2 10 settle 250 @B1 p2\nL1 cash 10 +340 @B1"
    books.play(rows).check_day("cash", "10")
    case = books.case("cash", "10")
    first, second = (books.reverse(name, maker, case.number, "POSTED_IN_ERROR") for name in ("T1", "T2"))
    books.reject(first, checker)
    assert books.again(case).state == "waiting_approval"
    books.reject(second, checker)
    assert books.again(case).state == "assigned"


def test_it_refuses_whom_the_permission_is_not_given(
    books: Books, support: Actor, admin: Actor, auditor: Actor
) -> None:
    books.play(REJECTED)
    for someone in (support, admin, auditor, SET_UP, INTEGRATION):
        with pytest.raises(NotPermitted):
            books.reverse("T1", someone)


def test_it_refuses_what_the_book_would_refuse(books: Books, maker: Actor) -> None:
    books.play("T1 10 ewa 900 @D1\nR1 10 rev T1\nT2 10 PENDING ewa 5 @D2\nT3 10 FAILED ewa 5 @D3")
    for name, refusal in (("T1", AlreadyReversed), ("R1", CannotReverseReversal), ("T2", NotPosted), ("T3", NotPosted)):
        with pytest.raises(refusal):
            books.reverse(name, maker)
    books.ids["X"] = "nothing"
    with pytest.raises(UnknownTransaction):
        books.reverse("X", maker)


def test_it_refuses_a_wrong_reason(books: Books, maker: Actor) -> None:
    books.play(REJECTED)
    for code in ("CONFIRMATION_FAILED", "", "bank_rejected"):
        with pytest.raises(BadInput):
            books.reverse("T1", maker, code=code)
    with pytest.raises(ReasonMissing):
        books.reverse("T1", maker, code="OTHER", note=" ")
    with pytest.raises(BadInput):
        books.reverse("T1", maker, note="x" * 2001)


def test_it_refuses_a_case_that_is_unknown_resolved_or_about_something_else(books: Books, maker: Actor) -> None:
    books.play(f"{REJECTED}\nT2 11 ewa 70 @D2").check_day("clr", "10")
    case = books.case("clr", "10")
    with pytest.raises(NotFound):
        books.reverse("T1", maker, 999)
    with pytest.raises(BadInput, match="not about"):
        books.reverse("T2", maker, case.number)
    books.play("R1 10 rev T1").check_day("clr", "10")
    with pytest.raises(CaseNotOpen):
        books.reverse("T1", maker, case.number)


def test_it_refuses_an_account_under_security_hold(books: Books, maker: Actor) -> None:
    books.play(f"{REJECTED}\nL1 clr 10 -250 @X9\nT2 10 receipt 8 @I2").check_day("clr", "10")
    with pytest.raises(SecurityHold, match=r"^C-\d+: .* release IN-1$"):
        books.reverse("T1", maker)
    assert books.reverse("T2", maker).created  # another account


def test_it_refuses_a_second_open_request_whoever_asks(books: Books, maker: Actor, checker: Actor) -> None:
    books.play(REJECTED)
    books.reverse("T1", maker)
    with pytest.raises(AlreadyRequested, match="CR-1 by Maker"):
        books.reverse("T1", checker, key="other")


def test_the_same_form_twice_is_one_request_even_after_execution(books: Books, maker: Actor, checker: Actor) -> None:
    books.play(REJECTED)
    made = books.reverse("T1", maker)
    assert books.reverse("T1", maker).created is False
    books.approve(made, checker)
    books.ids["T1"] = books.ids["T1"].upper()
    again = books.reverse("T1", maker)
    assert (again.id, again.state) == (made.id, "executed")
    with pytest.raises(KeyReusedForAnotherPayload):
        books.reverse("T1", maker, note="something else")


@pytest.mark.parametrize(
    ("meanwhile", "fact"),
    [("R1 10 rev T1", "reversed_by"), ("L1 clr 11 -900 @D1", "case_open"),
     ("L1 clr 10 -890 @D1", "case_lines")],
)  # fmt: skip
def test_what_changed_since_it_was_asked_makes_it_stale(
    books: Books, maker: Actor, checker: Actor, meanwhile: str, fact: str
) -> None:
    books.play(REJECTED)
    books.check_day("clr", "10", at=NOW - timedelta(days=9))
    made = books.reverse("T1", maker)
    books.play(meanwhile).check_day("clr", "10")
    decided = books.approve(made, checker)
    assert decided.state == "stale" and fact in {c.fact for c in decided.changed}
    assert books.reversal_of("T1") is None or meanwhile.startswith("R1")


def test_an_incident_since_it_was_asked_freezes_it(books: Books, maker: Actor, checker: Actor) -> None:
    books.play(REJECTED)
    books.check_day("clr", "10", at=NOW - timedelta(days=9))
    made = books.reverse("T1", maker)
    books.play("L1 clr 10 -250 @X9").check_day("clr", "10")
    with pytest.raises(Frozen, match="frozen by incident IN-1"):
        books.approve(made, checker)
    assert books.reversal_of("T1") is None
