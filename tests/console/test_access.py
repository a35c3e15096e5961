"""The pages about who may decide: rights, the question who could, and people."""

import re

import pytest

from ledger.models import Account
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.models import ApprovalDecision, ApprovalRequest
from reconciliation.approvals.standing_models import Restriction, Right
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.people.models import User
from tests.checkpoints import checkpoint, put_in_force, two_admins
from tests.console.reading import Counted
from tests.console.test_approvals import UserMaker, asked, books, checker, clock, decide, maker, refused, state  # noqa: F401
from tests.console.test_approvals import pytestmark as pytestmark
from tests.console.test_delegations import deputy, lend  # noqa: F401
from tests.console.test_home import words
from tests.console.working import signed_in
from tests.people import PASSWORD
from tests.reconciliation.books import NOW, Books


@pytest.fixture
def admin(user_of: UserMaker) -> User:
    return user_of("Ada Admin", "policy_admin")


@pytest.fixture
def second(user_of: UserMaker) -> User:
    return user_of("Sara Second", "controller")


def ask(admin: User, change: str, email: str = "", **changed: str):  # type: ignore[no-untyped-def]
    page = signed_in(admin).get("/settings/rights/").content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)
    assert key
    form = {"key": key[1], "what": "account:clr", "change": change, "email": email, "note": "dual control"}
    return signed_in(admin).post("/settings/rights/ask/", form | changed, follow=True)


def agree(checker: User, books: Books) -> None:
    with tenant(books.tenant_id):
        made = ApprovalRequest.objects.order_by("-id")[0]
    form = {"decision": "approve", "password": PASSWORD, "digest": bytes(made.payload_sha256).hex(), "reason": ""}
    assert signed_in(checker).post(f"/approvals/{made.number}/decision/", form).status_code == 302


def test_an_account_is_restricted_by_two_people_and_the_pages_say_who_decides(
    books: Books, asked: Made, admin: User, checker: User, second: User
) -> None:
    assert "Nothing is restricted" in signed_in(admin).get("/settings/rights/").content.decode()
    said = words(ask(admin, "restrict").content.decode())
    assert "Restrict account clr" in said
    assert "Account clr open to every controller restricted to those who hold a right" in said
    assert "CR-2" in words(signed_in(admin).get("/settings/rights/").content.decode())
    assert "Approve this access" in signed_in(checker).get("/approvals/2/").content.decode()
    agree(checker, books)
    said = words(signed_in(admin).get("/settings/rights/").content.decode())
    assert "nobody, so nobody can decide about it" in said
    assert "Nobody could decide it as things stand." in words(signed_in(checker).get("/approvals/1/").content.decode())
    ask(admin, "give", second.email)
    agree(checker, books)
    assert "Sara Second" in words(signed_in(admin).get("/settings/rights/").content.decode())
    html = words(signed_in(checker).get("/approvals/1/").content.decode())
    assert "1 could decide: Sara Second." in html
    assert re.search(r"Not yours to decide: Dawit Checker has no right on account clr .*\. Sara Second may\.", html)
    assert decide(checker, asked).status_code == 403
    assert refused(books) == ["not_permitted"]
    people = words(signed_in(admin).get("/settings/people/").content.decode())
    assert re.search(r"second@example.test .*right on account clr", people)
    assert "CR-1 executed" in decide(second, asked).content.decode()


def test_what_is_wrong_with_a_change_stands_beside_its_field(books: Books, admin: User, second: User) -> None:
    for change, email, says in (
        ("open", "", "is open to every controller already"),
        ("give", second.email, "is open to every controller already"),
        ("shut", "", "Select a valid choice"),
    ):
        answer = ask(admin, change, email)
        assert (answer.status_code, says in answer.content.decode()) == (400, True), change
    assert ask(admin, "restrict", note=" ").status_code == 400
    with tenant(books.tenant_id):
        assert not Restriction.objects.exists() and not ApprovalRequest.objects.exists()


