import pytest

from ledger.actors import Actor
from ledger.errors import NotPending, UnknownTransaction
from ledger.models import TransactionMove
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.errors import AlreadyRequested, BadInput, NoCorrection, NotFound, NotPermitted, SecurityHold
from tests.people import INTEGRATION, SET_UP
from tests.reconciliation.books import Books, march

CUT_OFF = "T1 09 PENDING ewa 175 @D6\nL1 clr 10 -175 @D6"


@pytest.fixture
def case(books: Books) -> int:
    books.play(CUT_OFF).check_day("clr", "10")
    return int(books.case("clr", "10").number)


def test_an_approved_confirmation_posts_the_original_on_the_line_s_day(
    books: Books, case: int, maker: Actor, checker: Actor
) -> None:
    made = books.ask_to_confirm("T1", maker, case)
    assert books.case("clr", "10").state == "waiting_approval"
    original = books.transaction("T1")
    assert books.approve(made, checker).transaction_ids == (original.id,)
    posted = books.transaction("T1")
    assert (posted.status, posted.effective_on, posted.id) == ("POSTED", march("10"), original.id)
    assert books.check_day("clr", "10").verdict == "CLEAN"
    with tenant(books.tenant_id):
        assert TransactionMove.objects.get().decision_id == ApprovalRequest.objects.get(id=made.id).decision_id


def test_it_refuses_whom_the_permission_is_not_given(books: Books, case: int, support: Actor, auditor: Actor) -> None:
    for someone in (support, auditor, SET_UP, INTEGRATION):
        with pytest.raises(NotPermitted):
            books.ask_to_confirm("T1", someone, case)


def test_another_amount_is_a_mismatch_and_is_never_confirmed(books: Books, maker: Actor) -> None:
    books.play("T1 10 PENDING ewa 175 @D6\nL1 clr 10 -174 @D6").check_day("clr", "10")
    with pytest.raises(NoCorrection, match=r"ledger 1\.75 ETB, bank 1\.74 ETB"):
        books.ask_to_confirm("T1", maker, books.case("clr", "10").number)


def test_it_refuses_what_is_not_pending(books: Books, maker: Actor) -> None:
    books.play("T1 10 FAILED ewa 175 @D6\nL1 clr 10 -175 @D6").check_day("clr", "10")
    with pytest.raises(NotPending):
        books.ask_to_confirm("T1", maker, books.case("clr", "10").number)


def test_it_refuses_an_unknown_case_or_one_about_something_else(books: Books, case: int, maker: Actor) -> None:
    books.play("T2 10 PENDING ewa 175 @D7")
    with pytest.raises(NotFound):
        books.ask_to_confirm("T1", maker, 999)
    with pytest.raises(BadInput):
        books.ask_to_confirm("T2", maker, case)
    books.ids["X"] = "2e1b1d3c-0000-4000-8000-000000000000"
    with pytest.raises(UnknownTransaction):
        books.ask_to_confirm("X", maker, case)


def test_it_refuses_an_account_under_security_hold(books: Books, case: int, maker: Actor) -> None:
    books.play("L2 clr 10 -9 @X9").check_day("clr", "10")
    with pytest.raises(SecurityHold):
        books.ask_to_confirm("T1", maker, case)


def test_it_happens_once(books: Books, case: int, maker: Actor, checker: Actor) -> None:
    made = books.ask_to_confirm("T1", maker, case)
    assert books.ask_to_confirm("T1", maker, case).id == made.id
    with pytest.raises(AlreadyRequested):
        books.ask_to_confirm("T1", checker, case, key="other")


def test_a_confirmation_that_arrives_meanwhile_makes_it_stale(
    books: Books, case: int, maker: Actor, checker: Actor
) -> None:
    made = books.ask_to_confirm("T1", maker, case)
    books.play("confirm T1 10")
    decided = books.approve(made, checker)
    assert decided.state == "stale"
    assert {c.fact for c in decided.changed} == {"status", "effective_on"}
