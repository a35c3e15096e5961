"""The page of delegations, and what the approvals say to whoever decides for somebody else."""

from datetime import timedelta

import pytest

from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalDecision
from reconciliation.approvals.standing_models import Delegation
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.test_approvals import UserMaker, asked, books, checker, clock, decide, maker, refused, state  # noqa: F401
from tests.console.test_approvals import pytestmark as pytestmark
from tests.console.test_home import words
from tests.console.working import signed_in
from tests.people import PASSWORD
from tests.reconciliation.books import NOW, Books

DAY = timedelta(days=1)


@pytest.fixture
def deputy(user_of: UserMaker) -> User:
    return user_of("Hana Deputy", "analyst")


def lend(lender: User, to: User, **changed: str):  # type: ignore[no-untyped-def]
    form = {"delegate": to.email, "role": "controller", "first": f"{NOW:%Y-%m-%d}", "until": f"{NOW + 6 * DAY:%Y-%m-%d}",
            "reason": "on leave", "password": PASSWORD}  # fmt: skip
    return signed_in(lender).post("/settings/delegations/lend/", form | changed, follow=True)


def test_a_role_is_lent_and_decided_by_in_the_lenders_name(
    books: Books, asked: Made, checker: User, deputy: User
) -> None:
    html = words(signed_in(deputy).get("/approvals/1/").content.decode())
    assert "Deciding needs the role controller; you act as analyst. Dawit Checker may." in html
    said = words(lend(checker, deputy).content.decode())
    assert "Hana Deputy decides for you as controller." in said
    assert "20 Mar 12:00" in said and "27 Mar 00:00" in said and "in force" in said
    html = signed_in(deputy).get("/approvals/").content.decode()
    assert "1 request waits for you." in html
    assert "for Dawit Checker, expires in" in html
    assert "You decide for Dawit Checker." in html
    assert "2 could decide: Dawit Checker and Hana Deputy for Dawit Checker." in words(html)
    assert "CR-1 executed" in decide(deputy, asked).content.decode()
    assert "Hana Deputy for Dawit Checker, " in words(signed_in(checker).get("/approvals/1/").content.decode())
    with tenant(books.tenant_id):
        given = ApprovalDecision.objects.get()
        assert (given.decided_by_id, given.on_behalf_of_id) == (deputy.person_id, checker.person_id)


def test_the_maker_who_borrows_is_told_that_others_decide(
    books: Books, asked: Made, maker: User, checker: User
) -> None:
    lend(checker, maker)
    html = signed_in(maker).get("/approvals/1/").content.decode()
    assert "someone else decides" in html
    assert 'value="approve"' not in html
    assert decide(maker, asked).status_code == 403
    assert refused(books) == ["checker_is_maker"]
    assert "Mara Maker asked for it" in words(signed_in(checker).get("/approvals/1/").content.decode())


def test_the_proof_is_asked_for_and_what_is_wrong_stands_beside_its_field(
    books: Books, checker: User, deputy: User
) -> None:
    answer = lend(checker, deputy, password="wrong-horse")
    assert (answer.status_code, "The password is not right." in answer.content.decode()) == (403, True)
    assert refused(books) == ["reauthentication_needed"]
    for changed, says in (
        ({"until": f"{NOW + 40 * DAY:%Y-%m-%d}"}, "A role is lent for at most 31 days."),
        ({"until": f"{NOW - DAY:%Y-%m-%d}"}, "A delegation ends after it begins, and not in the past."),
        ({"delegate": "nobody@example.test"}, "Select a valid choice"),
        ({"role": "policy_admin"}, "Select a valid choice"),
        ({"reason": " "}, "This field is required."),
    ):
        answer = lend(checker, deputy, **changed)
        assert (answer.status_code, says in answer.content.decode()) == (400, True), changed
    with tenant(books.tenant_id):
        assert not Delegation.objects.exists()


def test_each_sees_their_own_and_admins_and_auditors_all(
    books: Books, checker: User, deputy: User, maker: User, user_of: UserMaker
) -> None:
    lend(checker, deputy)
    admin, auditor = user_of("Ada Admin", "policy_admin"), user_of("Olga Auditor", "auditor")
    for who, ends in ((checker, True), (deputy, True), (admin, True), (auditor, False)):
        html = signed_in(who).get("/settings/delegations/").content.decode()
        assert "Hana Deputy" in html
        assert ("what Dawit Checker lent to Hana Deputy" in html) == ends, who
        assert ("Lend your role" in html) == (who in (checker, admin)), "each a role that decides something"
        assert ('href="/settings/accounts/"' in html) == (who in (admin, auditor))
    assert "No delegation yet" in signed_in(maker).get("/settings/delegations/").content.decode()
    with tenant(books.tenant_id):
        number = str(Delegation.objects.get().id)
    for who, status in ((auditor, 403), (maker, 403), (admin, 200)):
        answer = signed_in(who).post("/settings/delegations/end/", {"delegation": number}, follow=True)
        assert answer.status_code == status, who
    assert "ended 20 Mar" in words(signed_in(checker).get("/settings/delegations/").content.decode())
    with tenant(books.tenant_id):
        assert AuditEntry.objects.filter(action="delegation.ended", actor=admin.email).count() == 1
    assert "1 request waits for you" not in signed_in(deputy).get("/approvals/").content.decode()


def test_a_lost_role_is_said_on_the_page_of_what_it_approved(
    books: Books, asked: Made, checker: User, user_of: UserMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one approval of two given, the second reader sees that the first counts no more, and no way to approve."""
    from ledger.actors import Actor
    from reconciliation.people.end_role import end_role

    second = user_of("Sara Second", "controller")
    with tenant(books.tenant_id):
        ApprovalDecision.objects.create(
            request_id=asked.id, made_by=_maker(books), payload_sha256=bytes.fromhex(asked.payload_sha256),
            decided_by_id=checker.person_id, role="controller", verdict="approve", reason="", decided_at=NOW,
        )  # fmt: skip
        end_role(checker, "controller", actor=Actor("operator", "x", frozenset({"policy_admin"})), at=NOW)
    html = signed_in(second).get("/approvals/1/").content.decode()
    assert "Counts no more: Dawit Checker holds the role controller no more." in words(html)
    assert 'value="approve"' not in html
    answer = decide(second, asked)
    assert answer.status_code == 409
    assert "Dawit Checker holds the role controller no more" in answer.content.decode()
    assert refused(books) == ["approval_lapsed"]
    assert state(books, asked) == "open"


def _maker(books: Books) -> int:
    from reconciliation.approvals.models import ApprovalRequest

    return int(ApprovalRequest.objects.get().made_by_id)


def test_the_page_asks_few_queries(books: Books, checker: User, deputy: User, counted: Counted) -> None:
    lend(checker, deputy)
    client = signed_in(checker)
    client.get("/settings/delegations/")
    with counted(at_most=14):
        client.get("/settings/delegations/")
