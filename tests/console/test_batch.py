"""Approving several requests at once, as its reader sees it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.approvals.batch import batch_digest
from reconciliation.approvals.models import ApprovalDecision, ApprovalRequest
from reconciliation.oversight.escalation.request_rule import request_rule
from reconciliation.oversight.escalation.rules import SHIPPED
from reconciliation.people.models import User
from tests.console.test_approvals import UserMaker, asked, books, checker, clock, maker, refused  # noqa: F401
from tests.console.test_approvals import pytestmark as pytestmark
from tests.console.test_home import words
from tests.console.working import signed_in
from tests.people import PASSWORD, acting
from tests.reconciliation.approvals.desk import Made
from tests.reconciliation.books import NOW, Books

PREVIEW = "/approvals/batch/?request=1&request=2&request=3"


@pytest.fixture
def three(books: Books, asked: Made, maker: User) -> None:
    """CR-1 of 2,150.00, CR-2 of 9.00 and CR-3 of 11.00 ETB."""
    for n, amount in ((5, 900), (6, 1100)):
        books.play(f"T{n} 10 ewa {amount} @R{n} p{n}")
        books.reverse(f"T{n}", by=acting(maker, books.tenant_id), code="POSTED_IN_ERROR")


def form_of(html: str, **changed: str | list[str]) -> dict[str, str | list[str]]:
    found = re.search(r'name="digest" value="(\w{64})"', html)
    assert found
    rows = re.findall(r'name="row" value="(\d+:\w{64})"', html)
    return {"digest": found[1], "row": rows, "password": PASSWORD, "reason": "month end", **changed}


def post(user: User, form: dict[str, str | list[str]]):  # type: ignore[no-untyped-def]
    return signed_in(user).post("/approvals/batch/approve/", form, follow=True)


def states(books: Books) -> list[str]:
    with tenant(books.tenant_id):
        return list(ApprovalRequest.objects.order_by("number").values_list("state", flat=True))


def test_the_inbox_lets_tick_what_waits_and_the_preview_says_what_it_comes_to(
    books: Books, three: None, checker: User, maker: User
) -> None:
    html = signed_in(checker).get("/approvals/").content.decode()
    assert len(re.findall(r'<input type="checkbox" name="request" value="\d+"', html)) == 3
    assert html.count('data-key="x"') == 1 and "<kbd>x</kbd> select" in html
    assert 'type="checkbox" name="request"' not in signed_in(maker).get("/approvals/").content.decode()
    client = signed_in(checker)
    with CaptureQueriesContext(connection) as asked_for:
        html = client.get(PREVIEW).content.decode()
    assert not [q for q in asked_for if q["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    said = words(html)
    assert "Approve 3 requests" in said
    assert "Total ETB 2,170.00" in said
    assert "Execute at once 3" in said
    assert "Earliest expiry 21 Mar 12:00" in said
    assert len(re.findall(r"all \d+ hold", said)) == 3
    button = re.search(r'<button class="btn btn-primary"[^>]*>Approve 3 requests, 2,170.00 ETB</button>', html)
    assert button and "data-key" not in button[0]
    assert "data-no-key" in html, "no key approves"
    assert states(books) == ["open"] * 3


def test_what_a_line_does_not_say_whole_is_decided_one_by_one(
    books: Books, three: None, checker: User, user_of: UserMaker
) -> None:
    admin = user_of("Ada Admin", "policy_admin")
    with tenant(books.tenant_id):
        request_rule(
            key="cause-4", said=SHIPPED[2].document | {"enabled": False}, note="quiet", idempotency_key="r",
            actor=acting(admin, books.tenant_id),
            at=NOW,
        )  # fmt: skip
    html = signed_in(checker).get("/approvals/").content.decode()
    assert re.findall(r'<input type="checkbox" name="request" value="(\d+)"', html).count("4") == 0
    assert "CR-4" in html
    html = signed_in(checker).get(f"{PREVIEW}&request=4").content.decode()
    assert "is decided one by one" in words(html)
    assert 'href="/approvals/4/"' in html
    assert "Approve 4 requests" not in re.findall(r"<button[^>]*>([^<]*)", html)
    with tenant(books.tenant_id):
        sha = bytes(ApprovalRequest.objects.get(number=4).payload_sha256).hex()
    form = form_of(signed_in(checker).get(PREVIEW).content.decode())
    assert isinstance(form["row"], list)
    with tenant(books.tenant_id):
        pairs = [(r.id, bytes(r.payload_sha256).hex()) for r in ApprovalRequest.objects.all()]
    answer = post(checker, form | {"row": [*form["row"], f"4:{sha}"], "digest": batch_digest(pairs)})
    assert answer.status_code == 409
    assert "CR-4: is decided one by one" in words(answer.content.decode())
    assert states(books) == ["open"] * 4


def test_all_are_executed_in_one_step(books: Books, three: None, checker: User) -> None:
    html = signed_in(checker).get(PREVIEW).content.decode()
    said = words(post(checker, form_of(html)).content.decode())
    assert "3 requests approved: 3 executed, 3 transactions written." in said
    assert "Nothing waits for a decision" in said
    assert states(books) == ["executed"] * 3
    with tenant(books.tenant_id):
        assert AuditEntry.objects.get(action="batch.approved").subject == "3 requests"
    again = post(checker, form_of(html))
    assert again.status_code == 409
    assert "CR-1: was executed on" in again.content.decode()


def test_a_wrong_or_missing_proof_keeps_the_form_and_a_changed_set_is_another(
    books: Books, three: None, checker: User
) -> None:
    html = signed_in(checker).get(PREVIEW).content.decode()
    form = form_of(html)
    answer = post(checker, form | {"password": "wrong-horse"})
    assert (answer.status_code, "The password is not right." in answer.content.decode()) == (403, True)
    assert 'value="month end"' in answer.content.decode()
    answer = post(checker, form | {"password": ""})
    assert (answer.status_code, "Enter your password." in answer.content.decode()) == (403, True)
    answer = post(checker, form | {"row": form["row"][:2]})
    assert (answer.status_code, "for another request" in answer.content.decode()) == (403, True)
    answer = post(checker, form | {"digest": "0" * 64})
    assert answer.status_code == 403
    assert refused(books) == ["reauthentication_needed"] * 4
    for row in (["x"], ["1"], ["9" * 17 + ":00"], []):
        assert post(checker, form | {"row": row}).status_code in (400, 409)
    assert states(books) == ["open"] * 3


def test_one_own_request_refuses_all_and_the_trail_names_it(
    books: Books, three: None, checker: User, user_of: UserMaker
) -> None:
    both = user_of("Both Roles", "analyst", "controller")
    books.play("T9 10 ewa 900 @R9 p9")
    books.reverse("T9", by=acting(both, books.tenant_id), code="POSTED_IN_ERROR")
    html = signed_in(both).get(f"{PREVIEW}&request=4").content.decode()
    assert "you: Both Roles asked for it" in html
    assert "CR-4 cannot be approved, so none is." in html
    assert 'name="password"' not in html
    assert 'href="/approvals/batch/?request=1&amp;request=2&amp;request=3"' in html
    theirs = signed_in(checker).get(f"{PREVIEW}&request=4").content.decode()
    answer = post(both, form_of(theirs))
    assert (answer.status_code, "CR-4: is your own" in answer.content.decode()) == (409, True)
    with tenant(books.tenant_id):
        row = AuditEntry.objects.get(action="attempt.refused")
        assert (row.actor, row.detail["code"], row.why[:5]) == (both.email, "batch_refused", "CR-4:")
        assert not ApprovalDecision.objects.exists()
    assert states(books) == ["open"] * 4


def test_a_foreign_number_answers_like_none(books: Books, three: None, checker: User) -> None:
    assert signed_in(checker).get("/approvals/batch/?request=1&request=999").status_code == 404
    assert signed_in(checker).get("/approvals/batch/?request=1&request=1").status_code == 400
    assert signed_in(checker).get("/approvals/batch/?request=x").status_code == 400
    assert "Tick requests in the inbox" in signed_in(checker).get("/approvals/batch/").content.decode()