def test_the_question_is_answered_with_names_and_reasons_and_records_nothing(
    books: Books, asked: Made, admin: User, maker: User, checker: User, second: User, deputy: User, counted: Counted
) -> None:
    ask(admin, "restrict")
    agree(checker, books)
    ask(admin, "give", second.email)
    agree(checker, books)
    lend(second, deputy)
    with tenant(books.tenant_id):
        before = CheckpointDecision.objects.count(), ApprovalDecision.objects.count(), Right.objects.count()
        other = Account.objects.exclude(code="clr").filter(asset="ETB").order_by("code")[0].code
    client = signed_in(checker)
    assert "Name an account" in client.get("/settings/approvers/").content.decode()
    query = f"kind=reverse&amount=1,250.50&maker={maker.person_id}"
    with counted(at_most=16):
        html = words(client.get(f"/settings/approvers/?{query}&account=clr").content.decode())
    assert "Reverse, 1,250.50 ETB, on" in html and "asked for by Mara Maker" in html
    assert "1 approval by controller" in html
    assert "2 people could approve it: Hana Deputy and Sara Second." in html
    assert "controller for Sara Second" in html
    assert "Dawit Checker could not Has no right on account clr" in html
    html = words(client.get(f"/settings/approvers/?{query}&account={other}").content.decode())
    assert "3 people could approve it: Dawit Checker, Hana Deputy and Sara Second." in html
    html = words(client.get(f"/settings/approvers/?{query}&account=clr".replace(f"{maker.person_id}", f"{second.person_id}"))
                 .content.decode())  # fmt: skip
    assert "Nobody could approve it as things stand. That is fewer than policy asks for." in html
    assert "Sara Second could not Asked for it." in html
    assert "Hana Deputy could not Would decide for Sara Second, who asked for it." in html
    for wrong, says in (("amount=1.234", "has more than 2 decimals"), ("amount=x", "is not an amount written as")):
        answer = client.get(f"/settings/approvers/?kind=reverse&{wrong}&maker={maker.person_id}&account=clr")
        assert (answer.status_code, says in answer.content.decode()) == (400, True)
    with tenant(books.tenant_id):
        assert before == (CheckpointDecision.objects.count(), ApprovalDecision.objects.count(), Right.objects.count())


def test_people_are_found_by_name_with_what_they_lend_and_borrow(
    books: Books, admin: User, checker: User, deputy: User, counted: Counted
) -> None:
    lend(checker, deputy)
    client = signed_in(admin)
    client.get("/settings/people/")
    with counted(at_most=16):
        said = words(client.get("/settings/people/").content.decode())
    assert "decides for Dawit Checker until 27 Mar" in said
    assert "lends controller to Hana Deputy until 27 Mar" in said
    said = words(client.get("/settings/people/?find=HANA").content.decode())
    assert "hana.deputy@example.test" in said and "dawit.checker@example.test" not in said
    assert "Nobody here is named so." in client.get("/settings/people/?find=zzz").content.decode()


def test_the_answer_counts_the_bands_of_the_account_s_asset(
    books: Books, maker: User, checker: User, second: User, user_of: UserMaker
) -> None:
    one, two = two_admins(user_of, books.tenant_id)
    large = {
        "moves": ["correction.reverse"], "amounts": {"ETB": {"from": "100000"}}, "outcome": "approval",
        "approval": {"roles": ["controller"], "quorum": 2}, "reason": "Two look at a large one.",
    }  # fmt: skip
    put_in_force(books.tenant_id, checkpoint(large), maker=one, checker=two, at=NOW)
    for amount, asks in (("999.99", "1 approval by controller"), ("1000.00", "2 approvals by controller")):
        asked_for = f"kind=reverse&account=clr&amount={amount}&maker={maker.person_id}"
        assert asks in words(signed_in(checker).get(f"/settings/approvers/?{asked_for}").content.decode()), amount
