"""One reversal: whoever presses, however often and at the same time, exactly one compensating transaction is
written."""

from collections.abc import Callable

import pytest

from ledger.actors import Actor
from ledger.models import LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.models import ApprovalDecision, ApprovalExecution, ApprovalRequest
from reconciliation.cases.models import CaseEvent
from reconciliation.errors import AlreadyDecided, AlreadyRequested, Refusal, RequestNotOpen
from reconciliation.outbox_models import OutboxItem
from tests.people import UserMaker, acting
from tests.races.rivals import at_once
from tests.reconciliation.books import NOW, Books

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]
CHECKERS = 4


@pytest.mark.soak
def test_64_approvals_at_once_write_one_reversal(
    books: Books, maker: Actor, user_of: UserMaker, sized: Callable[[int], int]
) -> None:
    checkers = [acting(user_of(f"Checker {n}", "controller"), books.tenant_id) for n in range(CHECKERS)]
    for turn in range(sized(200)):
        books.play(f"T{turn} 10 ewa {turn + 1} @D{turn}")
        made = books.reverse(f"T{turn}", maker)
        found = at_once(64, lambda n, made=made: books.approve(made, checkers[n % CHECKERS]))  # type: ignore[misc]
        done = [f for f in found if isinstance(f, Decided)]
        rest = [f for f in found if not isinstance(f, Decided)]
        assert [d.state for d in done] == ["executed"]
        assert all(isinstance(f, RequestNotOpen | AlreadyDecided) for f in rest), {repr(f) for f in rest}
        with tenant(books.tenant_id):
            (reversal,) = LedgerTransaction.objects.filter(reverses=books.transaction(f"T{turn}"))
            assert ApprovalExecution.objects.get(request_id=made.id).transaction_ids == [reversal.id]
            assert ApprovalDecision.objects.filter(request_id=made.id).count() == 1
            assert OutboxItem.objects.count() == turn + 1


def test_64_requests_at_once_are_one(books: Books, maker: Actor, checker: Actor) -> None:
    books.play("T1 10 ewa 900 @D1")
    found = at_once(64, lambda n: books.reverse("T1", (maker, checker)[n % 2], key=f"form {n}"))
    made = [f for f in found if not isinstance(f, Exception)]
    assert len(made) == 1
    assert all(isinstance(f, AlreadyRequested) for f in found if isinstance(f, Exception)), {repr(f) for f in found}
    with tenant(books.tenant_id):
        assert ApprovalRequest.objects.count() == 1


def test_one_form_sent_64_times_is_one_request_and_every_answer_names_it(books: Books, maker: Actor) -> None:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    found = at_once(64, lambda _: books.reverse("T1", maker))
    assert not [f for f in found if isinstance(f, Exception)]
    assert len({f.id for f in found if not isinstance(f, Exception)}) == 1
    assert sum(1 for f in found if not isinstance(f, Exception) and f.created) == 1
    with tenant(books.tenant_id):
        assert CaseEvent.objects.filter(kind="asked").count() == 1


def test_approval_rejection_withdrawal_and_expiry_at_once_end_it_once(
    books: Books, maker: Actor, user_of: UserMaker
) -> None:
    from reconciliation.approvals.withdraw_request import withdraw_request

    books.play("T1 10 ewa 900 @D1")
    made = books.reverse("T1", maker)
    first, second = (acting(user_of(f"Checker {n}", "controller"), books.tenant_id) for n in range(2))

    def withdraw() -> int:
        with tenant(books.tenant_id):
            return withdraw_request(request_id=made.id, actor=maker, at=NOW)

    acts: list[Callable[[], object]] = [
        lambda: books.approve(made, first),
        lambda: books.reject(made, second),
        withdraw,
    ]
    found = at_once(18, lambda n: acts[n % 3](), at_a_time=18)
    assert sum(1 for f in found if not isinstance(f, Exception)) == 1
    assert all(isinstance(f, Refusal) for f in found if isinstance(f, Exception))
    with tenant(books.tenant_id):
        state = ApprovalRequest.objects.get(id=made.id).state
    assert (books.reversal_of("T1") is not None) == (state == "executed")


def test_a_role_that_ends_while_its_holder_approves_is_in_time_or_too_late_but_never_half(
    books: Books, maker: Actor, checker: Actor
) -> None:
    from reconciliation.people.end_role import end_role
    from reconciliation.people.models import User
    from tests.people import SET_UP

    books.play("T1 10 ewa 900 @D1")
    made = books.reverse("T1", maker)
    user = User.objects.get(email=checker.id)

    def end() -> None:
        with tenant(books.tenant_id):
            end_role(user, "controller", actor=SET_UP, at=NOW)

    acts: list[Callable[[], object]] = [end, lambda: books.approve(made, checker)]
    ended, approved = at_once(2, lambda n: acts[n](), at_a_time=2)
    assert ended is None
    with tenant(books.tenant_id):
        assert ApprovalExecution.objects.exists() == (not isinstance(approved, Exception))
