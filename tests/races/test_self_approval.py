"""The self-approval matrix at the screen: one request and a batch, by everybody who might move money alone. Nothing is
executed, and each attempt is on the trail."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from ledger.models import AuditEntry, LedgerTransaction
from ledger.tenancy import tenant
from reconciliation.approvals.batch import batch_digest
from reconciliation.approvals.lend_role import lend_role
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalDecision, ApprovalExecution, ApprovalRequest
from reconciliation.people.add_person import add_person
from reconciliation.people.end_role import end_role
from reconciliation.people.models import User
from tests.console.test_approvals import books, checker, clock
from tests.console.working import signed_in
from tests.people import PASSWORD, SET_UP, UserMaker, acting
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["books", "checker", "clock"]
Raw = Callable[..., psycopg.Connection[Any]]
Way = Callable[["Matrix"], User]


class Matrix:
    """Who takes part, and CR-1: the reversal of T1, asked for by `maker`."""

    def __init__(self, books: Books, user_of: UserMaker, checker: User, raw_as: Raw) -> None:
        self.books, self.user_of, self.checker, self.raw_as = books, user_of, checker, raw_as
        self.maker = user_of("Mara Maker", "analyst")
        self.made: Made | None = None

    def ask(self, by: User) -> None:
        case = self.books.cases("clr", "10")[0]
        self.made = self.books.reverse("T1", by=acting(by, self.books.tenant_id), case=case.number)

    def lend(self, lender: User, to: User) -> None:
        with tenant(self.books.tenant_id):
            lend_role(
                role="controller", delegate=to.email, from_at=NOW, until_at=NOW + timedelta(days=1), reason="away",
                proven_at=NOW, actor=acting(lender, self.books.tenant_id), at=NOW,
            )  # fmt: skip

    def grant(self, user: User, role: str) -> None:
        with tenant(self.books.tenant_id):
            add_person(name=user.person.name, email=user.email, roles=[role], password=None, actor=SET_UP, at=NOW)

    def end(self, user: User, role: str) -> None:
        with tenant(self.books.tenant_id):
            end_role(user, role, actor=SET_UP, at=NOW)


def second_role(m: Matrix) -> User:
    both = m.user_of("Both Roles", "analyst", "controller")
    m.ask(both)
    return both


def role_granted_after_asking(m: Matrix) -> User:
    m.ask(m.maker)
    m.grant(m.maker, "controller")
    return m.maker


def twin_account(m: Matrix) -> User:
    m.ask(m.maker)
    return m.user_of("Mara Twin", "controller", same_as=m.maker)


def delegate_of_another_for_their_own(m: Matrix) -> User:
    m.ask(m.maker)
    m.lend(m.checker, m.maker)
    return m.maker


def twin_of_the_maker_as_a_delegate(m: Matrix) -> User:
    m.ask(m.maker)
    twin = m.user_of("Mara Twin", "analyst", same_as=m.maker)
    m.lend(m.checker, twin)
    return twin


def delegate_of_the_maker(m: Matrix) -> User:
    m.ask(m.checker)
    deputy = m.user_of("Hana Deputy", "analyst")
    m.lend(m.checker, deputy)
    return deputy


def delegate_of_the_makers_twin(m: Matrix) -> User:
    m.ask(m.maker)
    twin = m.user_of("Mara Twin", "controller", same_as=m.maker)
    deputy = m.user_of("Hana Deputy", "analyst")
    m.lend(twin, deputy)
    return deputy


def delegate_after_the_lender_lost_the_role(m: Matrix) -> User:
    m.ask(m.maker)
    deputy = m.user_of("Hana Deputy", "analyst")
    m.lend(m.checker, deputy)
    m.end(m.checker, "controller")
    return deputy


def role_lost_before_execution(m: Matrix) -> User:
    m.ask(m.maker)
    m.end(m.checker, "controller")
    m.grant(m.checker, "analyst")
    return m.checker


def edited_after_it_was_asked(m: Matrix) -> User:
    m.ask(m.maker)
    admin = m.raw_as("superuser", autocommit=True)
    admin.execute("SET session_replication_role = replica")
    admin.execute("""UPDATE approval_request SET payload = jsonb_set(payload, '{note}', '"other"')""")
    return m.checker


def role(name: str) -> Way:
    def way(m: Matrix) -> User:
        m.ask(m.maker)
        return m.user_of(f"Some {name.title().replace('_', ' ')}", name)

    return way


WAYS: dict[str, Way] = {
    f.__name__: f
    for f in (
        second_role, role_granted_after_asking, twin_account, delegate_of_another_for_their_own,
        twin_of_the_maker_as_a_delegate, delegate_of_the_maker, delegate_of_the_makers_twin,
        delegate_after_the_lender_lost_the_role, role_lost_before_execution, edited_after_it_was_asked,
    )
} | {f"a_{name}": role(name) for name in ("policy_admin", "auditor", "support", "operator", "analyst")}  # fmt: skip


def alone(made: Made) -> tuple[str, dict[str, str]]:
    return f"/approvals/{made.number}/decision/", {
        "decision": "approve", "password": PASSWORD, "digest": made.payload_sha256, "reason": "",
    }  # fmt: skip


def in_a_batch(made: Made) -> tuple[str, dict[str, str]]:
    row, digest = f"{made.number}:{made.payload_sha256}", batch_digest([(made.id, made.payload_sha256)])
    return "/approvals/batch/approve/", {"row": row, "password": PASSWORD, "digest": digest, "reason": ""}


@pytest.mark.parametrize("act", [alone, in_a_batch])
@pytest.mark.parametrize("way", WAYS)
def test_nobody_moves_money_alone_and_each_attempt_is_audited(
    books: Books,
    user_of: UserMaker,
    checker: User,
    raw_as: Raw,
    way: str,
    act: Callable[[Made], tuple[str, dict[str, str]]],
) -> None:
    m = Matrix(books, user_of, checker, raw_as)
    someone = WAYS[way](m)
    assert m.made is not None
    address, form = act(m.made)
    answer = signed_in(someone).post(address, form)
    assert answer.status_code in (403, 409), answer.content.decode()[:500]
    with tenant(books.tenant_id):
        assert not ApprovalExecution.objects.exists()
        assert not ApprovalDecision.objects.exists()
        assert ApprovalRequest.objects.get().state == "open"
        assert not LedgerTransaction.objects.exclude(reverses=None).exists()
        rows = AuditEntry.objects.filter(action="attempt.refused")
        assert [(r.actor, r.actor_kind) for r in rows] == [(someone.email, "person")], "once, with who it was"
        assert rows[0].why


def test_the_matrix_would_notice_an_approval(books: Books, user_of: UserMaker, checker: User, raw_as: Raw) -> None:
    for act in (alone, in_a_batch):
        assert act(Made(1, 1, "open", True, 1, (), "", NOW, "00")), act
    m = Matrix(books, user_of, checker, raw_as)
    m.ask(m.maker)
    assert m.made is not None
    address, form = in_a_batch(m.made)
    assert signed_in(checker).post(address, form).status_code == 302
    with tenant(books.tenant_id):
        assert ApprovalExecution.objects.count() == 1
