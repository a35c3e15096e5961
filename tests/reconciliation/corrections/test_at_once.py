"""Corrections that policy lets run at once: carried out when they are asked for, by whoever asks, and told as such."""

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, TransactionMove
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalDecision, ApprovalExecution, ApprovalRequest
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.corrections.offer import offer
from reconciliation.errors import ForbiddenByPolicy
from tests.checkpoints import Document, checkpoint, put_in_force, two_admins
from tests.people import UserMaker
from tests.reconciliation.books import NOW, Books, march

CUT_OFF = "T1 09 PENDING ewa 175 @D6 p1\nL1 clr 10 -175 @D6"
AT_ONCE: Document = {
    "moves": ["correction.confirm"], "when": {"reason_code": ["CONFIRMATION_FAILED"]},
    "amounts": {"ETB": {"from": "1", "below": "1000"}}, "outcome": "automatic",
    "reason": "What its bank line settles exactly is confirmed at once.",
}  # fmt: skip


@pytest.fixture
def case(books: Books, user_of: UserMaker) -> int:
    first, second = two_admins(user_of, books.tenant_id)
    put_in_force(books.tenant_id, checkpoint(AT_ONCE), maker=first, checker=second, at=NOW)
    books.play(CUT_OFF).check_day("clr", "10")
    return int(books.case("clr", "10").number)


def test_a_confirmation_runs_when_it_is_asked_for(books: Books, case: int, maker: Actor) -> None:
    made = books.ask_to_confirm("T1", maker, case)
    assert (made.state, made.quorum, made.roles, made.created) == ("executed", 0, (), True)
    posted = books.transaction("T1")
    assert (posted.status, posted.effective_on) == ("POSTED", march("10"))
    with tenant(books.tenant_id):
        request, execution = (
            ApprovalRequest.objects.get(kind="confirm"),
            ApprovalExecution.objects.get(approved_by=None),
        )
        assert (request.state, request.quorum, execution.approved_by) == ("executed", 0, None)
        assert not ApprovalDecision.objects.filter(request=request).exists()
        decided = CheckpointDecision.objects.get(id=TransactionMove.objects.get().decision_id)
        assert (decided.outcome, decided.policy) == ("automatic", "Trial checkpoint")
        trail = AuditEntry.objects.filter(subject=str(request)).order_by("id").values_list("action", "actor")
        assert list(trail) == [("request.made", maker.id), ("request.executed", maker.id)]
    assert books.case("clr", "10").state != "waiting_approval", "it waits for nobody"
    assert books.check_day("clr", "10").verdict == "CLEAN"
    assert books.case("clr", "10").state == "resolved"


def test_the_form_sent_twice_runs_once(books: Books, case: int, maker: Actor) -> None:
    made = books.ask_to_confirm("T1", maker, case)
    again = books.ask_to_confirm("T1", maker, case)
    assert (again.id, again.created, again.state) == (made.id, False, "executed")
    with tenant(books.tenant_id):
        assert TransactionMove.objects.count() == 1


def test_the_offer_says_so_before(books: Books, case: int) -> None:
    with tenant(books.tenant_id):
        found = offer(books.case("clr", "10"), at=NOW)
    assert found.at_once
    assert found.policy == "Trial checkpoint v1, clause 1: What its bank line settles exactly is confirmed at once."


def test_above_its_band_it_waits_as_before(books: Books, case: int, maker: Actor, checker: Actor) -> None:
    books.play("T2 10 PENDING ewa 1000 @D7\nL2 clr 11 -1000 @D7").check_day("clr", "11")
    (other,) = books.cases("clr", "11")
    made = books.ask_to_confirm("T2", maker, other.number)
    assert (made.state, made.quorum) == ("open", 1)
    assert books.approve(made, checker).state == "executed"


def test_a_reversal_still_needs_its_controller(books: Books, case: int, maker: Actor) -> None:
    books.play("T3 10 ewa 50 @D8").check_day("clr", "10")
    assert books.reverse("T3", by=maker).state == "open"


def test_what_policy_forbids_runs_neither_way(books: Books, case: int, maker: Actor, user_of: UserMaker) -> None:
    never = AT_ONCE | {"outcome": "forbidden", "reason": "Nothing is confirmed by hand."}
    books.play("T4 10 PENDING ewa 20 @D9\nL4 clr 11 -20 @D9").check_day("clr", "11")
    (other,) = books.cases("clr", "11")
    admins = two_admins(_named(user_of), books.tenant_id)
    put_in_force(
        books.tenant_id, checkpoint(never, key="no-hands", precedence=50), maker=admins[0], checker=admins[1], at=NOW
    )
    with pytest.raises(ForbiddenByPolicy, match="Nothing is confirmed by hand"):
        books.ask_to_confirm("T4", maker, other.number)
    assert books.transaction("T4").status == "PENDING"


def _named(user_of: UserMaker) -> UserMaker:
    return lambda name, *roles: user_of(f"Another {name}", *roles)
